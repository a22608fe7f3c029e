"""Frame: paths from leaf areas to every level, and what is wanted and released; written once, read by every task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from kuai import catalog, sql
from kuai.catalog.marts import CELL
from kuai.disclosure.policy import Policy
from kuai.lake import Ledger
from kuai.metrics import Measure

from jobs import codes
from jobs.discover import digest
from jobs.site import Site, files_view
from jobs.targets import released_table, targets, wanted_table

if TYPE_CHECKING:
    import duckdb

    from jobs.job import Run

PATHS = "coded.duckdb"
_READ = {"stock_checkpoint": ("standing_checkpoint",)}


@dataclass(frozen=True)
class Frame:
    """Files of the frame of one dataset.

    Parameters
    ----------
    folder : Path
        Where the paths of all datasets, and the dataset's ``wanted`` and ``released`` are.
    dataset : str
        Dataset.
    recipe : str
        Hash of all that cells depend on besides the rows themselves: areas, hierarchies, what is released of them,
        policy, keys, measures. A later epoch of the keys changes none of the cells there are.
    policy : Policy
        Rules in force.
    """

    folder: Path
    dataset: str
    recipe: str
    policy: Policy

    @property
    def paths(self) -> str:
        """DuckDB file of the paths in codes, which a database that uses these has attached."""
        return str(self.folder / PATHS)

    def show(self, connection: duckdb.DuckDBPyConnection, *, in_codes: bool) -> None:
        """Make ``path``, ``canonical``, ``root``, ``wanted`` and ``released`` readable, names as codes or as text."""
        for name in ("wanted", "released"):
            files_view(connection, f"{name}_names", [self.file(name)])
        if in_codes:
            codes.show(connection)
        else:
            codes.show_names(connection, Path(self.paths))

    def file(self, name: str) -> str:
        """Path of a table of this dataset."""
        return str(self.folder / f"{self.dataset}-{name}.parquet")

    @property
    def stored_periods(self) -> set[str]:
        """Periods that have cells of their own at some level."""
        return {row["period"] for row in self.released if row["summed_from"] is None}

    def stores(self, measure: str, period: str) -> bool:
        """Whether a measure has cells of its own for a period at any level."""
        wanted = (measure, period, None)
        return any((row["measure"], row["period"], row["summed_from"]) == wanted for row in self.released)

    @cached_property
    def released(self) -> list[dict[str, Any]]:
        """Released combinations of measure, level and period."""
        return [dict(row) for row in pq.read_table(self.file("released")).to_pylist()]


def write_paths(site: Site, areas: Sequence[str], folder: Path) -> None:
    """Write the paths from every area to the areas above it, and the identity of every area's set of leaves.

    Parameters
    ----------
    site : Site
        City.
    areas : sequence of str
        Files of ``core.area``.
    folder : Path
        Folder of the frame, made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with site.connect() as connection:
        area_table(connection, site, areas)
        ranks = [(one.name, level, rank) for one in site.city.hierarchies for rank, level in enumerate(one.levels)]
        connection.execute("CREATE TABLE level_rank (hierarchy VARCHAR, level VARCHAR, rank INTEGER)")
        connection.executemany("INSERT INTO level_rank VALUES (?, ?, ?)", ranks)
        connection.execute(f"CREATE TABLE path AS {sql.text('ancestors')}")
        bottoms = ", ".join(f"('{one.levels[-1]}')" for one in site.city.hierarchies)
        connection.execute(
            "CREATE VIEW leaf_set AS SELECT level, area, leaf, valid_from, valid_to FROM path "
            f"WHERE leaf_level IN (SELECT * FROM (VALUES {bottoms}))"
        )
        connection.execute(f"CREATE TABLE canonical AS {sql.text('canonical_area')}")
        levels = sorted({level for one in site.city.hierarchies for level in one.levels})
        codes.store(connection, folder / PATHS, levels, site.city.code)


