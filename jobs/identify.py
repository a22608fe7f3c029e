"""Identify: identity numbers are checked and replaced by pseudonyms before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kuai.identity.statement import declare_regions, pseudonymised

from jobs.site import Site

if TYPE_CHECKING:
    import duckdb

_KEEP_YEAR = """
    SELECT * EXCLUDE (birth_date, identity_rule), year(birth_date) AS birth_year FROM named WHERE identity_rule IS NULL
"""


def identify(connection: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Replace the table ``taken`` by the same rows with pseudonyms; numbers that break a rule go to ``turned_away``.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Connection of the task; it never writes a number to disk.
    site : Site
        City, for the regions numbers may begin with, and for the keys.
    """
    declare_regions(connection, site.city.regions)
    connection.execute("CREATE OR REPLACE TEMP VIEW given AS FROM taken")
    site.keyring.lend(connection, "pid", "rkey")
    today = {"today": site.latest}
    connection.execute(f"CREATE OR REPLACE TEMP TABLE named AS {pseudonymised()}", today)
    connection.execute("DROP VIEW given")
    connection.execute("INSERT INTO turned_away SELECT line, identity_rule FROM named WHERE identity_rule IS NOT NULL")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE taken AS {_KEEP_YEAR}")
    connection.execute("DROP TABLE named")
