"""Checkpoints as they stand: for the counts of them, and as places for the store.

A checkpoint stands where its newest listing says, and lies in the area that the boundaries in force on the day give.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from kuai import sql
from kuai.lake import Lake, Ledger

from jobs.areas import index_areas
from jobs.frame import areas_id
from jobs.place import spans
from jobs.site import Site, files_view

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

PASSAGES = "core.checkpoint_hour"
_PLACES = "SELECT longitude, latitude FROM core_checkpoint UNION SELECT NULL, NULL ORDER BY ALL"
_SERVED = """
SELECT checkpoint_id AS checkpoint, kind, name, longitude, latitude, live_from,
    nullif(live_to, DATE '9999-12-31') AS live_to, leaf_level AS level, leaf AS area
FROM standing_checkpoint
WHERE longitude IS NOT NULL AND latitude IS NOT NULL
ORDER BY ALL
"""


@dataclass(frozen=True)
class Registry:
    """Checkpoints as they were listed, and the areas of their places as time goes by.

    Parameters
    ----------
    files : tuple of str
        Files of ``core.checkpoint``; none of a city without checkpoints.
    areas : str
        File of the areas that every place listed lies in, by span of days.
    """

    files: tuple[str, ...]
    areas: str

    def show(self, connection: duckdb.DuckDBPyConnection, site: Site) -> None:
        """Make ``core_checkpoint`` and ``checkpoint_area`` readable."""
        site.show(connection, "core.checkpoint", self.files)
        files_view(connection, "checkpoint_area", [self.areas])

    def stand(self, connection: duckdb.DuckDBPyConnection, site: Site) -> None:
        """Make ``standing_checkpoint`` of all checkpoints."""
        self.show(connection, site)
        connection.execute(f"CREATE TABLE standing_checkpoint AS {sql.text('standing_checkpoint')}")


def registry(site: Site, lake: Lake, ledger: Ledger) -> Registry:
    """Registry of a city, once all that was delivered has been received; its places are located once in a build.

    Parameters
    ----------
    site : Site
        City.
    lake, ledger : Lake, Ledger
        Its lake, and the record of deliveries.
    """
    files, path = tuple(lake.paths("core_checkpoint")), site.folder.scratch / f"checkpoint-area-{site.run_id}.parquet"
    if not path.is_file():
        places = index_areas(site, lake, areas_id(ledger))
        with site.connect() as connection:
            site.show(connection, "core.checkpoint", files)
            points = connection.sql(_PLACES).to_arrow_table()
        pq.write_table(spans(points, places), path)
    return Registry(files, str(path))


def checkpoints(site: Site, listed: Registry) -> pa.Table | None:
    """One row per checkpoint, kind, located level and span of days in one area, as the store holds them.

    None of a city that has no checkpoints.

    Parameters
    ----------
    site : Site
        City.
    listed : Registry
        Its checkpoints.
    """
    if not listed.files:
        return None
    with site.connect() as connection:
        listed.stand(connection, site)
        return connection.sql(_SERVED).to_arrow_table()
