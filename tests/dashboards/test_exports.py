"""What the page shows as a file: only for whoever may take it away, only what he may see, and only so much."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from pyarrow import parquet

from kuai.access import Place, Viewer
from kuai.access.account import Profile
from kuai.access.signin import SignIn
from kuai.audit import Entry
from kuai.errors import AuditError
from kuai.settings import Settings

from dashboards.caller import seen_as
from dashboards.site import Site

if TYPE_CHECKING:
    from dash import Dash
    from starlette.testclient import TestClient

    from kuai.serving import Serving


MARCH = "/export?metric=incident_count&level=station&period=month&date=2018-03-05&lang=en"
CASES = {"s0": 3, "s1": 7, "s2": 12, "s3": 0, "s4": 25, "s5": 40}
Enter = Callable[..., "TestClient"]
Show = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def lines() -> list[Entry]:
    return []


@pytest.fixture(scope="module")
def recorded(serving: Serving, gatehouse: SignIn, lines: list[Entry]) -> Callable[..., Dash]:
    """Application whose questions can be looked at: `recorded(export_rows=5)` has another limit."""
    from dashboards.app import create

    def made(record: Callable[[Entry], object] = lines.append, **limits: Any) -> Dash:
        http = replace(Settings.load(None, {}).http, **limits)
        return create(serving, Site(gatehouse, http, language="en", record=record))

    return made


@pytest.fixture(scope="module")
def pages(recorded: Callable[..., Dash]) -> Dash:
    return recorded()


def test_the_file_holds_what_the_page_shows(
    enter: Enter, session_cookie: Callable[..., str], pages: Dash, lines: list[Entry]
) -> None:
    client = enter(session_cookie(), pages)
    lines.clear()
    answer = client.get(f"{MARCH}&format=csv")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    named = 'attachment; filename="incident_count-station-2018-03-s1.csv"'
    assert (answer.headers["content-disposition"], answer.headers["cache-control"]) == (named, "no-store")
    found = pd.read_csv(StringIO(answer.text.lstrip("\ufeff")), comment="#")
    assert dict(zip(found["area"], found["value"], strict=True)) == CASES
    assert [(one.action, one.viewer.name, one.rows) for one in lines] == [("export", "ana", 6)]


@pytest.mark.parametrize("kind", ["parquet", "geojson"])
def test_every_format_is_had_within_an_area(
    enter: Enter, session_cookie: Callable[..., str], pages: Dash, lines: list[Entry], kind: str
) -> None:
    answer = enter(session_cookie(), pages).get(f"{MARCH}&area=county:c1&format={kind}")
    if kind == "parquet":
        values = parquet.read_table(BytesIO(answer.content)).to_pydict()["value"]
    else:
        values = [one["properties"]["value"] for one in json.loads(answer.content)["features"]]
        assert json.loads(answer.content)["kuai"]["exported_by"] == "ana"
    assert values == [0, 25, 40]
    assert lines[-1].areas == (Place("county", "c1"),)


@pytest.fixture(scope="module")
def others(gatehouse: SignIn) -> None:
    """Accounts of a steward, who takes nothing away, and of an analyst of one county."""
    for name, role, scope in (("sue", "steward", "city:demo"), ("cal", "analyst", "county:c0")):
        gatehouse.accounts.add(Profile(name, name, (role,), (Place(*scope.split(":")),)))


def test_whoever_takes_nothing_away_is_told_so_on_a_page(
    enter: Enter, session_cookie: Callable[..., str], pages: Dash, lines: list[Entry], others: None
) -> None:
    lines.clear()
    answer = enter(session_cookie("sue", "steward", "quality"), pages).get(f"{MARCH}&format=csv")
    assert (answer.status_code, answer.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert "Not permitted: this role takes no numbers away" in answer.text
    assert "s5" not in answer.text
    assert [(one.action, one.outcome, one.viewer.name) for one in lines] == [("export", "refused", "sue")]


def test_two_viewers_never_get_each_others_file(
    enter: Enter, session_cookie: Callable[..., str], pages: Dash, others: None
) -> None:
    clients = {"ana": enter(session_cookie(), pages), "cal": enter(session_cookie("cal"), pages)}
    for _ in range(2):
        for name, client in clients.items():
            features = json.loads(client.get(f"{MARCH}&format=geojson").content)["features"]
            states = {one["properties"]["area"]: one["properties"]["state"] for one in features}
            assert states["s5"] == ("value" if name == "ana" else "not_permitted")
            assert (features[5]["properties"]["value"] == 40) is (name == "ana")


@pytest.mark.parametrize(
    "query",
    ["&format=xlsx", "&category=none&metric=none", "&date=soon", "&area=county:c9", "&level=none&area=:", "&area=x"],
)
def test_what_has_no_answer_is_a_page_that_repeats_nothing(
    enter: Enter, session_cookie: Callable[..., str], pages: Dash, query: str
) -> None:
    answer = enter(session_cookie(), pages).get(f"/export?lang=en{query}")
    assert (answer.status_code, "Nothing to export" in answer.text) == (400, True)
    for word in ("xlsx", "soon", "c9", "none"):
        assert word not in answer.text.partition("<main>")[2]


@pytest.mark.parametrize("limits", [{"export_rows": 5}, {"export_mb": 1}])
def test_what_is_too_large_is_not_sent(
    enter: Enter,
    session_cookie: Callable[..., str],
    recorded: Callable[..., Dash],
    limits: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dashboards.exports._MB", 1000)
    answer = enter(session_cookie(), recorded(**limits)).get(f"{MARCH}&format=geojson")
    assert (answer.status_code, "too large" in answer.text) == (400, True)


def test_no_file_without_its_line(
    enter: Enter, session_cookie: Callable[..., str], recorded: Callable[..., Dash], caplog: pytest.LogCaptureFixture
) -> None:
    def full(_: Entry) -> None:
        raise AuditError("the disk is full", "/somewhere")

    answer = enter(session_cookie(), recorded(full)).get(f"{MARCH}&format=csv&lang=zh")
    assert (answer.status_code, "暂时无法导出" in answer.text) == (503, True)
    assert "disk" not in answer.text
    assert "the disk is full" in caplog.text


def test_nobody_is_led_to_the_sign_in(visitor: TestClient) -> None:
    assert visitor.get(MARCH).status_code == 401
    asked = visitor.get(MARCH, headers={"Accept": "text/html"})
    assert (asked.status_code, asked.headers["location"][:19]) == (303, "/signin?next=%2Fexp")


def links(show: Show, search: str = "?level=station&date=2018-03-05&area=county:c0&lang=en") -> list[str]:
    found = [one for one in show(search)["panel.children"] if getattr(one, "id", "") == "takeaway"]
    return [one.href for one in found[0].children[1:]] if found else []


def test_the_page_links_to_what_it_shows(show: Show) -> None:
    whole = (
        "/export?metric=incident_count&level=station&period=month&date=2018-03-05&category=all&area=county:c0&lang=en"
    )
    assert links(show) == [f"{whole}&format={kind}" for kind in ("csv", "parquet", "geojson")]


def test_a_map_of_mixed_levels_is_no_table(
    show: Show, enter: Enter, session_cookie: Callable[..., str], pages: Dash
) -> None:
    mixed = "?metric=incident_count&level=adaptive-police&period=month&date=2018-03-05&lang=en"
    assert len(show(mixed)["panel.children"]) == 3
    assert links(show, mixed) == []
    assert enter(session_cookie(), pages).get(f"/export{mixed}").status_code == 400


def test_the_page_of_whoever_takes_nothing_away_has_no_link(show: Show) -> None:
    with seen_as(Viewer("sue", "steward", (), "quality")):
        assert links(show) == []