def area_table(connection: duckdb.DuckDBPyConnection, site: Site, files: Sequence[str]) -> None:
    """Make the table ``core_area`` of all areas, with the whole city as the root of every hierarchy."""
    connection.execute(catalog.contract("core.area").to_duckdb())
    if files:
        files_view(connection, "delivered", list(files))
        connection.execute("INSERT INTO core_area BY NAME SELECT * FROM delivered")
    city = site.city
    for hierarchy in city.hierarchies:
        row = [hierarchy.name, city.root, city.code, city.name.zh, city.name.en]
        connection.execute(
            "INSERT INTO core_area BY NAME SELECT "
            "$1 AS hierarchy, $2 AS level, $3 AS area, $4 AS name_zh, $5 AS name_en, "
            "coalesce(min(valid_from), DATE '1900-01-01') AS valid_from FROM core_area "
            "HAVING count(*) FILTER (level = $2 AND hierarchy = $1) = 0",
            row,
        )


def frame_of(run: Run, dataset: str, levels: Sequence[str], recipe: str) -> Frame:
    """Frame of a dataset for this run; the paths are written once for each state of the boundaries.

    Parameters
    ----------
    run : Run
        Build under way.
    dataset : str
        Dataset.
    levels : sequence of str
        Levels its leaf counts are given at.
    recipe : str
        Hash of the areas, and of what else the dataset's places depend on.
    """
    statements = sql.text("ancestors"), sql.text("canonical_area")
    state = digest(areas_id(run.ledger), repr(run.site.city.hierarchies), *statements)
    folder = run.site.folder.geo / f"frame-{state}"
    if not (folder / PATHS).is_file():
        write_paths(run.site, run.lake.paths("core_area"), folder)
    keys = repr(sorted(run.site.keyring.rooted.items()))
    return make_frame(run.site, run.policy, folder, digest(recipe, keys), (dataset, levels))


def make_frame(site: Site, policy: Policy, folder: Path, recipe: str, leaves: tuple[str, Sequence[str]]) -> Frame:
    """Frame of a dataset, with its targets and released periods written beside the paths.

    Parameters
    ----------
    site : Site
        City.
    policy : Policy
        Rules in force.
    folder : Path
        Folder that `write_paths` filled.
    recipe : str
        Hash of the areas.
    leaves : (str, sequence of str)
        Dataset, and the levels its leaf counts are given at.
    """
    dataset, levels = leaves
    measures = [measure for measure in catalog.MEASURES if dataset_of(measure, site) == dataset]
    reached = targets(site.city, levels, is_exclusive=catalog.contract(dataset).located)
    released = released_table(site.city, policy, measures, reached)
    wanted = wanted_table(site.city, policy, measures, reached, released)
    asked = digest(repr(site.city.hierarchies), *(repr(one.to_pylist()) for one in (released, wanted)))
    frame = Frame(folder, dataset, _recipe(measures, policy, recipe, asked), policy)
    pq.write_table(released, frame.file("released"))
    pq.write_table(wanted, frame.file("wanted"))
    return frame


def dataset_of(measure: Measure, site: Site) -> str:
    """Dataset a measure is counted from: residents come from the register, or from published counts without one."""
    has_register = any(source.dataset == "core.person" for source in site.city.sources)
    if measure.id == "resident_count" and not has_register:
        return "core.population_count"
    return measure.dataset


def areas_id(ledger: Ledger) -> str:
    """Hash that differs when any boundary does."""
    return digest(*(batch.batch_id for batch in ledger.of("core.area")))


def _recipe(measures: Sequence[Measure], policy: Policy, areas: str, asked: str) -> str:
    texts = [
        sql.text(name)
        for name in (
            "expand_days",
            "rollup_period",
            "rollup_stock",
            "ancestors",
            "canonical_area",
            "canonical_cell",
            "protect_count",
            "latest_case",
        )
    ]
    texts += [sql.text(one) for measure in measures for one in (measure.source, *_READ.get(measure.source, ()))]
    return digest(repr(measures), policy.release, areas, asked, repr(CELL), *texts)
