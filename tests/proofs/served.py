"""What is served of a population: the whole build in this process, published, and asked through the gate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from kuai import periods
from kuai.city import load_city
from kuai.disclosure.cellkey import Noise
from kuai.disclosure.keys import Key
from kuai.home import Home
from kuai.serving import Question, Serving
from kuai.settings import Settings, conf_folder
from kuai.store.releases import Note
from tests.proofs.zone import CITY, SELECTS, SOURCES, Zone

from jobs.job import build
from jobs.progress import Silent
from jobs.site import Site

MASTER = bytes(range(32))
RUN = "proof"


def publish(zone: Zone, folder: Path, today: date | None = None) -> Home:
    """Home in which the population was built and published on a day; on the present one if None."""
    zone.deliver(folder / "landing")
    return republish(folder, today)


def republish(folder: Path, today: date | None = None, *, revises: bool = False) -> Home:
    """Home of a folder after another build of its landing files on a day, always with the same keys."""
    home = Home(folder / "home")
    settings = Settings.load(None, {})
    settings = replace(settings, engine=replace(settings.engine, threads=1))
    _prepare(folder, home)
    city = load_city(str(folder / "pack"), conf_folder() / "cities")
    site = Site(city, home, folder / "landing", settings, RUN, today)
    build(site, Silent(), Unexamined(), is_explicit=False, revises=revises)  # type: ignore[arg-type]
    return home


def _prepare(folder: Path, home: Home) -> None:
    if home.keys.is_dir():
        return
    home.keys.mkdir(parents=True, mode=0o700)
    (home.keys / "master.key").write_bytes(MASTER)
    (home.keys / "master.key").chmod(0o600)
    (folder / "pack").mkdir()
    for name, text in {"city.toml": CITY, "sources.toml": SOURCES, **_selects()}.items():
        (folder / "pack" / name).write_text(text, "utf-8")


def _selects() -> dict[str, str]:
    return {f"{name}.sql": f"{select}\n" for name, select in SELECTS.items()}


@contextmanager
def opened(home: Home) -> Iterator[Answers]:
    """Answers of a home."""
    with closing(Serving.open(home)) as serving:
        yield Answers(serving)


class Answers:
    """Numbers as the gate gives them.

    Parameters
    ----------
    serving : Serving
        The gate.
    """

    def __init__(self, serving: Serving) -> None:
        self.serving = serving

    def residents(self, level: str, day: date, category: str = "all", period: str = "month") -> pd.Series:
        """Residents by area of a level; NaN where there is no value."""
        return self.of(Question("resident_count", level, period, day, day, category=category))

    def events(self, level: str, month: date) -> pd.Series:
        """Persons with population events in a month, by area of a level."""
        return self.of(Question("population_event_count", level, "month", month, periods.end("month", month)))

    def notes(self, day: date) -> list[Note]:
        """What is said of the residents of a day."""
        return list(self.serving.ask(Question("resident_count", "block", "month", day, day)).notes)

    def of(self, question: Question) -> pd.Series:
        """Values of one period by area, NaN where there is none."""
        rows = self.serving.ask(question).rows
        return pd.Series(rows["value"].to_numpy(), rows["area"].astype(str))


class Unexamined:
    """Stands for the process of the expectations, which has no say in what is served."""

    returncode = 0

    def __init__(self) -> None:
        self.stdin = self

    def write(self, _text: str) -> None: ...

    def close(self) -> None: ...

    def communicate(self) -> tuple[str, str]:
        return "[]", ""


def set_keyed(con: duckdb.DuckDBPyConnection, target: str, noise: Noise, key: Key) -> None:
    """Last step of the published method, in place of `kuai.disclosure.cellkey.protect`: who is counted is the key."""
    exact = con.execute("FROM exact").df()
    noisy = exact["n"] + noise.of(exact["k"].to_numpy() % 2**32)
    shown = exact.assign(value=noisy.astype(np.float64))[noisy >= noise.threshold]
    con.register("set_keyed", shown[["measure", "level", "area", "period", "start", "category", "value"]])
    con.execute(f'CREATE TABLE "{target}" AS SELECT * REPLACE (CAST(start AS DATE) AS start) FROM set_keyed')
    con.unregister("set_keyed")
