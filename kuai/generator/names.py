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
    "砚 Yan|穗 Sui|棠 Tang|霁 Ji|澄 Cheng|苇 Wei|槐 Huai|鹭 Lu|"
    "芷 Zhi|岫 Xiu|翎 Ling|笙 Sheng|棹 Zhao|蓼 Liao|楸 Qiu|珩 Heng"
)
_SECOND = "川 chuan|浦 pu|陵 ling|溪 xi|台 tai|岭 ling|湖 hu|桥 qiao|洲 zhou|坪 ping"
_SIDES = "东 Dong|西 Xi|南 Nan|北 Bei|上 Shang|下 Xia|前 Qian|后 Hou|大 Da|小 Xiao|新 Xin|老 Lao"
_MARKS = "桥 qiao|街 jie|河 he|门 men|塘 tang|湾 wan|岗 gang|井 jing|坊 fang|园 yuan"
_VIRTUES = "文 Wen|和 He|平 Ping|安 An|康 Kang|乐 Le|永 Yong|德 De|仁 Ren|礼 Li"
_GROWTH = "兴 xing|昌 chang|宁 ning|顺 shun|华 hua|明 ming|盛 sheng|泰 tai"

SURNAMES = list(
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
    "彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
)
GIVEN = list(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚玉桂英华慧建文辉红梅鑫波斌宇浩凯健俊帆雪"
    "婷倩琳颖洁欣怡佳晨阳子涵梓轩雨泽思源嘉诚国志海云春秋兰菊凤莲福贵荣庆成林峰亮宁岚"
)
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
