"""The command `kuai export`. Its help is in kuai/texts.toml under `help.export`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kuai.commands import Area, AsJson, Category, City, Purpose, Reason, Role, asking, day, print_json

if TYPE_CHECKING:
    from kuai.access import Place


def export(  # noqa: PLR0913 -- one parameter per option
    metric: str,
    level: Annotated[str, typer.Option("--level")],
    period: Annotated[str, typer.Option("--period")],
    first: Annotated[date, typer.Option("--from", parser=day, metavar="DAY")],
    last: Annotated[date, typer.Option("--to", parser=day, metavar="DAY")],
    *,
    out: Annotated[Path, typer.Option("--out")],
    kind: Annotated[str, typer.Option("--format")] = "",
    area: Area = "",
    within: Annotated[str, typer.Option("--within")] = "",
    category: Category = "all",
    city: City = "",
    role: Role = "",
    purpose: Purpose = "",
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Write a metric for every area of a level and every period into a file that tells where it comes from."""
    from kuai import console
    from kuai.export import draft, formats
    from kuai.serving import Question

    chosen = formats.named(kind or out.suffix.removeprefix("."))
    asked = Question(metric, level, period, first, last, area or None, category, within=_place(within))
    with draft.draft(out) as file, asking(city, role, purpose, reason) as serving:
        found = serving.export(asked, outlines=chosen.has_outlines)
        chosen.write(found, console.language(), file)
    told = {"path": str(out), "format": chosen.name, "rows": len(found.answer.rows), "snapshot": found.answer.snapshot}
    if as_json:
        print_json(told | {"size_bytes": out.stat().st_size})
    else:
        size = console.size(out.stat().st_size)
        console.print_line("cli.exported", console.language(), path=out, rows=f"{told['rows']:,}", size=size)


def _place(text: str) -> Place | None:
    from kuai.access.records import place

    return place(text, "--within") if text else None
