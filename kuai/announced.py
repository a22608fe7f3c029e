"""What the commands print of the calendar: which periods wait, which were corrected, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kuai import catalog, texts
from kuai.console import language, print_line, print_table

if TYPE_CHECKING:
    from kuai.store.releases import Note


def show_notes(notes: Iterable[Note]) -> None:
    """Print which periods wait for their day, and which were corrected."""
    speech = language()
    for one in notes:
        key, day = ("cli.revised", one.revised_on) if one.released_on is None else ("cli.waits", one.released_on)
        label = catalog.measure(one.measure).label.to(speech)
        print_line(key, speech, label=label, period=one.period, day=day, revision=one.revision)


def show_calendar(found: Iterable[dict[str, Any]]) -> None:
    """Print what is released next, by measure and period."""
    speech = language()
    names = ("measure", "klass", "period", "lag_days", "newest", "next", "next_on", "revise", "next_revision")
    rows = [tuple(str(one[name] if one[name] is not None else "–") for name in names) for one in found]
    print_table(texts.text("cli.calendar", speech), names, rows, speech)
