"""Packs are made once for all processes, and anew where their file is no good; a folder may refuse to keep them."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import shapely

from kuai.access.signin import SignIn
from kuai.errors import KuaiError
from kuai.home import CityHome, Home
from kuai.serving import Serving
from kuai.settings import Settings
from tests.dashboards.city import TABLES

from dashboards.app import create
from dashboards.mapping import ready, routes
from dashboards.mapping.cover import LOW, Cover
from dashboards.mapping.kept import Kept
from dashboards.mapping.mapping import Mapping
from dashboards.mapping.ready import prepare
from dashboards.site import Site

if TYPE_CHECKING:
    from starlette.testclient import TestClient

PATH = "/shapes/s1/police/station/2010-01-01/lo.bin"


@pytest.fixture
def city(tmp_path: Path) -> CityHome:
    return CityHome(tmp_path / "demo").prepare()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the parts that were made."""
    found: list[str] = []
    make = Cover.packed

    def packed(cover: Cover, name: str) -> bytes:
        found.append(name)
        return make(cover, name)

    monkeypatch.setattr(Cover, "packed", packed)
    return found


def cover(city: CityHome, side: float = 0.1) -> Cover:
    """Cover as another process has it, of two areas."""
    shapes = [shapely.to_wkb(shapely.box(100 + at * side, 30, 100 + (at + 1) * side, 30.1)) for at in range(2)]
    areas = pd.DataFrame({"area": ["a", "b"], "name_zh": "", "name_en": "", "geometry": shapes})
    return Cover(areas, Kept(city))


def test_a_second_process_does_not_make_them_again(city: CityHome, made: list[str]) -> None:
    first = [cover(city).part(name) for name in (LOW, "0")]
    assert [cover(city).part(name) for name in (LOW, "0")] == first
    assert made == [LOW, "0"]


@pytest.mark.parametrize("name", ["outlines", "polygons"])
def test_documents_are_made_once_as_well(city: CityHome, made: list[str], name: str) -> None:
    first = cover(city)
    assert first.document(name) == first.document(name) == cover(city).document(name)
    assert made == [name]


def test_other_outlines_have_their_own(city: CityHome) -> None:
    assert cover(city).part(LOW) != cover(city, 0.2).part(LOW)


@pytest.mark.parametrize("damaged", [b"", b"x" * 40, None])
def test_a_damaged_file_is_made_anew(city: CityHome, made: list[str], damaged: bytes | None) -> None:
    first = cover(city).part(LOW)
    (file,) = city.shapes.glob("*/lo.bin")
    sound = file.read_bytes()
    file.write_bytes(sound[:-9] if damaged is None else damaged)
    assert cover(city).part(LOW) == first
    assert file.read_bytes() == sound
    assert made == [LOW, LOW]


def test_only_their_owner_reads_them_and_no_draft_is_left(city: CityHome) -> None:
    cover(city).part(LOW)
    (folder,) = city.shapes.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [one.name for one in folder.iterdir()] == ["lo.bin"]


def test_a_folder_that_keeps_nothing_is_no_matter(city: CityHome, made: list[str]) -> None:
    city.shapes.write_text("in the way")
    one = cover(city)
    assert one.part(LOW) == one.part(LOW) is not None
    assert made == [LOW]


def test_what_fails_is_tried_again(city: CityHome, monkeypatch: pytest.MonkeyPatch, made: list[str]) -> None:
    one, usual = cover(city), Kept.read

    def fails(*_given: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Kept, "read", fails)
    with pytest.raises(MemoryError):
        one.part(LOW)
    monkeypatch.setattr(Kept, "read", usual)
    assert one.part(LOW)
    assert made == [LOW]


def test_they_leave_with_the_last_snapshot_that_used_them(city: CityHome) -> None:
    older, newer, kept = cover(city), cover(city, 0.2), Kept(city)
    (city.store / "serving-s1.duckdb").touch()
    for one in (older, newer):
        one.part(LOW)
    kept.tidy()
    assert len(list(city.shapes.iterdir())) == 2, "used since the snapshot was published"
    for folder in city.shapes.iterdir():
        os.utime(folder, (1, 1))
    kept.use(newer.digest)
    kept.tidy()
    assert [one.name.split("-")[0] for one in city.shapes.iterdir()] == [newer.digest]


def test_all_levels_are_prepared(publish: Callable[..., Home], made: list[str]) -> None:
    home = publish("s1", **TABLES)
    for _ in range(2):
        with closing(Serving.open(home, "demo")) as gate:
            prepare(Mapping(gate, lambda _entry: None, "en", kept=Kept(home.city("demo"))))
    assert sorted(made) == sorted(["0", LOW] * 3)


@pytest.mark.parametrize("wrong", [FileNotFoundError("the file is gone"), KuaiError("not now")])
def test_what_went_wrong_is_prepared_again_and_the_next_snapshot_too(
    monkeypatch: pytest.MonkeyPatch, wrong: Exception
) -> None:
    class Published:
        """Shelf of a city that publishes twice, after which the process ends."""

        def __init__(self) -> None:
            self.shelf, self.seen = self, iter(["s1", "s1", "s1", "s2", "s2"])

        @property
        def snapshot(self) -> str:
            if (found := next(self.seen, "")) == "":
                raise SystemExit
            return found

    prepared: list[object] = []

    def fails_once(mapping: object) -> None:
        prepared.append(mapping)
        if len(prepared) == 1:
            raise wrong

    monkeypatch.setattr(ready, "prepare", fails_once)
    for name in ("_PULSE_S", "_AGAIN_S"):
        monkeypatch.setattr(ready, name, 0)
    with pytest.raises(SystemExit):
        ready._watch(Published())  # type: ignore[arg-type]
    assert len(prepared) == 3


def test_who_will_not_wait_is_told_that_they_are_being_prepared(
    publish: Callable[..., Home], enter: Callable[..., TestClient], gatehouse: SignIn,
    session_cookie: Callable[[], str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    home, make, go = publish("s1", **TABLES), Cover.packed, Event()
    monkeypatch.setattr(routes, "PATIENCE_S", 0.05)
    monkeypatch.setattr(Cover, "packed", lambda cover, name: make(cover, name) if go.wait(20) else b"")
    with closing(Serving.open(home, "demo")) as gate:
        site = replace(Site(gatehouse, Settings.load(None, {}).http, language="en"), folder=home.city("demo"))
        client = enter(session_cookie(), create(gate, site))
        early = client.get(PATH)
        assert (early.status_code, early.content, early.headers["cache-control"]) == (202, b"", "no-store")
        go.set()
        monkeypatch.setattr(routes, "PATIENCE_S", 20)
        assert client.get(PATH).status_code == 200
    assert list(home.city("demo").shapes.glob("*/lo.bin"))
