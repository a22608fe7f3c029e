"""What an engine's message may say: the kind of fault and the names in it, never a value of a row."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from kuai.errors import PackError

_ABOUT_SQL = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.SyntaxException)
_QUOTED = re.compile(r"'.*'|'.*$")
_KNOWN = ("Could not convert string", "Could not parse string", "out of range", "Overflow", "field format")


def told(error: duckdb.Error) -> str:
    """First line of DuckDB's message without literals; if it may speak of rows, only words that cannot be a value.

    Parameters
    ----------
    error : duckdb.Error
        The error a statement of a pack ended with.
    """
    lines = str(error).splitlines() or [""]
    if not isinstance(error, _ABOUT_SQL):
        return ", ".join([type(error).__name__, *(words for words in _KNOWN if words in lines[0])])
    hints = [line for line in lines[1:] if line.startswith(("Candidate", "Did you mean"))]
    return " ".join(_QUOTED.sub("…", line) for line in [lines[0], *hints])


def pack_fault(error: duckdb.Error, sql_path: Path, file: str) -> PackError:
    """Error of a pack's SELECT, naming the SELECT and the file it met.

    Parameters
    ----------
    error : duckdb.Error
        What DuckDB said.
    sql_path : Path
        File of the SELECT.
    file : str
        The landing file.
    """
    remedy = "mend the SELECT; for text that may be no date or number use try_cast or try_strptime"
    return PackError(f"the SELECT fails on {file}: {told(error)}", str(sql_path), remedy)
