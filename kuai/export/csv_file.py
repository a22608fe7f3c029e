"""Export as CSV that Excel opens: UTF-8 with a mark, the origin in lines before the header, no cell a formula.

A line of the origin begins with `#` and has its name in the first cell and its text in the second, so that it stands
in a spreadsheet in two columns, survives saving from there, and is left out by `pandas.read_csv(file, comment="#")`. A
file beside it would be lost with the first mail.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from kuai import texts
from kuai.export.formula import harmless
from kuai.export.origin import origin
from kuai.export.table import COLUMNS, columns

if TYPE_CHECKING:
    from kuai.question import Export

_NAMED = 20
_TEXTS = ("area", "name_zh", "name_en", "level", "period", "category", "state", "unit")


def write(export: Export, language: str, file: BinaryIO) -> None:
    """Write an export; the first files it comes from are named, the rest counted."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    try:
        csv.writer(text).writerows(_head(export, language))
        table = columns(export, language)
        safe = [_safe(table[name]) if name in _TEXTS else table[name] for name in COLUMNS]
        body = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)  # a `#` within quotes begins no comment
        body.writerow(COLUMNS)
        body.writerows(zip(*safe, strict=True))
    finally:
        text.detach()


def _head(export: Export, language: str) -> Iterator[tuple[str, str]]:
    told = origin(export, language)
    batches = told.pop("batches")
    for name, value in told.items():
        for one in value if isinstance(value, list) else [value]:
            yield f"# {name}", _line(_spelled(one))
    for batch in batches[:_NAMED]:
        yield "# batch", _line("{dataset} {source} {path} {first_day}…{last_day}".format(**batch))
    if len(batches) > _NAMED:
        yield "# batch", texts.text("export.more", language, n=len(batches) - _NAMED)


def _spelled(value: object) -> str:
    return "; ".join(f"{name} {one:.4f}" for name, one in value.items()) if isinstance(value, dict) else str(value)


def _line(text: str) -> str:
    """Text on one line."""
    return harmless(" ".join(text.split()))


def _safe(cells: list[str | None]) -> list[str | None]:
    known = {one: one and harmless(one) for one in set(cells)}
    return [known[one] for one in cells]
