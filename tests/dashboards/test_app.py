"""What the pages' server answers, and what it forbids the browser."""

from __future__ import annotations

import gzip
import json
import urllib.request
from http.client import HTTPResponse
from typing import Any
from urllib.error import HTTPError

import pytest

from kuai.errors import LakeError

from dashboards.app import health


def get(url: str, **headers: str) -> HTTPResponse:
    answer: HTTPResponse = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20)  # noqa: S310 -- this host
    return answer


def test_health_is_json_and_not_the_page(site: str) -> None:
    found = json.load(get(f"{site}/healthz"))
    assert (found["city"], found["snapshot"]) == ("demo", "s1")
    assert found["age_seconds"] > 0


def test_health_says_when_nothing_can_be_served() -> None:
    class Broken:
        def status(self) -> Any:
            raise LakeError("nothing has been published")

    assert health(Broken()).status_code == 503  # type: ignore[arg-type]


def test_outlines_are_sent_once(site: str) -> None:
    answer = get(f"{site}/outlines/s1/station/2018-03-01.json")
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(json.load(answer)["features"]) == 6


def test_what_is_long_is_compressed(site: str) -> None:
    answer = get(site, **{"Accept-Encoding": "gzip"})
    assert b"react-entry-point" in gzip.decompress(answer.read())


@pytest.mark.parametrize("path", ["s1/village/2018-03-01.json", "s1/station/2018-03-01.json?area=county:c9"])
def test_unknown_outlines_are_not_found(site: str, path: str) -> None:
    with pytest.raises(HTTPError, match="404"):
        get(f"{site}/outlines/{path}")


def test_the_browser_may_ask_this_host_only(site: str) -> None:
    rules = get(site).headers["Content-Security-Policy"]
    assert "default-src 'self'" in rules
    assert "http" not in rules


def test_no_page_of_the_framework_comes_from_elsewhere(site: str) -> None:
    assert b"swagger" not in get(f"{site}/docs").read().lower()
