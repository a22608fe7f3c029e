"""Order: which of the deliveries of a case or a count is the newest, where the rows themselves do not say.

It follows from the names of the files alone, so that it is the same in whatever order they were built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from kuai.lake import Batch

from jobs.names import named_days
from jobs.site import Site, files_view

if TYPE_CHECKING:
    import duckdb

_ENDING = re.compile(r"\.[^/]*$")  # "a.csv" comes before "a-corrected.csv"
_FILE = "delivery.parquet"
_SCHEMA = pa.schema([("batch_id", pa.string()), ("place", pa.int32())])


def ordered(batches: Iterable[Batch]) -> list[str]:
    """Identities of batches, the oldest first: by the last day in the file's name, then by path without its ending."""
    return [batch.batch_id for batch in sorted(batches, key=_key)]


def write_order(site: Site, batches: Iterable[Batch]) -> None:
    """Write the places of batches in their order for the tasks of this build."""
    rows = [{"batch_id": name, "place": place} for place, name in enumerate(ordered(batches))]
    pq.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA), site.folder.scratch / _FILE)


def show_order(connection: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Make what `write_order` wrote readable as ``delivery``."""
    files_view(connection, "delivery", [str(site.folder.scratch / _FILE)])


def _key(batch: Batch) -> tuple[date, str, str, str]:
    named = named_days(batch.path)
    return named[1] if named else date.min, _ENDING.sub("", batch.path), batch.path, batch.batch_id
