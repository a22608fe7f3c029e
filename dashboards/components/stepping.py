"""Links to the period before the one shown and to the one after it."""

from __future__ import annotations

from dash import dcc

from dashboards.components.marks import signed
from dashboards.words import Words


def steps(words: Words, earlier: str, later: str) -> list[dcc.Link]:
    """Two links, each a sign for the eye and a name for everybody.

    Parameters
    ----------
    words : Words
        The reader's language.
    earlier, later : str
        Addresses they lead to.
    """
    return [_step(words, "‹", "earlier", earlier), _step(words, "›", "later", later)]


def _step(words: Words, sign: str, name: str, address: str) -> dcc.Link:
    said = words(f"control.{name}")
    return dcc.Link(signed(sign, said), href=address, title=said, className="step", id=name)
