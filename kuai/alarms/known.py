"""Alarms that somebody may know of: those within his scope, about numbers that his audience sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kuai import catalog
from kuai.access.viewer import Place
from kuai.errors import GateError

if TYPE_CHECKING:
    from kuai.access.viewer import Viewer
    from kuai.alarms.declared import Alarm, Wall
    from kuai.alarms.entry import Entry
    from kuai.disclosure.policy import Policy
    from kuai.serving import Serving


def permitted(serving: Serving, wall: Wall, policy: Policy, viewer: Viewer, known: Sequence[Entry]) -> Iterator[Entry]:
    """Alarms about areas within a viewer's scope, and about numbers of which his audience may see any.

    Parameters
    ----------
    serving : Serving
        Knows the areas.
    wall : Wall
        Declares the alarms.
    policy : Policy
        Says what his audience sees.
    viewer : Viewer
        Whoever looks.
    known : sequence of Entry
        Alarms that have not cleared.
    """
    audience, root = policy.role(viewer.role).audience, Place(wall.city.root, wall.city.code)
    for one in known:
        declared = wall.alarms.get(one.point.rule)
        if (
            declared is None
            or audience is None
            or not (root in viewer.scope or is_within(serving, viewer, one.point.place))
        ):
            continue
        if all(policy.rule(klass, audience).is_permitted for klass in _classes(declared)):
            yield one


def is_within(serving: Serving, viewer: Viewer, where: Place) -> bool:
    """Whether an area lies within the scope of a viewer."""
    if not viewer.scope:
        return True
    try:
        return where in viewer.scope or not {*serving.above(where)}.isdisjoint(viewer.scope)
    except GateError:
        return False


def _classes(declared: Alarm) -> list[str]:
    if declared.rule.feed:
        return []
    return [catalog.measure(one).klass for one in catalog.metric(declared.rule.metric).measures]
