"""Questions to the audit: who saw numbers of an area, and the lines of some days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kuai import sql
from kuai.access import Place
from kuai.audit import files, sealing
from kuai.audit.entry import SHOWING
from kuai.database import Budget, lend

if TYPE_CHECKING:
    import duckdb

    from kuai.audit.log import Site
    from kuai.settings import ServeSettings

Row = dict[str, Any]


@dataclass(frozen=True)
class Sought:
    """An area, and the answers that count.

    Parameters
    ----------
    place : Place
        The area.
    holders : tuple of Place
        Areas above it, of every hierarchy.
    city : str
        Its city.
    since, until : datetime
        Moments of the answers: from the one, before the other; UTC.
    metric : str
        Only answers on this metric; empty for all.
    """

    place: Place
    holders: tuple[Place, ...]
    city: str
    since: datetime
    until: datetime
    metric: str = ""


@dataclass(frozen=True)
class Part:
    """Which rows of a long answer: ``most`` of them after the first ``skipped``."""

    skipped: int = 0
    most: int = 50


def who_saw(site: Site, settings: ServeSettings, sought: Sought) -> list[Row]:
    """Everyone whose answers held numbers of an area, one row per viewer, role and purpose, most answers first.

    An answer held them if it showed the area's level, and the area was named, lies within one that was named, or all
    areas were asked for; and lies within the scope. An answer on areas within it, asked for by its name, counts as well
    and is told apart as ``parts``. A number of an area above it is not a number of it.

    Parameters
    ----------
    site : Site
        Where the log lies.
    settings : ServeSettings
        Threads and memory.
    sought : Sought
        The area, and the answers that count.
    """
    return _asked(site, settings, *question("audit_who_saw", sought))


def answers(site: Site, settings: ServeSettings, sought: Sought, part: Part) -> list[Row]:
    """Answers that held numbers of an area, as in `who_saw`, one row each, newest first.

    Parameters
    ----------
    site : Site
        Where the log lies.
    settings : ServeSettings
        Threads and memory.
    sought : Sought
        The area, and the answers that count.
    part : Part
        Which of them.
    """
    statement, wanted = question("audit_answers", sought)
    return _asked(site, settings, statement, wanted | vars(part))


def use(site: Site, settings: ServeSettings, span: tuple[datetime, datetime]) -> list[Row]:
    """Questions by day (UTC), role and purpose: how many, how many of them refused, and how many viewers asked.

    Parameters
    ----------
    site : Site
        Where the log lies.
    settings : ServeSettings
        Threads and memory.
    span : tuple of datetime
        From the one moment, before the other.
    """
    return _asked(site, settings, sql.text("audit_use"), _spanned(span) | {"actions": list(SHOWING)})


def refused(site: Site, settings: ServeSettings, span: tuple[datetime, datetime], part: Part) -> list[Row]:
    """Lines of what was refused or not permitted, failed sign-ins among them, newest first; ``total`` counts all.

    Parameters
    ----------
    site : Site
        Where the log lies.
    settings : ServeSettings
        Threads and memory.
    span : tuple of datetime
        From the one moment, before the other.
    part : Part
        Which of them.
    """
    return _asked(site, settings, sql.text("audit_refused"), _spanned(span) | vars(part))


def lines(site: Site, settings: ServeSettings, span: tuple[datetime, datetime], viewer: str = "") -> list[Row]:
    """Lines of the log whose moment lies in a span, of one viewer or of all, by number.

    Parameters
    ----------
    site : Site
        Where the log lies.
    settings : ServeSettings
        Threads and memory.
    span : tuple of datetime
        From the one moment, before the other.
    viewer : str
        Name of the viewer; empty for all.
    """
    return _asked(site, settings, sql.text("audit_lines"), _spanned(span) | {"viewer": viewer})


def question(name: str, sought: Sought) -> tuple[str, Row]:
    """Statement of a question about the answers that held an area, with its parameters.

    Parameters
    ----------
    name : str
        Name of the statement on `audit_answer`.
    sought : Sought
        The area, and the answers that count.
    """
    place = str(sought.place)
    wanted = {
        "place": place, "level": sought.place.level, "holders": [place, *map(str, sought.holders)],
        "city": sought.city, "metric": sought.metric, "actions": list(SHOWING),
        **_spanned((sought.since, sought.until)),
    }  # fmt: skip
    return f"WITH audit_answer AS (\n{sql.text('audit_answer')}) {sql.text(name)}", wanted


def _asked(site: Site, settings: ServeSettings, statement: str, wanted: Row) -> list[Row]:
    with _opened(site, settings) as connection:
        return _rows(connection.execute(statement, wanted))


def _spanned(span: tuple[datetime, datetime]) -> Row:
    return {"since": _naive(span[0]), "until": _naive(span[1])}


@contextmanager
def _opened(site: Site, settings: ServeSettings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Lend a database in which the log is `audit_line`; no segment is sealed or removed meanwhile."""
    budget = Budget(settings.query_memory_mb, settings.query_threads)
    site.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with files.held(sealing.lock_of(site.folder), shared=True), lend(budget) as connection:
        listed = files.segments(site.folder)
        text = [one for segment in listed if not segment.is_sealed for one in _whole(files.read(segment.path))]
        connection.execute(f"CREATE TABLE open_line AS {sql.text('audit_parse')}", sealing.give(connection, text))
        sealed = ", ".join(f"'{_quoted(one.path)}'" for one in listed if one.is_sealed)
        stored = f"SELECT * FROM read_parquet([{sealed}]) UNION ALL " if sealed else ""
        connection.execute(f"CREATE VIEW audit_line AS {stored}SELECT * FROM open_line")
        yield connection


def _whole(content: bytes) -> Iterable[bytes]:
    lines, end, _ = content.rpartition(b"\n")
    return lines.split(b"\n") if end else ()


def _rows(done: duckdb.DuckDBPyConnection) -> list[Row]:
    names = [column[0] for column in done.description]
    return [dict(zip(names, row, strict=True)) for row in done.fetchall()]


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _quoted(path: object) -> str:
    return str(path).replace("'", "''")
