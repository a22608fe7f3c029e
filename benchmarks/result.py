"""Result of a benchmark: a number of ours, the same of a peer from the same run, and whether the promise holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One promise, measured.

    Parameters
    ----------
    name : str
        Name of the promise, unique over all benchmarks.
    ours, peer : float
        What was measured, both in `unit`; peer is 0 if there is none to compare with.
    ratio : float
        What the goal is about, most often ours ÷ peer.
    goal : str
        The promise about the ratio: ``>= 10``, ``<= 1.5``.
    holds : bool
        Whether it was kept.
    unit : str
        Unit of ours and peer.
    note : str
        What was measured on what, in one sentence.
    """

    name: str
    ours: float
    peer: float
    ratio: float
    goal: str
    holds: bool
    unit: str
    note: str = ""

    def to_json(self) -> dict[str, float | str | bool]:
        """Numbers and verdict, as in ``results.json``."""
        return {"ours": self.ours, "peer": self.peer, "ratio": self.ratio, "goal": self.goal, "holds": self.holds}


def compared(name: str, ours: float, peer: float, goal: str, about: tuple[str, str]) -> Result:
    """Result whose ratio is ours ÷ peer and whose goal is ``>= x`` or ``<= x`` of that ratio.

    Parameters
    ----------
    name : str
        Name of the promise.
    ours, peer : float
        What was measured; peer is not 0.
    goal : str
        ``>= x`` or ``<= x``.
    about : tuple of (str, str)
        Unit, and note.
    """
    ratio = ours / peer
    return Result(name, ours, peer, ratio, goal, holds(ratio, goal), *about)


def holds(ratio: float, goal: str) -> bool:
    """Whether a ratio keeps a goal of the form ``>= x`` or ``<= x``."""
    sign, _, bound = goal.partition(" ")
    return ratio >= float(bound) if sign == ">=" else ratio <= float(bound)
