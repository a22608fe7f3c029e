"""Watch: looks at every rule with the eyes of the wall, and has the book raise and clear what it finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from kuai import catalog
from kuai.access.viewer import Place, Viewer
from kuai.alarms.entry import Finding, Point
from kuai.alarms.series import Wanted, series
from kuai.alarms.usual import unusual
from kuai.disclosure.rolefile import WALL
from kuai.errors import GateError
from kuai.freshness import freshness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kuai.access.witness import Record
    from kuai.alarms.book import Book
    from kuai.alarms.declared import Alarm, Rule, Wall
    from kuai.alarms.series import Series
    from kuai.disclosure.policy import Policy
    from kuai.serving import Serving

NAME = "kuai:alarms"
"""Name that the watch asks under, as the audit has it."""


class Watch:
    """Rules of a wall, and the gate and the book they work on.

    Parameters
    ----------
    serving : Serving
        Gate of the city.
    wall : Wall
        Declares the alarms.
    book : Book
        Keeps them.
    policy : Policy
        Policy in force.
    record : callable
        Writes a line of the audit.
    """

    def __init__(self, serving: Serving, wall: Wall, book: Book, policy: Policy, record: Record) -> None:
        root = Place(wall.city.root, wall.city.code)
        viewer = Viewer(NAME, WALL, (root,), policy.purposes(WALL)[0].name, is_device=True)
        self._gate, self._wall, self._book, self._root = serving.seen_by(viewer, record), wall, book, root
        self._policy = policy

    def look(self) -> None:
        """Look at every rule now, and raise and clear alarms accordingly.

        What the gate does not answer, or only with a number over its budget, is left as it stands. An alarm whose rule
        is declared no longer clears. A suppressed count is known to be small: that may be enough to tell.

        Raises
        ------
        AccessError, AuditError
            If the book cannot be used, or a question cannot be put down.
        """
        found = dict(self._withdrawn())
        for name, alarm in self._wall.alarms.items():
            found.update(self._feed(name, alarm) if alarm.rule.feed else self._areas(name, alarm))
        self._book.renew(found)

    def look_at_feeds(self) -> None:
        """Look at the rules on feeds only, which time alone may make fire; no number is asked for."""
        found: dict[Point, Finding] = {}
        for name, alarm in self._wall.alarms.items():
            found.update(self._feed(name, alarm) if alarm.rule.feed else ())
        self._book.renew(found)

    def _withdrawn(self) -> Iterator[tuple[Point, Finding]]:
        for one in self._book.open():
            if one.point.rule not in self._wall.alarms:
                yield one.point, Finding(fires=False, period="", respond_minutes=0)

    def _feed(self, name: str, alarm: Alarm) -> Iterator[tuple[Point, Finding]]:
        states = {one["source"]: one["state"] for one in self._gate.status()["feeds"]}
        if alarm.rule.feed in states:
            late = states[alarm.rule.feed] == "late"
            yield Point(name, self._root), Finding(late, "", alarm.respond_minutes)

    def _areas(self, name: str, alarm: Alarm) -> Iterator[tuple[Point, Finding]]:
        rule = alarm.rule
        try:
            found = series(self._gate, Wanted(rule.metric, rule.level, rule.period, rule.category))
        except GateError:
            return
        if found is None or not self._is_current(found):
            return
        for area, fires, is_known in zip(found.areas, *_met(rule, found, self._most(found)), strict=True):
            if is_known:
                yield Point(name, Place(rule.level, area)), Finding(bool(fires), found.label, alarm.respond_minutes)

    def _most(self, found: Series) -> float:
        """Largest suppressed count; NaN where what is suppressed may have any size."""
        if not found.is_count:
            return float("nan")
        return self._policy.suppressed_most(catalog.measure(found.answer.metric.numerator).klass, WALL)

    def _is_current(self, found: Series) -> bool:
        """Whether a number is young enough to act on, or will never be followed by another."""
        age = freshness(self._gate, found.answer.metric, found.answer.age_seconds)
        return age.is_complete or not age.is_stale


def _met(rule: Rule, found: Series, most: float = np.nan) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each area's newest number crosses the bound, and whether that can be said.

    One period in twenty lies outside a usual range by chance: counts must differ beyond it over all areas together.
    What is suppressed is judged as `most`, which it is at the most: it is not over a bound that this is not over, and
    under one that this is under. Where there is noise it raises nothing.
    """
    is_hidden, bound = found.states[:, -1] == "suppressed", _bound(rule, found)
    values = found.values.copy()
    values[is_hidden, -1] = most
    over = values[:, -1] > bound if _is_upper(rule) else values[:, -1] < bound
    if (rule.above_usual or rule.below_usual) and found.is_count and not found.has_noise:
        over &= unusual(values, rule.period)
    is_told = ~over if _is_upper(rule) else over & (not found.has_noise)
    return over, ~np.isnan(values[:, -1]) & ~np.isnan(bound) & (~is_hidden | is_told)


def _is_upper(rule: Rule) -> bool:
    return rule.above is not None or rule.above_usual


def _bound(rule: Rule, found: Series) -> NDArray[np.float64]:
    if rule.above_usual or rule.below_usual:
        return found.usual.high if rule.above_usual else found.usual.low
    return np.full(len(found.areas), rule.above if rule.above is not None else rule.below, dtype=np.float64)
