"""The store of a town that was built: what is damaged, old or lost is published anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from jobs import publish
from jobs.job import Report

pytestmark = pytest.mark.slow

Served = Callable[..., dict[str, list[Any]]]
Built = tuple[Any, Path, Report]


@pytest.mark.parametrize("damage", ["pointer", "file", "gone", "form"])
def test_a_damaged_store_is_published_anew(built: Built, served: Served, damage: str) -> None:
    town, home, first = built
    before, store = served(home), home / "liuxi" / "store"
    path = store / "current" if damage == "pointer" else store / json.loads((store / "current").read_text())["file"]
    if damage == "form":
        with duckdb.connect(str(path)) as connection:
            connection.execute("DROP TABLE form")
    else:
        path.unlink() if damage == "gone" else path.write_bytes(b"{")
    second = town.build(home)
    assert (second.snapshot, second.is_new) == (first.snapshot, True)
    assert served(home) == before


def test_a_store_of_other_tables_is_written_anew(built: Built, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    town, home, first = built
    before, schema = served(home), publish.schema()
    monkeypatch.setattr(publish, "schema", lambda: f"{schema} CREATE TABLE later (x INTEGER);")
    assert town.build(home).is_new
    assert "later" in served(home)
    monkeypatch.setattr(publish, "schema", lambda: schema)
    assert town.build(home).snapshot == first.snapshot
    assert served(home) == before


def test_a_city_published_just_before_a_crash_is_still_the_default(built: Built) -> None:
    town, home, _ = built
    (home / "latest").unlink()
    town.build(home)
    assert (home / "latest").read_text().strip() == "liuxi"


def test_what_the_pack_says_is_found_by_checks_is_known_where_it_is_served(built: Built, served: Served) -> None:
    assert served(built[1])["discovered"] == [("noise",)]
