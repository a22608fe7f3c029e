"""Names: what a landing file's name says of its rows."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from kuai import periods
from kuai.city import Source

_DAY = re.compile(r"(?<!\d)(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?!\d)")
_READS_NAME = re.compile(r"\bfile\b", re.IGNORECASE)
_COMMENT = re.compile(r"--.*")


def named_days(name: str) -> tuple[date, date] | None:
    """First and last day of the year, month or day that stands last in a file's name; None if there is none."""
    found = list(_DAY.finditer(Path(name).name))
    if not found:
        return None
    year, month, day = found[-1].groups()
    period = "day" if day else "month" if month else "year"
    try:
        first = date(int(year), int(month or 1), int(day or 1))
        return first, periods.end(period, first)
    except (ValueError, OverflowError):
        return None


def decided(source: Source, name: str) -> str:
    """What a file's name decides beside its content: with both the same, two files of a source tell the same.

    Parameters
    ----------
    source : Source
        Source of the file: it may take the day of a snapshot or the days covered from names, or the name itself.
    name : str
        Path below the data folder.
    """
    if _READS_NAME.search(_COMMENT.sub("", source.sql)):
        return name
    snapshot = re.search(source.as_of, Path(name).name) if source.as_of else None
    covered = named_days(name) if source.coverage == "name" else None
    return f"{snapshot[1] if snapshot else ''} {covered or ''}"
