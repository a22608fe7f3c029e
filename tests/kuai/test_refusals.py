"""Whoever reads Chinese is refused in Chinese, whatever the gate has to say."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kuai import refusals
from kuai.errors import GateError, nearest

ROOT = Path(__file__).parents[2]
ROOMS = (
    "kuai/store/*.py", "kuai/catalog/*.py", "kuai/access/witness.py", "kuai/disclosure/policy.py", "kuai/home.py",
    "kuai/periods.py", "kuai/serving.py", "kuai/question.py", "dashboards/*.py", "dashboards/desk/*.py",
    "dashboards/mapping/*.py", "dashboards/pages/alarms.py", "kuai/alarms/attendant.py",
)  # fmt: skip
TOLD = ("GateError", "AccessError", "AlarmError")
VIEWS = ROOT / "kuai" / "access" / "views.py"
HAN = re.compile(r"[\u4e00-\u9fff]")


def spoken(node: ast.expr, names: dict[str, ast.expr]) -> str:
    """A sentence as it may be raised: the text of a literal, with a name in each of its fields."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(spoken(one, names) if isinstance(one, ast.Constant) else "x" for one in parts)
        case ast.Name(id=name) if name in names:
            return spoken(names[name], {})
    return ""


def raised(path: Path, told: tuple[str, ...] = TOLD) -> Iterator[tuple[str, str, str]]:
    """Place, part and sentence of everything a module refuses with."""
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        assigned = [one for one in ast.walk(function) if isinstance(one, ast.Assign)]
        names = {one.targets[0].id: one.value for one in assigned if isinstance(one.targets[0], ast.Name)}
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in told:
                given = dict(zip(("what", "where", "remedy"), call.args, strict=False))
                given |= {one.arg: one.value for one in call.keywords if one.arg}
                for part in given.keys() & {"what", "remedy"}:
                    if sentence := spoken(given[part], names):
                        yield f"{path.relative_to(ROOT)}:{call.lineno}", part, sentence


def sentences() -> list[tuple[str, str, str]]:
    return [one for room in ROOMS for path in sorted(ROOT.glob(room)) for one in raised(path)]


def test_every_refusal_has_a_chinese_wording() -> None:
    found = [one for one in sentences() if one[2] not in {"no measure", "no metric"}]  # completed where they are raised
    found += raised(VIEWS, ("SettingsError", "LakeError"))
    assert len(found) > 60
    assert [one for one in found if not HAN.search(refusals.said(*one[1:]))] == []


def test_every_wording_has_the_fields_of_the_english_one() -> None:
    declared = tomllib.loads((ROOT / "kuai" / "refusals.toml").read_text("utf-8"))
    for table in declared.values():
        for english, chinese in table.items():
            fields = [sorted(re.findall(r"\{(\w+)\}", one)) for one in (english, chinese)]
            assert fields[0] == fields[1], english
            assert HAN.search(chinese)


@pytest.mark.parametrize(("raised", "said"), [
    (GateError("incident_count is not served in this city"), "本城市不提供指标 incident_count"),
    (GateError("level beat has no area '0111'", "area", nearest("0111", ["0112"])), "层级 beat 没有区域 '0111'"),
])  # fmt: skip
def test_names_stay_as_they_are(raised: GateError, said: str) -> None:
    assert refusals.in_language(raised, "zh")[0] == said
    assert refusals.in_language(raised, "en") == (raised.what, raised.remedy)


def test_what_to_do_is_told_as_well() -> None:
    assert refusals.said("remedy", nearest("bet", ["beat"])) == "是否要找 beat？"
    assert (
        refusals.said("remedy", "level a offers: day, week; by month at: b")
        == "层级 a 可按：day, week；按 month 的层级：b"
    )


def test_what_nobody_declared_is_told_as_it_is() -> None:
    assert refusals.said("what", "something new") == "something new"
