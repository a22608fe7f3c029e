"""Formulas: text that a spreadsheet would run when a file is opened, made into text."""

from __future__ import annotations

_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_MARK = "'"


def harmless(text: str) -> str:
    """Text of a cell; where a spreadsheet could take it for a formula, it has an apostrophe before it.

    Blanks before the sign are looked over, as some programs do. No other text is changed.

    Notes
    -----
    OWASP, CSV Injection: cells must not begin with `=`, `+`, `-`, `@`, tab, carriage return or line feed, nor with the
    full-width forms of these signs.
    """
    is_run = text.startswith(_BEGINNINGS) or text.lstrip().startswith(_BEGINNINGS)
    return _MARK + text if is_run else text
