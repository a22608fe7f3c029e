"""What the commands print for people, and the records they print for programs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from kuai import catalog, texts
from kuai.home import Home
from kuai.settings import Settings

if TYPE_CHECKING:
    from datetime import date

    from rich.console import JustifyMethod

    from kuai.generator.run import Summary
    from kuai.metrics import Metric
    from kuai.serving import Answer

_SHOWN = 200
_FILE_WIDTH = 140
_PLAIN_SECONDS = 5.0
_THOUSAND = 1000
_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 31_557_600
_STYLE = {"suppressed": "yellow", "missing": "dim", "late": "red", "not_permitted": "magenta", "fresh": "green"}
_BYTES = ("B", "kB", "MB", "GB", "TB")
_WHOLE = frozenset({
    "source", "area", "period", "days", "covered_until", "age", "metric", "subject", "account", "device", "viewer",
    "at", "first_at", "last_at",
})  # fmt: skip
_RIGHT = frozenset({"value", "coverage", "age", "budget", "files", "rows_read", "accepted", "quarantined", "unlocated",
                    "cells", "rows", "answers", "parts", "n"})  # fmt: skip


def language() -> str:
    """Language of what is printed: KUAI_LANG, else the setting texts.cli."""
    return texts.language(Settings.load(Home.from_environment().settings).texts.cli)


def age(seconds: int | None, speech: str) -> str:
    """Age in the one unit that suits it: minutes to 2 hours, hours to 2 days, days to 2 years, then years."""
    if seconds is None:
        return "–"
    for name, unit in (("minutes", _MINUTE), ("hours", _HOUR), ("days", _DAY)):
        if seconds < 2 * {_MINUTE: _HOUR, _HOUR: _DAY, _DAY: _YEAR}[unit]:
            return texts.text(f"age.{name}", speech, n=seconds // unit)
    return texts.text("age.years", speech, n=f"{seconds / _YEAR:.1f}")


def size(count: int) -> str:
    """Size of a file in the decimal unit that leaves up to three digits before the point."""
    power, amount = 0, float(count)
    while amount >= _THOUSAND and power < len(_BYTES) - 1:
        power, amount = power + 1, amount / _THOUSAND
    return f"{amount:.{min(power, 1)}f} {_BYTES[power]}"


def records(answer: Answer) -> list[dict[str, Any]]:
    """Rows of an answer for programs; value is None unless the state is `value`, counts are whole."""
    from kuai.store.frames import plain

    rows, values = answer.rows, plain(answer.metric, answer.rows["value"])
    columns = zip(rows["area"], rows["level"], rows["period"], rows["category"], values, rows["state"], strict=True)
    names = ("area", "level", "period", "category", "value", "state")
    last = {"snapshot": answer.snapshot, "age_seconds": answer.age_seconds}
    noted = {one.period: {"released_on": one.released_on, "revised_on": one.revised_on} for one in answer.notes}
    return [dict(zip(names, row, strict=True)) | last | noted.get(row[2], {}) for row in columns]


def metric_record(metric: Metric, offered: list[tuple[str, str]], categories: list[str]) -> dict[str, Any]:
    """One metric for programs, with what is offered of it."""
    return {
        "metric": metric.id,
        "name_zh": metric.label.zh,
        "name_en": metric.label.en,
        "unit_zh": metric.unit.zh,
        "unit_en": metric.unit.en,
        "good": metric.good,
        "measures": list(metric.measures),
        "offered": [{"level": level, "period": period} for level, period in offered],
        "categories": categories,
    }


def show_answer(answer: Answer) -> None:
    """Print an answer as a table, with its snapshot and age in the title."""
    speech, metric = language(), answer.metric
    title = texts.text(
        "cli.answer", speech, label=metric.label.to(speech), unit=metric.unit.to(speech), snapshot=answer.snapshot,
        age=age(answer.age_seconds, speech),
    )  # fmt: skip
    shown = answer.rows.head(_SHOWN)
    cells = zip(shown["area"], shown["period"], shown["value"], shown["state"], shown["coverage"], strict=True)
    rows = [(area, label, _number(one, metric), _state(state, speech), f"{part:.0%}")
            for area, label, one, state, part in cells]  # fmt: skip
    print_table(title, ("area", "period", "value", "state", "coverage"), rows, speech)
    if len(answer.rows) > _SHOWN:
        print_line("cli.shown", speech, shown=_SHOWN, total=f"{len(answer.rows):,}")


def show_metrics(found: Iterable[tuple[Metric, list[tuple[str, str]]]]) -> None:
    """Print the metrics and what is offered of each."""
    speech = language()
    rows = [(metric.id, metric.label.to(speech), metric.unit.to(speech), _offers(offered)) for metric, offered in found]
    print_table(texts.text("cli.metrics", speech), ("metric", "label", "unit", "offered"), rows, speech)


def show_status(found: dict[str, Any]) -> None:
    """Print the state of a snapshot: title, feeds, batches, cells."""
    speech = language()
    print_line(
        "cli.status", speech, name=found[f"name_{speech}"], snapshot=found["snapshot"],
        age=age(found["age_seconds"], speech), size=size(found["size_bytes"]),
    )  # fmt: skip
    feeds = [
        (one["source"], one["dataset"], one["owner"] or "–", str(one["covered_until"] or "–"),
         age(one["age_seconds"], speech), age((one["budget_hours"] or 0) * _HOUR or None, speech),
         _styled(one["state"], texts.text(f"feed.{one['state']}", speech)))
        for one in found["feeds"]
    ]  # fmt: skip
    columns = ("source", "dataset", "owner", "covered_until", "age", "budget", "state")
    print_table(texts.text("cli.feeds", speech), columns, feeds, speech)
    names = ("dataset", "source", "files", "rows_read", "accepted", "quarantined", "unlocated")
    print_table(texts.text("cli.batches", speech), names, _picked(found["batches"], names), speech)
    cells = _picked(found["cells"], ("measure", "level", "cells"))
    print_table(texts.text("cli.cells", speech), ("measure", "level", "cells"), cells, speech)


def show_explanation(found: dict[str, Any]) -> None:
    """Print the way back from a number: cells, then source files."""
    speech, metric = language(), catalog.metric(found["metric"])
    print_line(
        "cli.explain", speech, label=metric.label.to(speech), snapshot=found["snapshot"],
        policy=found["policy_version"] or "–", runs=", ".join(found["runs"]),
    )  # fmt: skip
    cells = [
        (
            one["area"],
            one["period"],
            _number(one["value"], metric),
            _state(one["state"], speech),
            f"{one['coverage']:.0%}",
        )
        for one in found["cells"]
    ]
    print_table("", ("area", "period", "value", "state", "coverage"), cells, speech)
    names = ("source", "path", "rows_read", "accepted", "quarantined", "unlocated")
    files = found["files"]
    rows = [
        (*row, _span(one["first_day"], one["last_day"])) for row, one in zip(_picked(files, names), files, strict=True)
    ]
    print_table(texts.text("cli.sources", speech), ("source", "file", *names[2:], "days"), rows, speech)


def show_summary(summary: Summary) -> None:
    """Print what the generator wrote."""
    speech = language()
    if not summary.written:
        print_line("cli.present", speech, folder=summary.folder)
        return
    print_table("", ("kind", "rows"), [(kind, f"{count:,}") for kind, count in summary.rows.items()], speech)
    print_line(
        "cli.generated", speech, folder=summary.folder, files=f"{summary.files:,}", size=size(summary.size_bytes),
        rows=f"{sum(summary.rows.values()):,}", seconds=f"{summary.seconds:.1f}",
    )  # fmt: skip


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show rows, rows per second and the time left on stderr: a bar on a terminal, a line now and then elsewhere."""
    console, speech, began = Console(stderr=True), language(), time.monotonic()
    columns = (
        TextColumn("{task.description:<12}"), BarColumn(), TextColumn("{task.fields[said]}"), TimeElapsedColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bars:
        bar, told = bars.add_task("", total=None, said=""), [began]

        def tick(step: str, done: int, total: int) -> None:
            now = time.monotonic()
            speed = int(done / max(now - began, 1e-3))
            said = texts.text("cli.progress", speech, rows=f"{done:,}", speed=f"{speed:,}")
            bars.update(bar, description=step, completed=done, total=total, said=said)
            if not console.is_terminal and now - told[0] >= _PLAIN_SECONDS:
                told[0] = now
                console.print(f"{step:<12} {said}", highlight=False)

        yield tick


def _number(value: float | None, metric: Metric) -> str:
    return "–" if value is None or value != value else f"{value:,.{metric.digits}f}"  # noqa: PLR0124 -- NaN


def _state(state: str, speech: str) -> Text:
    return _styled(state, texts.text(f"state.{state}", speech))


def _styled(state: str, said: str) -> Text:
    return Text(said, style=_STYLE.get(state, ""))


def _offers(offered: list[tuple[str, str]]) -> str:
    by_level: dict[str, list[str]] = {}
    for level, period in offered:
        by_level.setdefault(level, []).append(period)
    return "\n".join(f"{level}: {', '.join(found)}" for level, found in by_level.items()) or "–"


def _span(first: date | None, last: date | None) -> str:
    return str(first or "–") if first == last else f"{first or '–'} … {last or '–'}"


def _picked(found: Iterable[dict[str, Any]], names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [tuple(_cell(one[name]) for name in names) for one in found]


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else "–" if value is None else str(value)


def print_line(key: str, speech: str, **values: object) -> None:
    """Print one text of the registry."""
    Console(highlight=False, soft_wrap=True).print(texts.text(key, speech, **values), markup=False)


def print_table(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str | Text, ...]], speech: str) -> None:
    """Print a table with columns of the registry (`column.<name>`); a bracket in text from people is a bracket."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_FILE_WIDTH)
    if title:
        console.print(title, style="italic", soft_wrap=True, markup=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for name in columns:
        side: JustifyMethod = "right" if name in _RIGHT else "left"
        table.add_column(texts.text(f"column.{name}", speech), justify=side, overflow="fold", no_wrap=name in _WHOLE)
    for row in rows:
        table.add_row(*(Text(one) if isinstance(one, str) else one for one in row))
    console.print(table)
    console.print()
