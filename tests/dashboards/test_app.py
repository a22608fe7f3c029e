"""What the pages' server answers to whoever has signed in, and what it forbids the browser."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from kuai.errors import LakeError

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def test_health_tells_no_number(visitor: TestClient) -> None:
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_health_says_when_nothing_can_be_served() -> None:
    class Broken:
        def snapshot(self) -> dict[str, object]:
            raise LakeError("the serving file is gone")

    from dashboards.app import health

    answer: Any = health(Broken())  # type: ignore[arg-type]
    assert (answer.status_code, json.loads(answer.body)) == (503, {"status": "unavailable"})


def test_what_is_long_is_compressed(analyst: TestClient) -> None:
    with analyst.stream("GET", "/", headers={"Accept-Encoding": "gzip"}) as answer:
        assert b"react-entry-point" in gzip.decompress(b"".join(answer.iter_raw()))


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/nothing", "/_dash-nothing", "/signin/"])
def test_an_unknown_path_is_told_in_a_line(analyst: TestClient, path: str) -> None:
    answer = analyst.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert len(answer.text.splitlines()) == 2


def test_files_of_dash_that_are_no_part_of_the_page_are_not_found(analyst: TestClient) -> None:
    analyst.get("/")
    assert analyst.get("/_dash-component-suites/plotly/package_data/plotly.min.js").status_code == 200
    for path in ("dash/dash.py", "os/path.py", "plotly/../../x", "dash/dcc/../dash.py", "", "dash"):
        assert analyst.get(f"/_dash-component-suites/{path}").status_code == 404


def test_a_callback_answers_whoever_has_signed_in(analyst: TestClient, ask: Callable[..., dict[str, Any]]) -> None:
    answer = analyst.post("/_dash-update-component", json=ask("?lang=en"))
    assert answer.status_code == 200
    assert "Station s5" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def broken(*_: object) -> None:
    raise RuntimeError("out of order")


def test_a_page_that_cannot_be_drawn_says_so(
    analyst: TestClient, ask: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.pages.map.MapPage.show", broken)
    answer = analyst.post("/_dash-update-component", json=ask("?lang=en"))
    assert (answer.status_code, "page failed" in answer.text) == (200, True)
    assert "out of order" not in answer.text


def test_what_fails_beside_a_page_leaves_it_as_it_is(analyst: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.pages.desk.DeskPage.keep", broken)
    deed = {"id": "desk-deed", "property": "data", "value": {"do": "save", "name": "x"}}
    views = {"id": "desk-views", "property": "children"}
    asked = {"output": "desk-views.children", "outputs": views, "inputs": [deed], "changedPropIds": ["desk-deed.data"]}
    answer = analyst.post("/_dash-update-component", json=asked)
    assert (answer.status_code, "page failed" in answer.text) == (500, False)
    assert "out of order" not in answer.text
