"""Made-up names of places and people; none is meant to be a real county or person."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Name(NamedTuple):
    """A name in Chinese and English."""

    zh: str
    en: str


Source = Callable[[int], list[Name]]

_FIRST = (
    "砚 Yan|穗 Sui|棠 Tang|霁 Ji|澄 Cheng|苇 Wei|槐 Huai|鹭 Lu|芷 Zhi|岫 Xiu|翎 Ling|笙 Sheng|棹 Zhao|蓼 Liao|楸 Qiu|珩 Heng"
)
_SECOND = "川 chuan|浦 pu|陵 ling|溪 xi|台 tai|岭 ling|湖 hu|桥 qiao|洲 zhou|坪 ping"
_SIDES = "东 Dong|西 Xi|南 Nan|北 Bei|上 Shang|下 Xia|前 Qian|后 Hou|大 Da|小 Xiao|新 Xin|老 Lao"
_MARKS = "桥 qiao|街 jie|河 he|门 men|塘 tang|湾 wan|岗 gang|井 jing|坊 fang|园 yuan"
_VIRTUES = "文 Wen|和 He|平 Ping|安 An|康 Kang|乐 Le|永 Yong|德 De|仁 Ren|礼 Li"
_GROWTH = "兴 xing|昌 chang|宁 ning|顺 shun|华 hua|明 ming|盛 sheng|泰 tai"

SURNAMES = (
    "王 李 张 刘 陈 杨 黄 赵 周 吴 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 "
    "彭 曾 肖 田 董 袁 潘 于 蒋 蔡 余 杜 叶 程 苏 魏 吕 丁 任 沈 姚 卢 姜 崔 钟 谭 陆 汪 范 金"
).split()
GIVEN = (
    "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 玉 桂 英 华 慧 建 文 辉 红 梅 "
    "鑫 波 斌 宇 浩 凯 健 俊 帆 雪 婷 倩 琳 颖 洁 欣 怡 佳 晨 阳 子 涵 梓 轩 雨 泽 思 源 嘉 诚 "
    "国 志 海 云 春 秋 兰 菊 凤 莲 福 贵 荣 庆 成 林 峰 亮 宁 岚"
).split()
CHECKPOINT_KINDS = ("城市主干道", "省际公路", "高速收费站", "居民小区")


def county_names(count: int) -> list[Name]:
    """Names of counties and prefectures without their kind, all different."""
    return [_joined(first, second) for first, second in _pairs(_FIRST, _SECOND, count)]


def station_names(count: int) -> list[Name]:
    """Names of the stations of one county without their kind, all different."""
    return [_joined(first, second) for first, second in _pairs(_SIDES, _MARKS, count)]


def street_names(count: int) -> list[Name]:
    """Names of the streets of one county without their kind, all different."""
    return [_joined(first, second) for first, second in _pairs(_VIRTUES, _GROWTH, count)]


def _pairs(firsts: str, seconds: str, count: int) -> list[tuple[str, str]]:
    left, right = firsts.split("|"), seconds.split("|")
    return [(left[k % len(left)], right[(k // len(left) + k) % len(right)]) for k in range(count)]


def _joined(first: str, second: str) -> Name:
    (zh1, en1), (zh2, en2) = first.split(" "), second.split(" ")
    return Name(zh1 + zh2, en1 + en2)
