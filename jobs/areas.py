"""Areas: raster indexes of the located levels, made once for each state of the boundaries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kuai.geography.locator import Locator
from kuai.lake import Lake

from jobs.frame import area_table
from jobs.place import Places, locator
from jobs.site import Site

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


def index_areas(site: Site, lake: Lake, areas: str) -> Places:
    """Raster indexes of the located levels, built where they are not there yet.

    Parameters
    ----------
    site : Site
        City.
    lake : Lake
        Lake with ``core.area``.
    areas : str
        Hash of the boundaries, part of the files' names.
    """
    files = tuple((level, str(site.folder.geo / f"{level}-{areas}.index")) for level in site.city.located)
    missing = [(level, path) for level, path in files if locator(path) is None]
    if missing:
        with site.connect() as connection:
            area_table(connection, site, lake.paths("core_area"))
            for level, path in missing:
                Locator.build(_outlined(connection, level)).save(Path(path))
    return Places(files)


def _outlined(connection: duckdb.DuckDBPyConnection, level: str) -> pa.Table:
    query = (
        "SELECT DISTINCT area, valid_from, valid_to, geometry FROM core_area "
        "WHERE level = $1 AND geometry IS NOT NULL ORDER BY ALL"
    )
    return connection.sql(query, params=[level]).to_arrow_table()
