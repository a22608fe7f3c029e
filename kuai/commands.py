"""The commands on a published store, and the generator's. Their help is in kuai/texts.toml under `help.<command>`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kuai import periods
from kuai.home import Home
from kuai.settings import Settings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from kuai.serving import Serving


_HELD = ("oldest", "retired", "due")


def day(text: str) -> date:
    """Day written as 2018-03-04.

    Raises
    ------
    typer.BadParameter
        If it is not.
    """
    from kuai import texts

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(texts.text("cli.no_day", texts.language("en"), text=repr(text))) from None


def grouped(commands: Mapping[str, Callable[..., None]]) -> typer.Typer:
    """Group of commands by their names."""
    group = typer.Typer(no_args_is_help=True)
    for name, command in commands.items():
        group.command(name)(command)
    return group


Area = Annotated[str, typer.Option("--area")]
AsJson = Annotated[bool, typer.Option("--json")]
Category = Annotated[str, typer.Option("--category")]
City = Annotated[str, typer.Option("--city")]
Purpose = Annotated[str, typer.Option("--purpose")]
Reason = Annotated[str, typer.Option("--reason")]
Role = Annotated[str, typer.Option("--role")]


def query(  # noqa: PLR0913 -- one parameter per option
    metric: str,
    level: Annotated[str, typer.Option("--level")],
    period: Annotated[str, typer.Option("--period")],
    first: Annotated[date, typer.Option("--from", parser=day, metavar="DAY")],
    last: Annotated[date, typer.Option("--to", parser=day, metavar="DAY")],
    *,
    area: Area = "",
    category: Category = "all",
    city: City = "",
    is_sum: Annotated[bool, typer.Option("--sum")] = False,
    role: Role = "",
    purpose: Purpose = "",
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Print a metric for every area of a level and every period, or added up over all periods."""
    from kuai import announced, console
    from kuai.serving import Question, Window

    asked = (metric, level, period, first, last, area or None, category)
    with asking(city, role, purpose, reason) as serving:
        answer = serving.total(Window(*asked)) if is_sum else serving.ask(Question(*asked))
    if as_json:
        print_json(console.records(answer))
    else:
        console.show_answer(answer)
        announced.show_notes(answer.notes)


def metrics(*, city: City = "", as_json: AsJson = False) -> None:
    """Print the metrics with the levels and periods each is offered at."""
    from kuai import console
    from kuai.catalog.metrics import METRICS
    from kuai.serving import Serving

    serving = Serving.open(Home.from_environment(), city or None)
    found = [(one, serving.offered(one.id)) for one in METRICS]
    if as_json:
        print_json([console.metric_record(one, offered, serving.categories(one.id)) for one, offered in found])
    else:
        console.show_metrics(found)


def status(
    *, city: City = "", role: Role = "", purpose: Purpose = "", reason: Reason = "", as_json: AsJson = False
) -> None:
    """Print the snapshot, its feeds with their age, rows by source, and size on disk."""
    from kuai import console

    with asking(city, role, purpose, reason) as serving:
        found = serving.status()
    found["retention"] = _retention(str(found["city"]))
    if as_json:
        print_json(found)
    else:
        console.show_status(found)
        _show_retention(found["retention"])


def calendar(*, city: City = "", as_json: AsJson = False) -> None:
    """Print what is released when: the newest and the next period of each measure, and the next date of revision."""
    from kuai import announced
    from kuai.serving import Serving

    found = Serving.open(Home.from_environment(), city or None).calendar()
    if as_json:
        print_json(found)
    else:
        announced.show_calendar(found)


def explain(  # noqa: PLR0913 -- one parameter per option
    metric: str,
    area: Annotated[str, typer.Option("--area")],
    period: Annotated[str, typer.Option("--period")],
    *,
    level: Annotated[str, typer.Option("--level")] = "",
    category: Category = "all",
    city: City = "",
    role: Role = "",
    purpose: Purpose = "",
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Print the way back from a number: cell, snapshot, job run, source files with row counts."""
    from kuai import console
    from kuai.serving import Question

    name, start = periods.parse(period)
    with asking(city, role, purpose, reason) as serving:
        place = level or serving.level_of(area), name, start, periods.end(name, start), area, category
        found = serving.explain(Question(metric, *place))
    if as_json:
        print_json(found)
    else:
        console.show_explanation(found)


def generate(  # noqa: PLR0913 -- one parameter per option
    *,
    out: Annotated[Path, typer.Option("--out")],
    scale: Annotated[str, typer.Option("--scale")] = "",
    seed: Annotated[int | None, typer.Option("--seed", min=0)] = None,
    until: Annotated[date | None, typer.Option("--until", parser=day, metavar="DAY")] = None,
    processes: Annotated[int | None, typer.Option("--processes", min=0)] = None,
    as_json: AsJson = False,
) -> None:
    """Write the landing files of a fictional region."""
    from kuai import console
    from kuai.generator import plan, run

    usual = Settings.load(Home.from_environment().settings).generate
    chosen = plan.Plan(
        scale or usual.scale, usual.seed if seed is None else seed, until or date.fromisoformat(usual.until)
    )
    workers = usual.processes if processes is None else processes
    with console.progress() as tick:
        summary = run.generate(chosen, out, processes=workers or None, progress=tick)
    if as_json:
        print_json(vars(summary))
    else:
        console.show_summary(summary)


def _retention(city: str) -> list[dict[str, object]]:
    from kuai import retention

    home = Home.from_environment()
    today = datetime.now(UTC).date()
    return retention.told(home.city(city), Settings.load(home.settings).retention, today)


def _show_retention(held: list[dict[str, object]]) -> None:
    from kuai import console, texts

    speech = console.language()
    ever = texts.text("cli.for_ever", speech)
    rows = [
        (str(one["dataset"]), str(one["kept_days"] or ever), *(str(one[name] or "–") for name in _HELD)) for one in held
    ]
    if rows:
        console.print_table(texts.text("cli.retention", speech), ("dataset", "kept_days", *_HELD), rows, speech)


def asking(city: str, role: str, purpose: str, reason: str) -> AbstractContextManager[Serving]:
    """Gate that answers whoever runs the command, in the role and for the purpose stated; the usual ones if empty."""
    from kuai.access import operator
    from kuai.access.admission import Statement

    return operator.asking(Home.from_environment(), city, Statement(role, purpose, reason))


def print_json(value: object) -> None:
    """Print a value as one line of JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=_plain, separators=(", ", ": ")))


def _plain(value: Any) -> str:  # noqa: ANN401 -- whatever JSON has no form for
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)
