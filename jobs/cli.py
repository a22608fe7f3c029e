"""The command `kuai build`."""

from __future__ import annotations

import gc
import json
import secrets
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from expectations.process import examiner
from jobs.lean import import_tables

if TYPE_CHECKING:
    from kuai.lake import Batch

_SELDOM = 100_000
_CITY = typer.Option("--city", help="Name of a city pack that is shipped, or the folder of one.")
_DATA = typer.Option("--data", help="Folder of the landing files.")
_MASTER = typer.Option("--master", help="Spark master: local[N], spark://host:port, yarn, k8s://…")
_TODAY = typer.Option("--today", help="Day in the city that decides what is due: a past one, or the present one.")
_REVISE = "Correct released periods now, not on the next date of revision."
_JSON = typer.Option("--json", help="End with one line of JSON instead of a table.")


def register(app: typer.Typer) -> None:
    """Add `build` and `retire` to the commands."""
    app.command("build")(build_command)
    app.command("retire")(retire_command)


def build_command(  # noqa: PLR0913 -- one parameter per option
    city: Annotated[str, _CITY],
    data: Annotated[Path, _DATA],
    master: Annotated[str, _MASTER] = "",
    *,
    today: Annotated[str, _TODAY] = "",
    revise: Annotated[bool, typer.Option("--revise", help=_REVISE)] = False,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Bring new and changed landing files into the lake, rebuild what they touch, and publish a snapshot."""
    console = Console(stderr=True)
    gc.set_threshold(_SELDOM)  # what is imported stays; looking through it again and again is a tenth of the imports
    with examiner() as process:
        import_tables()
        from kuai.disclosure.key_commands import make_first

        from jobs.job import build
        from jobs.progress import Bars

        site = replace(_site(city, data, master), run_on=_day(today))
        make_first(site.home)
        report = build(site, Bars(console), process, is_explicit=bool(master), revises=revise)
    for warning in _warnings(report):
        console.print(f"[yellow]warning[/] {escape(warning)}", highlight=False)
    for error in report.failures:
        console.print(f"[red]left out[/] {escape(str(error))}", highlight=False)
    if as_json:
        typer.echo(json.dumps(_summary(report), ensure_ascii=False))
    else:
        _show(report)
    if report.failures:
        raise typer.Exit(report.failures[0].exit_code)


def _site(city: str, data: Path, master: str) -> Any:  # noqa: ANN401 -- Site, imported late to start fast
    from kuai.alarms.wallfile import check_wall
    from kuai.city import load_city
    from kuai.home import Home
    from kuai.settings import Settings, conf_folder

    from jobs.site import Site

    home = Home.from_environment()
    settings = Settings.load(home.settings)
    if master:
        settings = replace(settings, engine=replace(settings.engine, master=master))
    pack = load_city(city, conf_folder() / "cities")
    check_wall(pack)
    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    return Site(pack, home, data.expanduser().absolute(), settings, run_id)


def retire_command(
    city: Annotated[str, typer.Option("--city")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Let rows leave the lake that are older than the retention of their dataset; what was published stays."""
    from jobs.retire import retire

    found = retire(_site(city, Path(), ""), is_trial=dry_run)
    if as_json:
        typer.echo(json.dumps([_leaving(one) for one in found], ensure_ascii=False))
    else:
        _show_retired(found, is_trial=dry_run)


def _leaving(one: Any) -> dict[str, Any]:  # noqa: ANN401 -- Leaving, imported late to start fast
    batches = len(one.whole) + len(one.part)
    return {"dataset": one.name, "retired": one.last.isoformat(), "batches": batches, "rows": one.rows}


def _show_retired(found: list[Any], *, is_trial: bool) -> None:
    from kuai import console, texts

    speech = console.language()
    if not found:
        console.print_line("cli.nothing_due", speech)
        return
    title = texts.text("cli.would_retire" if is_trial else "cli.retired", speech)
    names = ("dataset", "retired", "batches", "rows")
    rows = [
        tuple(f"{value:,}" if isinstance(value, int) else value for value in _leaving(one).values()) for one in found
    ]
    console.print_table(title, names, rows, speech)


def _day(text: str) -> date | None:
    """Day that the build counts as its own; None for the present one.

    Raises
    ------
    SettingsError
        If it is no day, or lies ahead: what is released cannot be taken back.
    """
    from kuai.errors import SettingsError

    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"{text!r} is no day", "--today", "write it like 2018-03-04") from None
    if found > datetime.now(UTC).date() + timedelta(days=1):
        raise SettingsError(f"{text} lies ahead", "--today", "what is released cannot be taken back: name a past day")
    return found


def _summary(report: Any) -> dict[str, Any]:  # noqa: ANN401 -- Report, imported late to start fast
    return {
        "snapshot": report.snapshot,
        "seconds": round(report.seconds, 3),
        "batches": [_batch(batch, is_new=batch.batch_id in report.fresh) for batch in report.batches],
        "published": report.is_new,
        "warnings": _warnings(report),
        "retired": [_leaving(one) for one in report.retired],
        "errors": [str(error) for error in report.failures],
    }


def _warnings(report: Any) -> list[str]:  # noqa: ANN401 -- Report, imported late to start fast
    """Expectations that do not hold, and files that were not taken, because others tell the same."""
    from kuai.console import language
    from kuai.texts import text

    return [*report.warnings, *(text("cli.twin", language(), **vars(one)) for one in report.twins)]


def _batch(batch: Batch, *, is_new: bool) -> dict[str, Any]:
    return {
        "dataset": batch.dataset,
        "source": batch.source,
        "rows_read": batch.rows_read,
        "accepted": batch.accepted,
        "quarantined": batch.quarantined,
        "unlocated": batch.unlocated,
        "path": batch.path,
        "batch_id": batch.batch_id,
        "rules": batch.rules,
        "is_new": is_new,
    }


def _show(report: Any) -> None:  # noqa: ANN401 -- Report, imported late to start fast
    console = Console(highlight=False)
    console.print(
        "rows read = accepted + quarantined; unlocated rows are among the accepted", style="italic", soft_wrap=True
    )
    console.print(_table(report))
    state = "published" if report.is_new else "unchanged"
    console.print(f"snapshot {report.snapshot} {state}, {report.seconds:.1f} s")


def _table(report: Any) -> Table:  # noqa: ANN401 -- Report, imported late to start fast
    """Batches by dataset and source; narrow enough for 80 columns, and no name is cut."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for name in ("dataset, source", "new/files", "read", "accepted", "quarantined", "unlocated"):
        table.add_column(name, justify="left" if name.startswith("dataset") else "right", no_wrap=True)
    last = ""
    for (dataset, source), batches in sorted(_by_source(report.batches).items()):
        if dataset != last:
            table.add_row(Text(dataset, style="bold"))
        last = dataset
        fresh = sum(batch.batch_id in report.fresh for batch in batches)
        sums = [sum(getattr(batch, name) for batch in batches) for name in _COUNTS]
        table.add_row(Text(f"  {source}"), f"{fresh}/{len(batches)}", *(f"{number:,}" for number in sums))
    return table


_COUNTS = ("rows_read", "accepted", "quarantined", "unlocated")


def _by_source(batches: list[Batch]) -> dict[tuple[str, str], list[Batch]]:
    groups: defaultdict[tuple[str, str], list[Batch]] = defaultdict(list)
    for batch in batches:
        groups[batch.dataset, batch.source].append(batch)
    return dict(groups)
