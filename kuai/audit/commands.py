"""The commands `kuai audit verify`, `who-saw` and `show`. Whoever reads the audit leaves a line in it."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kuai.access import Place
from kuai.commands import AsJson, day, grouped
from kuai.errors import AuditError, SettingsError
from kuai.home import Home
from kuai.settings import Settings

if TYPE_CHECKING:
    from kuai.audit.reading import Row
    from kuai.audit.verify import Verdict


Since = Annotated[date | None, typer.Option(parser=day, metavar="DAY")]
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
_SHOWN = 200


def audits() -> typer.Typer:
    """Commands of `kuai audit`."""
    return grouped({"verify": verify, "who-saw": who_saw, "show": show})


def verify(*, as_json: AsJson = False) -> None:
    """Recompute every line and compare with head, seals and anchors."""
    from kuai import console
    from kuai.audit.log import Site
    from kuai.audit.standing import keep
    from kuai.audit.verify import verify as examine

    home = Home.from_environment()
    began, site, now = time.perf_counter(), Site.of(home), datetime.now(UTC)
    with console.progress() as tick:
        verdict = examine(site, tick)
    seconds = time.perf_counter() - began
    keep(site, verdict, now)
    try:
        _leave(home, "verify", rows=verdict.lines)
    except AuditError:
        if not verdict.findings:
            raise
    _tell_verdict(verdict, seconds, as_json=as_json)
    if verdict.findings:
        first = verdict.findings[0]
        raise AuditError(f"the audit is not what was written, from line {first.line} on: {first.what}", first.where)


def who_saw(  # noqa: PLR0913 -- one parameter per option
    area: Annotated[str, typer.Option("--area")],
    *,
    since: Since = None,
    until: Since = None,
    metric: Annotated[str, typer.Option("--metric")] = "",
    city: Annotated[str, typer.Option("--city")] = "",
    as_json: AsJson = False,
) -> None:
    """Print everyone whose answers held numbers of an area."""
    from kuai.audit import reading
    from kuai.audit.log import Site
    from kuai.store.ancestry import above
    from kuai.store.reader import Reader

    home, place, span = Home.from_environment(), _place(area), _span(since, until)
    settings, chosen = Settings.load(home.settings), home.chosen(city or None)
    with Reader(chosen.store, settings.serve).lease() as opened:
        sought = reading.Sought(place, above(opened, place), chosen.name, *span, metric)
    found = reading.who_saw(Site.of(home, settings), settings.serve, sought)
    _leave(
        home, "who-saw", rows=len(found), level=place.level, areas=(place,), first=since, last=until, metric=metric,
        city=chosen.name,
    )  # fmt: skip
    _tell(found, ("viewer", "role", "purpose", "answers", "parts", "first_at", "last_at", "metrics"), as_json=as_json)


def show(
    *,
    since: Since = None,
    until: Since = None,
    viewer: Annotated[str, typer.Option("--viewer")] = "",
    as_json: AsJson = False,
) -> None:
    """Print the lines of some days."""
    from kuai.audit import reading
    from kuai.audit.log import Site

    home = Home.from_environment()
    settings = Settings.load(home.settings)
    found = reading.lines(Site.of(home, settings), settings.serve, _span(since, until), viewer)
    _leave(home, f"show {viewer}".strip(), rows=len(found), first=since, last=until)
    names = ("n", "at", "viewer", "role", "purpose", "action", "outcome", "metric", "level", "areas", "rows", "about")
    _tell(found, names, as_json=as_json)


def _leave(home: Home, about: str, **asked: Any) -> None:
    """Leave the line of a reading, before anything of it is printed."""
    from kuai.audit import host

    host.leave(home, host.noted("audit", about, **asked))


def _place(text: str) -> Place:
    level, colon, code = text.partition(":")
    if not (level and colon and code):
        raise SettingsError(f"{text!r} is no area", "--area", "write its level and code: block:1010001")
    return Place(level, code)


def _span(since: date | None, until: date | None) -> tuple[datetime, datetime]:
    first = datetime(since.year, since.month, since.day, tzinfo=UTC) if since else _FIRST
    if until is None or until >= _LAST.date():
        return first, _LAST
    return first, datetime(until.year, until.month, until.day, tzinfo=UTC) + timedelta(days=1)


def _tell_verdict(verdict: Verdict, seconds: float, *, as_json: bool) -> None:
    from kuai import console

    speed = round(verdict.lines / max(seconds, 1e-3))
    if as_json:
        told = asdict(verdict) | {"seconds": round(seconds, 3), "lines_per_second": speed}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in verdict.findings:
        console.print_line("audit.finding", console.language(), line=one.line, where=one.where, what=one.what)
    counts = {name: f"{getattr(verdict, name):,}" for name in ("lines", "last", "removed", "anchors", "loose")}
    console.print_line(
        "audit.broken" if verdict.findings else "audit.whole", console.language(), **counts, speed=f"{speed:,}"
    )


def _tell(found: list[Row], names: tuple[str, ...], *, as_json: bool) -> None:
    from kuai import console

    if as_json:
        kept = [{name: value for name, value in row.items() if value is not None} for row in found]
        typer.echo(json.dumps(kept, ensure_ascii=False, default=_json))
        return
    cells = [tuple(_cell(row[name]) for name in names) for row in found[-_SHOWN:]]
    console.print_table("", names, cells, console.language())
    if len(found) > _SHOWN:
        console.print_line("cli.shown", console.language(), shown=_SHOWN, total=f"{len(found):,}")


def _json(value: date) -> str:
    return f"{value.isoformat()}Z" if isinstance(value, datetime) else value.isoformat()


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}Z"
    if isinstance(value, list):
        return " ".join(str(one) for one in value if one) or "–"
    return f"{value:,}" if isinstance(value, int) else str(value or "–")
