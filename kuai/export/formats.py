"""Formats of an export: how each is called, what it is on the network, and who writes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

from kuai import periods
from kuai.errors import GateError, nearest

if TYPE_CHECKING:
    from kuai.question import Export

_ODD = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Format:
    """One format.

    Parameters
    ----------
    name : str
        Name, which is also the end of a file's name.
    media_type : str
        Media type.
    has_outlines : bool
        Whether the outlines of the areas are in it.
    """

    name: str
    media_type: str
    has_outlines: bool = False

    def write(self, export: Export, language: str, file: BinaryIO) -> None:
        """Write an export with texts in a language (`zh`, `en`) to a file that is open for bytes."""
        writer: Callable[[Export, str, BinaryIO], None] = import_module(f"kuai.export.{self.name}_file").write
        writer(export, language, file)

    def file_name(self, export: Export) -> str:
        """Name for the file: metric, level, first period and snapshot."""
        asked = export.question
        first = periods.label(asked.period, asked.first)
        parts = (asked.metric, asked.level, first, export.answer.snapshot)
        return f"{'-'.join(_ODD.sub('-', one) for one in parts)}.{self.name}"


FORMATS = {
    one.name: one
    for one in (
        Format("csv", "text/csv; charset=utf-8"),
        Format("parquet", "application/vnd.apache.parquet"),
        Format("geojson", "application/geo+json", has_outlines=True),
    )
}
"""Formats by name."""


def named(name: str) -> Format:
    """Format of that name.

    Raises
    ------
    GateError
        If there is none; names the nearest.
    """
    if name not in FORMATS:
        raise GateError(f"no format {name!r}", remedy=nearest(name, FORMATS))
    return FORMATS[name]
