"""Who saw numbers of an area, on a log made by hand, by the functions and by the commands."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kuai import cli
from kuai.access import Place, Viewer
from kuai.audit import AuditLog, Entry, Site, reading, verify
from kuai.audit.host import operator
from kuai.home import Home
from kuai.settings import Settings

TABLES = {
    "level": """
        hierarchy | level    | rank | name_zh | name_en  | has_geometry
        police    | city     | 0    | 全市    | City     | true
        police    | station  | 1    | 派出所  | Station  | true
        police    | block    | 2    | 块      | Block    | true
        civic     | city     | 0    | 全市    | City     | true
        civic     | township | 1    | 街道    | Township | true
        civic     | block    | 2    | 块      | Block    | true
    """,
    "area": """
        hierarchy | level    | area | parent | valid_from | valid_to
        police    | city     | all  | -      | 2000-01-01 | -
        police    | station  | s1   | all    | 2000-01-01 | -
        police    | station  | s2   | all    | 2000-01-01 | -
        police    | block    | b1   | s2     | 2000-01-01 | 2019-12-31   # it was moved
        police    | block    | b1   | s1     | 2020-01-01 | -
        police    | block    | b2   | s2     | 2000-01-01 | -
        civic     | city     | all  | -      | 2000-01-01 | -
        civic     | township | t1   | all    | 2000-01-01 | -
        civic     | block    | b1   | t1     | 2000-01-01 | -
    """,
}  # fmt: skip
B1, B2, S1, S2, T1 = (
    Place(*one.split(":")) for one in ("block:b1", "block:b2", "station:s1", "station:s2", "township:t1")
)
ALL = Place("city", "all")
ABOVE_B1 = (S1, S2, T1, ALL)
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def asks(viewer: str, level: str, *areas: Place, scope: tuple[Place, ...] = (), **more: Any) -> tuple[Viewer, Any]:
    return Viewer(viewer, "analyst", scope, "patrol"), {"level": level, "areas": areas, **more}


LOG = [
    asks("named it", "block", B1),
    asks("named it among others", "block", B2, B1),
    asks("asked all blocks", "block"),
    asks("asked all blocks within its station", "block", S1),
    asks("asked all blocks within its township", "block", T1),
    asks("may see its station", "block", scope=(S1,)),
    asks("exported", "block", B1, action="export"),
    asks("another metric", "block", B1, metric="passage_count"),
    asks("a wall", "block", B1, action="explain"),
    asks("saw a map of mixed levels", "station+block"),
    asks("asked for all categories", "block", B1, category="*", metric="incident_count"),
    # and these did not see it
    asks("named another", "block", B2),
    asks("is bound to another station", "block", scope=(Place("station", "s9"),)),
    asks("asked about its station", "station", S1),
    asks("saw outlines only", "block", B1, action="outlines"),
    asks("saw a map of larger levels", "city+station"),
    asks("was refused", "block", B1, outcome="refused"),
    asks("got nothing", "block", B1, rows=0),
    asks("in another city", "block", B1, city="elsewhere"),
]
SAW = {viewer.name for viewer, _ in LOG[:11]}


def fill(log: AuditLog, entry: Any) -> None:
    for minute, (viewer, asked) in enumerate(LOG):
        log.write(entry(minute, replace(viewer, is_device=viewer.name == "a wall"), **asked))
    log.close()


@pytest.fixture(scope="module")
def root(publish_into: Any, tmp_path_factory: pytest.TempPathFactory, entry: Any) -> Path:
    home: Home = publish_into(tmp_path_factory.mktemp("home"), **TABLES)
    fill(AuditLog.open(home), entry)
    return home.root


@pytest.fixture
def home(root: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("KUAI_HOME", str(root))
    monkeypatch.setenv("KUAI_LANG", "en")
    monkeypatch.setenv("COLUMNS", "200")
    return Home(root)


def saw(site: Site, place: Place, above: tuple[Place, ...], **more: Any) -> list[dict[str, Any]]:
    sought = replace(reading.Sought(place, above, "demo", SINCE, UNTIL), **more)
    return reading.who_saw(site, Settings.load(None, {}).serve, sought)


@pytest.mark.parametrize("segment_lines", [1, 7, 100])
def test_everyone_who_saw_it_and_nobody_else(fresh: Site, entry: Any, segment_lines: int) -> None:
    site = replace(fresh, settings=replace(fresh.settings, segment_lines=segment_lines))
    fill(AuditLog(site), entry)
    found = saw(site, B1, ABOVE_B1)
    assert {one["viewer"] for one in found} == SAW
    assert [one["viewer"] for one in found if one["is_device"]] == ["a wall"]
    assert {(one["answers"], one["parts"], one["purpose"]) for one in found} == {(1, 0, "patrol")}
    assert {one["viewer"] for one in saw(site, B1, ABOVE_B1, metric="passage_count")} == {"another metric"}
    assert {one["viewer"] for one in saw(site, S1, (ALL,))} == {
        "asked about its station", "asked all blocks within its station", "saw a map of mixed levels",
        "saw a map of larger levels",
    }  # fmt: skip
    assert {one["viewer"]: one["parts"] for one in saw(site, S1, (ALL,))}["asked all blocks within its station"] == 1
    second = datetime(2026, 3, 4, 12, 1, tzinfo=UTC)
    assert len(saw(site, B1, ABOVE_B1, since=second)) == len(SAW) - 1
    assert [one["viewer"] for one in saw(site, B1, ABOVE_B1, until=second)] == ["named it"]


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert cli.main(["audit", *words]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_command_knows_what_lies_above_an_area(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "who-saw", "--area", "block:b1", "--since", "2026-01-01", "--json")
    assert {one["viewer"] for one in found} == SAW
    assert found[0]["first_at"].startswith("2026-03-04T12:")
    assert printed(capsys, "who-saw", "--area", "block:b1", "--until", "2026-03-03", "--json") == []


def test_a_log_that_has_not_begun_has_seen_nobody(fresh: Site) -> None:
    assert saw(fresh, B1, ABOVE_B1) == []


def test_the_last_day_of_the_calendar_is_a_day(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "who-saw", "--area", "block:b1", "--until", "9999-12-31", "--json")
    assert {one["viewer"] for one in found} == SAW


def test_reading_is_audited(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    printed(capsys, "who-saw", "--area", "block:b1", "--metric", "incident_count", "--json")
    printed(capsys, "verify", "--json")
    lines = printed(capsys, "show", "--viewer", operator().name, "--json")
    seen = lines[-2]
    assert (seen["action"], seen["about"], seen["areas"], seen["rows"]) == (
        "audit",
        "who-saw",
        ["block:b1"],
        len(SAW) - 1,
    )
    assert (seen["role"], lines[-1]["about"]) == ("oversight", "verify")
    last = printed(capsys, "show", "--viewer", operator().name, "--json")[-1]
    assert last["about"] == f"show {operator().name}"


@pytest.mark.slow
def test_the_commands_speak_to_people(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for words in (["verify"], ["show"], ["who-saw", "--area", "block:b1"]):
        assert cli.main(["audit", *words]) == 0
        said.append(capsys.readouterr().out)
    assert "lines are as they were written" in said[0]
    assert "asked all blocks" in said[1]
    assert "named it" in said[2]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["who-saw", "--area", "b1"], 3, "block:1010001"),
        (["who-saw", "--area", "block:b9"], 6, "no area 'b9'"),
        (["who-saw", "--area", "blok:b1"], 6, "did you mean block?"),
        (["show", "--since", "soon"], 2, "is no day"),
    ],
)
def test_a_wrong_word_is_a_sentence(
    home: Home, capsys: pytest.CaptureFixture[str], words: list[str], code: int, told: str
) -> None:
    assert cli.main(["audit", *words]) == code
    assert told in capsys.readouterr().err


def test_verify_names_the_first_line_that_is_wrong(
    tmp_path: Path, entry: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path)
    fill(AuditLog.open(home), entry)
    text = home.audit / "000000000001.jsonl"
    text.write_bytes(text.read_bytes().replace(b"asked all blocks within its township", b"nobody"))
    monkeypatch.setenv("KUAI_HOME", str(tmp_path))
    assert cli.main(["audit", "verify", "--json"]) == 12
    captured = capsys.readouterr()
    assert [one["line"] for one in json.loads(captured.out)["findings"]] == [5]
    assert "from line 5 on" in captured.err
    assert verify.verify(Site.of(home)).lines == 4


def test_every_option_has_a_text_in_both_languages() -> None:
    import typer

    for language in ("zh", "en"):
        command: Any = typer.main.get_command(cli.application(["audit"]))
        cli.describe(command, language)
        group = command.commands["audit"]
        assert group.help
        lacking = [(name, one.name) for name, inner in group.commands.items() for one in inner.params if not one.help]
        assert (lacking, [name for name, inner in group.commands.items() if not inner.help]) == ([], [])


def test_an_entry_without_a_place_is_no_answer(fresh: Site) -> None:
    log = AuditLog(fresh)
    log.write(Entry(SINCE, Viewer("li", "analyst"), "sign-in"))
    log.close()
    assert saw(fresh, B1, ABOVE_B1) == []
    assert [one["action"] for one in reading.lines(fresh, Settings.load(None, {}).serve, (SINCE, UNTIL))] == ["sign-in"]
