"""The desk without a browser: what each part shows in each state, and what the address says."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from kuai import catalog, texts
from kuai.access import Place, Viewer
from kuai.access.views import Views
from kuai.audit import Entry
from kuai.serving import Serving
from tests.dashboards.mapping.reading import read

from dashboards.desk import frame, values
from dashboards.desk.choice import Choice
from dashboards.desk.trend import SYMBOLS
from dashboards.gatehouse.house import log_entry
from dashboards.mapping import values as on_map
from dashboards.mapping import wording as mapping
from dashboards.mapping.mapping import Mapping
from dashboards.words import Words

if TYPE_CHECKING:
    from kuai.access.witness import Record

    from dashboards.pages.desk import DeskPage

Said = Callable[[Any], str]
Seen = Callable[[Viewer], AbstractContextManager[None]]
FIELDS, DATA, LANGUAGE, TITLE, LOOK = range(5)
HEAD, TRAIL, FINDING, RANKING, SUBJECT, ASIDE = "head", *(f"desk-{one}" for one in ("trail", "finding", "ranking",
                                                                                     "subject", "aside"))  # fmt: skip
EAST = Viewer("east", "analyst", (Place("county", "c0"),), "planning", session="s")
AUDITOR = Viewer("eva", "auditor", (), "audit", session="s")


class Plain:
    """What the page takes of a site."""

    def __init__(self, record: Record = log_entry, views: Views | None = None) -> None:
        self.language, self.record, self.views = "en", record, views


def made(serving: Serving, record: Record = log_entry, views: Views | None = None) -> DeskPage:
    from dashboards.pages.desk import DeskPage

    return DeskPage(serving, Mapping(serving, record, "en"), Plain(record, views))  # type: ignore[arg-type]


@pytest.fixture
def page(serving: Serving) -> DeskPage:
    return made(serving)


STATES = {
    "value": "?period=month&date=2018-02-03&pick=s5",
    "suppressed": "?metric=resident_count&period=month&date=2018-03-01&pick=s5",
    "missing": "?period=month&date=2017-12-01&pick=s5",
    "late": "?period=month&date=2018-04-01&pick=s5",
    "not_permitted": "?period=month&date=2018-02-03&pick=s5",
}


@contextmanager
def looked(page: DeskPage, as_viewer: Seen, state: str) -> Iterator[tuple[Any, ...]]:
    if state == "not_permitted":
        with as_viewer(EAST):
            yield page.show(STATES[state], None)
    else:
        yield page.show(STATES[state], None)


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_told_apart_in_trend_and_table(page: DeskPage, as_viewer: Seen, said: Said, state: str) -> None:
    with looked(page, as_viewer, state) as shown:
        data, name = shown[DATA], texts.text(f"state.{state}", "en")
        rows, at = data["rows"], data["rows"]["area"].index("s5")
        assert (rows["state"][at], rows["value"][at] is None) == (name, state != "value")
        marks = {one["name"]: one["sign"] for one in data["trend"]["marks"]}
        assert (name in marks) == (state != "value")
        assert marks.get(name) == SYMBOLS.get(state)
        assert name in said(shown[DATA]["parts"][RANKING]) or state == "value"
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)


def test_the_calendar_has_a_cell_for_every_day_and_a_sign_for_every_state(page: DeskPage) -> None:
    drawn = page.show("?level=station&pick=s5", None)[DATA]["calendar"]
    assert len(drawn["values"]) == len(drawn["signs"]) == len(drawn["rows"]) == 7
    assert {len(row) for row in (*drawn["values"], *drawn["signs"])} == {53}
    signs = {sign for row in drawn["signs"] for sign in row} - {""}
    assert {drawn["names"][sign] for sign in signs} == {texts.text("state.missing", "en")}  # nothing before 2018
    assert drawn["box"][1] == 52
    assert page.show("?level=county&period=month", None)[DATA]["calendar"] is None


@pytest.mark.parametrize(
    ("search", "asked"),
    [
        ("?metric=resident_count&level=station&period=month&date=2018-03-01", ("week", "2018-03-25", 52)),
        ("?level=station&period=28d&date=2018-03-20", ("month", "2018-02-28", 24)),
        ("?level=county&period=month&date=2018-02-03", ("month", "2018-02-28", 24)),
    ],
)
def test_periods_that_are_over_by_the_end_of_the_span_may_be_played(
    page: DeskPage, serving: Serving, search: str, asked: tuple[Any, ...]
) -> None:
    query = urlsplit(page.show(search, None)[DATA]["map"]["playback"]["url"]).query
    given = dict(parse_qsl(query))
    assert (given["period"], given["date"], int(given["frames"])) == asked
    head = read(on_map.answer(Mapping(serving, log_entry, "en"), query)).head
    assert len(head["frames"]) == asked[2]


@pytest.mark.parametrize(("period", "named"), [("28d", "the 28 days to 20 March 2018"), ("month", "March 2018")])
def test_the_map_says_of_which_span_its_values_are(serving: Serving, period: str, named: str) -> None:
    query = f"?lang=en&level=station&period={period}&date=2018-03-20"
    (only,) = read(values.answer(Mapping(serving, log_entry, "en"), query)).head["frames"]
    assert only["label"] == named


def test_the_map_says_of_itself_what_every_map_does() -> None:
    words = Words("en")
    assert {*mapping.wording(words)} == {*frame.wording(words)}


def test_it_opens_with_the_last_28_days_against_what_is_usual(page: DeskPage) -> None:
    data = page.show("?lang=en", None)[DATA]
    assert data["search"].startswith("?metric=incident_count&level=station&period=28d&date=2018-03-20")
    assert data["search"].endswith("compare=usual")
    assert data["fields"]["period"] == "28d"


def test_a_part_without_an_answer_says_why_and_the_others_stand(page: DeskPage) -> None:
    data = page.show("?level=county&period=month&date=2018-03-02&lang=en", None)[DATA]
    assert data["why"]["calendar"] == texts.text("desk.not_offered", "en")
    assert data["why"]["trend"] == texts.text("desk.not_offered", "en")
    assert len(data["rows"]["area"]) == 2


def test_a_span_that_is_not_over_is_not_judged(page: DeskPage, said: Said) -> None:
    told = said(page.show("?period=month&date=2018-03-02&compare=before&lang=en", None)[DATA]["parts"][FINDING])
    assert texts.text("desk.finding.partial", "en") in told


def test_an_old_number_looks_old_in_every_part(page: DeskPage, said: Said) -> None:
    shown = page.show("?lang=en", None)
    assert "stale" in shown[LOOK]
    assert shown[DATA]["stale"]
    assert shown[DATA]["stale"] in said(shown[DATA]["parts"][RANKING])


def test_who_sees_no_numbers_is_told_so(page: DeskPage, as_viewer: Seen, said: Said) -> None:
    with as_viewer(AUDITOR):
        shown = page.show("?lang=en", None)
    assert shown[LOOK] == "page desk refused"
    assert texts.text("part.not_permitted.what", "en") in said(shown[DATA]["parts"][FINDING])
    assert set(shown[DATA]) == {"refused", "parts"}


@pytest.mark.parametrize("search", ["?metric=nonsense", "?period=28x", "?compare=never", "?pick=%3Cb%3E", "?date=x"])
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_what_cannot_be_answered_is_said(page: DeskPage, said: Said, search: str, language: str) -> None:
    shown = page.show(f"{search}&lang={language}", None)
    assert shown[LOOK] == "page desk refused"
    assert texts.text("part.failed.what", language) in said(shown[DATA]["parts"][FINDING])


def test_a_change_costs_few_questions_and_no_new_fields(serving: Serving) -> None:
    from dash import no_update

    lines: list[Entry] = []
    page = made(serving, lines.append)
    first = page.show("?lang=en&pick=s1", None)
    lines.clear()
    again = page.show("?lang=en&pick=s1&compare=before", first[DATA]["offer"])
    assert again[FIELDS] is no_update
    assert [(one.outcome, one.period, len(one.areas)) for one in lines] == [("answered", "day", n) for n in (1, 0)]
    assert page.show("?lang=zh", first[DATA]["offer"])[FIELDS] is not no_update


def test_numbers_come_with_their_origin_and_ways_to_take_them(page: DeskPage, as_viewer: Seen, said: Said) -> None:
    aside = page.show("?lang=en", None)[DATA]["parts"][ASIDE]
    assert all(part in said(aside) for part in ("s1", "run1", "cases_q1", "CSV", "GeoJSON", "PNG"))
    with as_viewer(Viewer("st", "steward", (), "quality", session="s")):
        assert texts.text("desk.no_export", "en") in said(page.show("?lang=en", None)[DATA]["parts"][ASIDE])


def test_an_area_that_is_picked_leads_to_its_page(page: DeskPage) -> None:
    links = page.show("?pick=s1&lang=en", None)[DATA]["parts"][SUBJECT]
    assert [one.href for one in links if getattr(one, "href", "").startswith("/unit/station:s1?")]


def test_views_are_kept_for_the_account_alone(serving: Serving, as_viewer: Seen, said: Said, tmp_path: Path) -> None:
    page = made(serving, views=Views(tmp_path))
    assert "thefts" in said(page.keep({"do": "save", "name": "thefts", "search": "?category=theft&evil=1"}))
    assert Views(tmp_path).of("ana", "desk")[0].search == "?category=theft"
    with as_viewer(EAST):
        assert "thefts" not in said(page.keep(None))
    assert "cannot be saved" in said(page.keep({"do": "save", "name": ""}))
    assert "is no day" in said(page.keep({"do": "save", "name": "x", "search": "?date=2026-02-30&lang=en"}))
    assert "not permitted" not in said(page.keep({"do": "save", "name": "", "search": "?lang=en"}))
    assert "thefts" not in said(page.keep({"do": "remove", "name": "thefts"}))


def test_views_that_cannot_be_read_are_said_to_be_so(serving: Serving, said: Said, tmp_path: Path) -> None:
    (tmp_path / "views.sqlite").write_bytes(b"no database " * 100)
    assert "cannot be used" in said(made(serving, views=Views(tmp_path)).keep(None))


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_frame_and_every_metric_have_their_texts(page: DeskPage, language: str, said: Said) -> None:
    from dashboards.pages.desk import layout

    assert texts.text("desk.panel.trend", language) in said(layout(language))
    for metric in catalog.METRICS:
        assert len(page.show(f"?metric={metric.id}&lang={language}", None)) == LOOK + 1


def test_choices_survive_the_address() -> None:
    search = (
        "?metric=incident_count&level=station&period=28d&date=2018-03-20&area=county:c0&lang=en&compare=year&pick=s1"
    )
    assert Choice.parse(search).search == search
    assert Choice.parse("").search == "?"


def unpacked(packed: bytes) -> tuple[dict[str, Any], bytes]:
    """Head without the age, which grows, and the arrays."""
    length = int.from_bytes(packed[:4], "little")
    head = json.loads(packed[8 : 8 + length])
    return {name: told for name, told in head.items() if name != "age"}, packed[8 + length :].lstrip(b" ")


def test_the_values_of_the_map_come_with_the_page_as_they_would_apart(serving: Serving) -> None:
    lines: list[Entry] = []
    page = made(serving, lines.append)
    drawn = page.show("?lang=en&level=station&period=month&date=2018-02-03", None)[DATA]["map"]
    asked = len(lines)
    apart = values.answer(Mapping(serving, lines.append, "en"), drawn["values"].partition("?")[2])
    assert unpacked(base64.b64decode(drawn["brought"])) == unpacked(apart)
    assert len(lines) == asked + 1
    assert page.show("?lang=en&level=station&layer=smoothed&metric=incident_rate", None)[DATA]["map"]["brought"] is None


def test_parts_are_written_as_dash_writes_them() -> None:
    from dash import html, no_update

    from dashboards.pages.desk import whole

    tree = html.Div(
        [html.A("a", href="?", **{"aria-label": "b"}), "c", {"type": "Input", "props": {"id": "d"}}],
        className="e", style={"top": 0},
    )  # fmt: skip
    assert whole(no_update, {"parts": {"f": [tree, 1]}}, "en", "t", "page") == {
        "parts": {"f": [
            {"type": "Div", "props": {"className": "e", "style": {"top": 0}, "children": [
                {"type": "A", "props": {"children": "a", "href": "?", "aria-label": "b"}},
                "c", {"type": "Input", "props": {"id": "d"}},
            ]}}, 1,
        ]},
        "page": {"lang": "en", "title": "t", "look": "page"},
    }  # fmt: skip
