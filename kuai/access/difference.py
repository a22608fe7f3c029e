"""Differences of two policies: what opens, what goes black, and where more or fewer small counts are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kuai.access.exposure import NOTHING, Shown, Sight, exposure
from kuai.city import City
from kuai.disclosure.policy import Policy, resolutions
from kuai.disclosure.policyfile import CLASSES
from kuai.disclosure.release import Release
from kuai.disclosure.roles import Purpose, Role
from kuai.periods import RHYTHMS

EFFECTS = ("closes", "opens", "loosens", "tightens", "changes")
"""What a difference does: a page goes black; one opens; more small counts are shown; fewer are; neither."""

_AT_ONCE = float("-inf"), NOTHING
_YES_NO = {True: "yes", False: "no"}
_SCOPE = {True: "required", False: "optional"}

Places = Mapping[str, tuple[str, ...]]
"""What a resolution is called: by itself, or by the levels of a city that have it."""


@dataclass(frozen=True)
class Difference:
    """One kind of difference, with everything it is the same for.

    Parameters
    ----------
    effect : str
        One of `EFFECTS`.
    about : str
        ``metric``, ``class``, ``role``, ``purpose`` or ``policy``.
    before, after : str
        Terms, or the value of a declaration; – for nothing.
    roles, subjects, places, periods : tuple of str
        Whom and what it is about, at which resolutions or levels, by which periods.
    """

    effect: str
    about: str
    before: str
    after: str
    roles: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()

    @property
    def shows_more(self) -> bool:
        """Whether somebody would see or do more than now."""
        return self.effect in ("opens", "loosens")


def differences(before: Policy, after: Policy, city: City | None = None) -> list[Difference]:
    """Every difference of two policies, those first that make a page black or open one.

    Parameters
    ----------
    before, after : Policy
        Policy in force, and the one to come.
    city : City, optional
        City whose levels are named instead of resolutions; levels that a city does not have are left out.
    """
    found = [
        *_merged(_seen(before, after, places_of(city))),
        *_of_roles(before, after),
        *_of_purposes(before, after),
        *_of_whole(before, after),
    ]
    return sorted(found, key=lambda one: EFFECTS.index(one.effect))


def places_of(city: City | None) -> Places:
    """Levels of a city by their resolution; every resolution by itself if there is no city."""
    if city is None:
        return {one: (one,) for one in ("leaf", "middle", "upper")}
    by_level: dict[str, str] = {}
    for hierarchy in city.hierarchies:
        by_level = resolutions(hierarchy.levels, hierarchy.locate, city.resolution) | by_level
    return {one: tuple(level for level, its in by_level.items() if its == one) for one in ("leaf", "middle", "upper")}


def _seen(before: Policy, after: Policy, places: Places) -> Iterator[Difference]:
    now, then = exposure(before), exposure(after)
    for sight in dict.fromkeys([*now, *then]):
        old, new = now.get(sight), then.get(sight)
        if old != new:
            yield from (_sighted(sight, place, old, new) for place in places[sight.resolution])


def _sighted(sight: Sight, place: str, old: Shown | None, new: Shown | None) -> Difference:
    return Difference(
        _effect(old, new), sight.about, str(old or NOTHING), str(new or NOTHING),
        (sight.role,), (sight.subject,), (place,), (sight.period,),
    )  # fmt: skip


def _effect(old: Shown | None, new: Shown | None) -> str:
    """Return the effect of other terms, which loosen as soon as one number of them does."""
    if old is None or new is None:
        return "opens" if old is None else "closes"
    pairs = zip(old.strictness, new.strictness, strict=True)
    return "loosens" if any(later < earlier for earlier, later in pairs) else "tightens"


def _merged(found: Iterable[Difference]) -> list[Difference]:
    """Differences that are alike but for their periods, then places, then subjects, then roles, as one each."""
    rows = [tuple(vars(one).values()) for one in found]
    for position in (7, 6, 5, 4):
        groups: dict[tuple[object, ...], list[str]] = {}
        for row in rows:
            groups.setdefault((*row[:position], *row[position + 1 :]), []).extend(row[position])
        rows = [(*key[:position], tuple(dict.fromkeys(held)), *key[position:]) for key, held in groups.items()]
    return [Difference(*row) for row in rows]


def _of_roles(before: Policy, after: Policy) -> Iterator[Difference]:
    for name in before.roles:
        old, new = before.role(name), after.role(name)
        yield from _gained(name, "may", old.may, new.may)
        yield from _gained(name, "purpose", _purposes(old), _purposes(new))
        yield from _needed((name, "scope"), before=old.needs_scope, after=new.needs_scope)
        yield from _needed((name, "second_factor"), before=old.needs_second_factor, after=new.needs_second_factor)
        if old.audience != new.audience:
            yield _declared("changes", (name, "audience"), old.audience or "none", new.audience or "none")
        if old.label != new.label:
            yield _declared("changes", (name, "label"), old.label.en, new.label.en)


def _needed(of: tuple[str, str], *, before: bool, after: bool) -> Iterator[Difference]:
    if before != after:
        yield _declared("tightens" if after else "loosens", of, _SCOPE[before], _SCOPE[after])


def _gained(role: str, what: str, old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Difference]:
    for one in new:
        if one not in old:
            yield _declared("opens", (role, what), NOTHING, one)
    for one in old:
        if one not in new:
            yield _declared("closes", (role, what), one, NOTHING)


def _purposes(role: Role) -> tuple[str, ...]:
    return tuple(one.name for one in role.purposes)


def _declared(effect: str, of: tuple[str, str], before: str, after: str) -> Difference:
    return Difference(effect, "role", before, after, (of[0],), (of[1],))


def _of_purposes(before: Policy, after: Policy) -> Iterator[Difference]:
    now, then = _stated(before), _stated(after)
    for name in (one for one in now if one in then):
        old, new = now[name], then[name]
        if old.needs_reason != new.needs_reason:
            effect = "tightens" if new.needs_reason else "loosens"
            words = _YES_NO[old.needs_reason], _YES_NO[new.needs_reason]
            yield Difference(effect, "purpose", *words, subjects=(f"{name} needs_reason",))
        if old.label != new.label:
            yield Difference("changes", "purpose", old.label.en, new.label.en, subjects=(f"{name} label",))


def _stated(policy: Policy) -> dict[str, Purpose]:
    return {one.name: one for role in policy.roles.values() for one in role.purposes}


def _of_whole(before: Policy, after: Policy) -> Iterator[Difference]:
    """Differences of what holds for everybody; noise that is drawn anew loosens, for two draws can be averaged."""
    old, new = before.ratio.min_denominator, after.ratio.min_denominator
    if old != new:
        effect = "loosens" if new < old else "tightens"
        yield Difference(effect, "policy", str(old), str(new), subjects=("ratio.min_denominator",))
    if before.epoch != after.epoch:
        yield Difference("loosens", "policy", str(before.epoch), str(after.epoch), subjects=("epoch",))
    yield from _of_calendars(before, after)
    for klass in CLASSES:
        rows = [one.noise.bounds if (one := policy.klass(klass)).noise else () for policy in (before, after)]
        if rows[0] != rows[1]:
            yield Difference("loosens", "policy", "one row", "another", subjects=(f"class.{klass}.bounds",))


def _of_calendars(before: Policy, after: Policy) -> Iterator[Difference]:
    """Differences of when periods are shown and corrected: earlier, more often and more times loosen."""
    for klass in CLASSES:
        old, new = (_declared_calendar(policy.klass(klass).calendar) for policy in (before, after))
        for name in sorted(old.keys() | new.keys()):
            was, will_be = old.get(name, _AT_ONCE), new.get(name, _AT_ONCE)
            if was != will_be:
                effect = "loosens" if will_be[0] < was[0] else "tightens"
                yield Difference(effect, "policy", was[1], will_be[1], subjects=(f"class.{klass}.release.{name}",))


def _declared_calendar(calendar: Release | None) -> dict[str, tuple[float, str]]:
    """How strict each part of a calendar is, and how it is written."""
    if calendar is None:
        return {}
    found = {period: (float(days), str(days)) for period, days in calendar.lag.items()}
    found["revise"] = RHYTHMS.index(calendar.revise), calendar.revise
    return found | {"revisions": (-calendar.revisions, str(calendar.revisions))}
