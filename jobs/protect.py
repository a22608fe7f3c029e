"""Protect: exact counts become served values, each class by its own method, before they leave the zone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kuai import sql
from kuai.disclosure.cellkey import protect as protect_persons
from kuai.errors import SettingsError
from kuai.metrics import Measure

from jobs.frame import Frame
from jobs.site import Site

if TYPE_CHECKING:
    import duckdb


def protect(connection: duckdb.DuckDBPyConnection, site: Site, measures: Sequence[Measure], frame: Frame) -> None:
    """Make the table ``served`` of served cells from the table ``counted`` of exact ones.

    Counts of persons get the noise of their cell, by the key of its epoch, and are left out below the threshold; other
    classes are served as they are, and the gate applies the rule of the audience.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Connection that knows ``counted`` and the frame.
    site : Site
        City, whose home has the keys.
    measures : sequence of Measure
        Measures in ``counted``.
    frame : Frame
        Canonical areas and policy.
    """
    persons = [measure.id for measure in measures if measure.klass == "person"]
    connection.execute("DROP TABLE IF EXISTS served")
    if persons:
        connection.execute(f"CREATE OR REPLACE VIEW exact AS {sql.text('canonical_cell')}")
        noise = frame.policy.klass("person").noise
        if noise is None:
            raise SettingsError("the class person has no noise", "conf/privacy.toml", 'set method = "cell_key"')
        protect_persons(connection, "served", noise, *site.keyring.cell_keys)
    else:
        connection.execute(
            "CREATE TABLE served AS SELECT measure, level, area, period, start, category, CAST(n AS DOUBLE) AS value "
            "FROM counted WHERE n > 0"
        )
