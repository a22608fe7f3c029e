"""The statement that replaces identity numbers, and the tables it reads."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from kuai import sql
from kuai.errors import PackError
from kuai.identity.number import PROVINCES


def pseudonymised() -> str:
    """SELECT with one row per row of ``given``: identity numbers checked and replaced in one pass.

    It takes ``$today``, reads ``given(id_number, …)``, ``region`` and what the keyring lends for ``pid`` and ``rkey``,
    and yields every other column of ``given`` and is_upgraded, identity_rule, pid and rkey. It can stand wherever a
    SELECT can: ``CREATE TABLE … AS``, ``COPY (…) TO``.
    """
    return f"WITH checked AS (\n{sql.text('identity_check')})\n{sql.text('pseudonymise')}"


def declare_regions(con: duckdb.DuckDBPyConnection, codes: Iterable[str] = ()) -> None:
    """Make the table ``region`` of codes that identity numbers may begin with.

    Parameters
    ----------
    con : DuckDBPyConnection
        Connection the statement will run on.
    codes : iterable of str
        Codes of a city pack, all of the same length of 2, 4 or 6 digits; none for the provinces of GB/T 2260.

    Raises
    ------
    PackError
        If a code is no such number, or lengths differ.
    """
    known = sorted(set(codes)) or list(PROVINCES)
    if len({len(code) for code in known}) > 1 or not all(_is_code(code) for code in known):
        raise PackError("region codes must all have 2, 4 or 6 digits, the same for all", "city.toml: regions")
    con.execute("CREATE OR REPLACE TEMP TABLE region AS SELECT unnest($codes::VARCHAR[]) AS code", {"codes": known})


def _is_code(code: str) -> bool:
    return len(code) in {2, 4, 6} and code.isascii() and code.isdigit()
