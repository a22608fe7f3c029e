"""Every page in a real browser, in both languages and in the dark: open to all by axe-core, whole, and of this host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from kuai import texts
from kuai.access import Place
from kuai.alarms.book import Book
from kuai.alarms.declared import Wall
from kuai.alarms.entry import Finding, Point
from kuai.serving import Serving
from tests.dashboards import visiting
from tests.dashboards.visiting import NO_LETTER, Visit
from tests.dashboards.wall.conftest import wall

from dashboards import turning

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["wall"]

pytestmark = pytest.mark.browser

PATHS = list(dict.fromkeys(path for path, _ in visiting.addresses()))


@pytest.fixture(scope="module")
def site(
    serving: Serving,
    wall: Wall,
    answering: Callable[..., AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Address of all pages, also of those that only a city with a wall has."""
    book = Book(tmp_path_factory.mktemp("alarms"))
    book.renew({Point("many", Place("station", "s5")): Finding(fires=True, period="2018-03", respond_minutes=30)})
    with answering(serving, wall=wall, book=book) as address:
        yield address


@pytest.fixture(scope="module")
def made(browser: Browser, site: str, session_cookie: Callable[..., str]) -> dict[str, list[Visit]]:
    """Visits to every page, by path."""
    found: dict[str, list[Visit]] = {}
    for one in visiting.visits(browser, site, session_cookie):
        found.setdefault(one.address.partition("?")[0], []).append(one)
    return found


def test_every_page_is_visited() -> None:
    assert set(PATHS) >= turning.ADDRESSES
    assert all(any(path.startswith(room) for path in PATHS) for room in turning.ROOMS)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_serious_stands_in_anybodys_way(made: dict[str, list[Visit]], path: str) -> None:
    assert {f"{one.address} {one.scheme}": one.serious for one in made[path] if one.serious} == {}


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_asked_of_another_host_and_nothing_complains(
    made: dict[str, list[Visit]], path: str, site: str
) -> None:
    for one in made[path]:
        assert one.hosts == {urlsplit(site).netloc}
        assert one.complaints == []


@pytest.mark.parametrize("path", PATHS)
def test_every_letter_is_drawn_and_no_text_is_missing(made: dict[str, list[Visit]], path: str) -> None:
    for one in made[path]:
        assert one.text.strip()
        assert one.unseen == []
        assert visiting.keys(one.text, set(texts.registry())) == set()
    assert len({one.text for one in made[path]}) == len(made[path])


def test_a_letter_that_no_font_has_would_be_found(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/signin")
    assert visiting.unseen(page, "块 Kuai") == []
    assert page.evaluate(visiting.UNSEEN, [f"块\u0379{NO_LETTER}", NO_LETTER]) == ["\u0379", NO_LETTER]
    page.close()


def test_a_key_in_the_place_of_its_text_would_be_found() -> None:
    assert visiting.keys("Head station.find and so on.", set(texts.registry())) == {"station.find"}
