"""Figures reached beside their limits, and how far a limit is widened where there are few tries."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field

import numpy as np

SURE = 0.999
SIGMAS = 3.3
HEAD = "| test | what | reached | limit | holds |\n|---|---|---:|---:|---|\n"


@dataclass
class Table:
    """Figures in the order they were reached."""

    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)

    def hold(self, test: str, what: str, reached: float, limit: str, slack: float = 0.0) -> bool:
        """Whether a figure keeps a limit such as `<= 0.62`, which is noted; the slack is what the few tries allow."""
        sign, _, bound = limit.partition(" ")
        compare, side = (operator.le, 1) if sign == "<=" else (operator.ge, -1)
        holds = bool(compare(reached, float(bound) + side * slack))
        widened = f"{limit} ({side * slack:+.3g})" if slack else limit
        self.rows.append((test, what, f"{reached:.4g}", widened, "yes" if holds else "NO"))
        return holds

    def note(self, test: str, what: str, reached: float, why: str = "") -> None:
        """Note a figure without a limit."""
        self.rows.append((test, what, f"{reached:.4g}", why, "–"))

    def beside(self, written: str) -> Table:
        """This table with those rows of a written one whose tests did not run."""
        cut = (line.strip("| ").split(" | ") for line in written.partition(HEAD)[2].splitlines())
        kept = [(one[0], one[1], one[2], one[3], one[4]) for one in cut if one[0] not in {row[0] for row in self.rows}]
        return Table([*kept, *self.rows])

    def text(self) -> str:
        """The table, by test."""
        ordered = sorted(self.rows, key=lambda row: (int(row[0].strip("AGb")), row[0]))
        return HEAD + "".join("| " + " | ".join(row) + " |\n" for row in ordered)


def slack_of_share(limit: float, tries: int) -> float:
    """How far a share may stray above a limit that it keeps exactly: once in a thousand runs by chance."""
    from scipy.special import bdtr

    hits = np.searchsorted(bdtr(np.arange(tries), tries, limit), SURE)
    return float(hits) / tries - limit


def slack_of_mean(deviation: float, tries: int) -> float:
    """How far a mean of tries with this standard deviation may stray by chance."""
    return SIGMAS * deviation / float(tries) ** 0.5
