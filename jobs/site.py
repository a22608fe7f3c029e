"""Site: what every stage of a build knows about the city it works for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from kuai import catalog
from kuai.city import City
from kuai.database import Budget, lend
from kuai.disclosure.keys import Keyring
from kuai.home import CityHome, Home
from kuai.settings import Settings


@dataclass(frozen=True)
class Site:
    """A city, where its files arrive, and where its results are kept.

    Parameters
    ----------
    city : City
        City pack.
    home : Home
        Root of everything Kuai writes.
    data : Path
        Folder of the landing files.
    settings : Settings
        Settings in force.
    run_id : str
        Identity of this run.
    run_on : date, optional
        Day that the run counts as its own; that on which it happens if None.
    """

    city: City
    home: Home
    data: Path
    settings: Settings
    run_id: str
    run_on: date | None = None

    @property
    def today(self) -> date:
        """Day of the city's calendar that decides what is due."""
        return self.run_on or self._present

    @property
    def latest(self) -> date:
        """Last day that a file can tell of: the present one, though the run counts as one of the past."""
        return max(self.today, self._present)

    @property
    def _present(self) -> date:
        return datetime.now(ZoneInfo(self.city.time_zone)).date()

    @property
    def folder(self) -> CityHome:
        """Folders of the city."""
        return self.home.city(self.city.code)

    @property
    def leaf(self) -> str:
        """Smallest level of the first hierarchy: what a code without a level means."""
        return self.city.hierarchies[0].levels[-1]

    @property
    def keyring(self) -> Keyring:
        """Keys of all epochs; opened where they are asked for, so that no key travels with a task."""
        return Keyring.open(self.home.key_source)

    @contextmanager
    def connect(
        self, *, may_spill: bool = True, threads: int = 1, frame: str = ""
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend the database of one task: in memory, within the task's budget, its local time that of the city.

        Parameters
        ----------
        may_spill : bool
            Whether rows that do not fit may be put into the scratch folder; never where there are identities.
        threads : int
            Threads of a statement, each with a task's memory: more than one only for a task that runs alone.
        frame : str
            DuckDB file to be read as ``frame``.
        """
        scratch = str(self.folder.scratch) if may_spill else ""
        with lend(Budget(threads * self.settings.engine.task_memory_mb, threads, scratch, frame)) as connection:
            connection.execute("SET TimeZone = $1", [self.city.time_zone])
            yield connection

    def show(
        self, connection: duckdb.DuckDBPyConnection, dataset: str, files: tuple[str, ...], where: str = "true"
    ) -> None:
        """Make the rows of a dataset readable under the name of its table, which is empty if there are no files.

        Parameters
        ----------
        connection : duckdb.DuckDBPyConnection
            Connection to make it on.
        dataset : str
            Name of the dataset.
        files : tuple of str
            Its files in the lake.
        where : str
            SQL condition without values from outside.
        """
        contract = catalog.contract(dataset)
        if files:
            files_view(connection, contract.table, list(files), where)
        else:
            connection.execute(contract.to_duckdb(self.city.located))


def usable_threads(setting: int) -> int:
    """Threads that a setting stands for: itself, or one per usable core for 0."""
    return setting or len(os.sched_getaffinity(0))


def files_size(paths: Iterable[str]) -> int:
    """Bytes of the files together."""
    return sum(Path(path).stat().st_size for path in paths)


def files_view(connection: duckdb.DuckDBPyConnection, name: str, paths: list[str], where: str = "true") -> None:
    """Make a view over Parquet files of the lake, with the rows that fulfil the condition.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Connection to make it on.
    name : str
        Name of the view.
    paths : list of str
        Files, all of one table; at least one.
    where : str
        SQL condition without values from outside.
    """
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet({listed(paths)}) WHERE {where}")


def listed(paths: Iterable[str]) -> str:
    """SQL list of paths."""
    return "[" + ", ".join("'" + path.replace("'", "''") + "'" for path in paths) + "]"
