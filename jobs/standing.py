"""Checkpoints as they stand: for the counts of them, and as places for the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kuai import sql

from jobs.site import Site, files_view

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_SERVED = """
SELECT checkpoint_id AS checkpoint, kind, name, longitude, latitude, live_from,
    nullif(live_to, DATE '9999-12-31') AS live_to, leaf_level AS level, leaf AS area
FROM standing_checkpoint
WHERE longitude IS NOT NULL AND latitude IS NOT NULL
ORDER BY ALL
"""


def show(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``standing_checkpoint`` of all checkpoints of ``core_checkpoint``."""
    connection.execute(f"CREATE TABLE standing_checkpoint AS {sql.text('standing_checkpoint')}")


def checkpoints(site: Site, files: Sequence[str]) -> pa.Table | None:
    """One row per checkpoint, kind and located level, as the store holds them; None of a city that has none.

    Parameters
    ----------
    site : Site
        City.
    files : sequence of str
        Files of ``core.checkpoint``.
    """
    if not files:
        return None
    with site.connect() as connection:
        files_view(connection, "core_checkpoint", list(files))
        show(connection)
        return connection.sql(_SERVED).to_arrow_table()
