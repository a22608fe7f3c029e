"""What is said of the calendar: which periods wait, which were corrected, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kuai import catalog, texts

if TYPE_CHECKING:
    from kuai.store.releases import Note


def sentence(note: Note, language: str) -> str:
    """What is said of one period: that it waits for its day, or that it was corrected.

    Parameters
    ----------
    note : Note
        The period.
    language : str
        ``zh`` or ``en``.
    """
    key, fields = _sentence(note, language)
    return texts.text(key, language, **fields)


def _sentence(note: Note, language: str) -> tuple[str, dict[str, Any]]:
    key, day = ("revised", note.revised_on) if note.released_on is None else ("waits", note.released_on)
    label = catalog.measure(note.measure).label.to(language)
    return f"calendar.{key}", {"label": label, "period": note.period, "day": day, "revision": note.revision}


def show_notes(notes: Iterable[Note]) -> None:
    """Print which periods wait for their day, and which were corrected."""
    from kuai import console

    speech = console.language()
    for key, fields in (_sentence(one, speech) for one in notes):
        console.print_line(key, speech, **fields)


def show_calendar(found: Iterable[dict[str, Any]]) -> None:
    """Print what is released next, by measure and period."""
    from kuai import console

    speech = console.language()
    names = ("measure", "klass", "period", "lag_days", "newest", "next", "next_on", "revise", "next_revision")
    rows = [tuple(str(one[name] if one[name] is not None else "–") for name in names) for one in found]
    console.print_table(texts.text("cli.calendar", speech), names, rows, speech)
