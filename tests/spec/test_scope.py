"""Scope: what lies within the areas of a viewer, period by period, in either hierarchy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from kuai.access import Place
from kuai.settings import Settings
from kuai.store import scope
from kuai.store.calendar import starts
from kuai.store.cells import Grid
from kuai.store.facts import Facts
from kuai.store.reader import Reader

TABLES = {
    "level": """
        hierarchy | level     | rank | name_zh | name_en   | has_geometry
        police    | city      | 0    | 市      | City      | true
        police    | district  | 1    | 分局    | District  | true
        police    | station   | 2    | 派出所  | Station   | true
        civic     | city      | 0    | 市      | City      | true
        civic     | community | 1    | 社区    | Community | true
    """,
    "area": """
        hierarchy | level     | area | parent | valid_from | valid_to
        police    | city      | demo | -      | 2000-01-01 | -
        police    | district  | d1   | demo   | 2000-01-01 | -
        police    | district  | d2   | demo   | 2000-01-01 | -
        police    | station   | a    | d1     | 2000-01-01 | -
        police    | station   | b    | d1     | 2000-01-01 | 2018-02-14
        police    | station   | b    | d2     | 2018-02-15 | -
        police    | station   | c    | d2     | 2018-03-01 | -
        civic     | city      | demo | -      | 2000-01-01 | -
        civic     | community | k    | demo   | 2000-01-01 | -
    """,
}


@contextmanager
def facts(publish: Any) -> Iterator[Facts]:
    reader = Reader(publish(**TABLES).city("demo").store, Settings.load().serve)
    with reader.lease() as opened:
        yield opened.facts
    reader.close()


@pytest.fixture
def within(publish: Any) -> Iterator[Callable[..., dict[str, str]]]:
    """Months January to March 2018 in which each area is shown, as `x` and `.` by area."""
    with facts(publish) as found:

        def ask(level: str, *places: str, area: str | None = None) -> dict[str, str]:
            days = starts("month", date(2018, 1, 1), date(2018, 3, 31))
            grid = Grid("month", days, level, area, "all")
            shown = scope.permitted(found, grid, [Place(*one.split(":")) for one in places])
            assert shown is not None
            codes = [area] if area else found.places(level).codes
            return {
                code: "".join("x" if one else "." for one in column)
                for code, column in zip(codes, shown.T, strict=True)
            }

        yield ask


def test_areas_within_the_scope_are_shown_while_they_lie_in_it(within: Any) -> None:
    assert within("station", "district:d1") == {"a": "xxx", "b": "x..", "c": "..."}
    assert within("station", "district:d2") == {"a": "...", "b": "..x", "c": "..x"}


def test_several_places_are_one_scope(within: Any) -> None:
    assert within("station", "station:a", "district:d2") == {"a": "xxx", "b": "..x", "c": "..x"}


def test_what_is_larger_or_of_another_hierarchy_is_not_within(within: Any) -> None:
    assert within("district", "station:a") == {"d1": "...", "d2": "..."}
    assert within("station", "community:k") == {"a": "...", "b": "...", "c": "..."}
    assert within("city", "district:d1") == {"demo": "..."}


def test_the_whole_city_by_its_name_is_everything(within: Any) -> None:
    assert within("station", "city:demo") == {"a": "xxx", "b": "xxx", "c": "..x"}
    assert within("community", "city:demo") == {"k": "xxx"}


def test_one_area_is_judged_as_among_all(within: Any) -> None:
    assert within("station", "district:d1", area="b") == {"b": "x.."}
