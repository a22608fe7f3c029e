"""The way through the gatehouse: its language goes along, and its pages with a token are sent as they are."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.dashboards.test_gatehouse import FIRST, send

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.mark.parametrize(
    ("wanted", "after"),
    [
        ("/", "/?lang=zh"),
        ("/desk?area=a:b", "/desk?area=a:b&lang=zh"),
        ("/desk?lang=zh&x=1", "/desk?lang=zh&x=1"),
        ("/desk?lang=en&x=", "/desk?lang=zh&x="),
    ],
)
def test_the_language_of_the_form_is_that_of_the_page_behind(visitor: TestClient, wanted: str, after: str) -> None:
    answer = send(visitor, "/signin", **FIRST | {"lang": "zh"}, next=wanted)
    assert (answer.status_code, answer.headers["location"]) == (303, after)


def test_the_other_language_is_that_of_the_page_and_not_of_where_its_form_went(analyst: TestClient) -> None:
    refused = analyst.post("/signout", data={"token": "0" * 64})
    (there,) = re.findall(r'href="([^"]*lang=zh[^"]*)"', refused.text)
    assert unescape(there).startswith("/account?")
    assert analyst.get(unescape(there)).status_code == 200


@pytest.mark.parametrize("path", ["/account", "/signin", "/code", "/password", "/device"])
def test_a_page_with_a_token_is_not_compressed(analyst: TestClient, path: str) -> None:
    with analyst.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.status_code == 200
        assert "content-encoding" not in answer.headers
