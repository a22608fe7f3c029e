"""Differences of policies: what opens, what goes black, what loosens, and that a stricter policy never shows more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuai import catalog
from kuai.access.difference import Difference, differences, places_of
from kuai.access.exposure import exposure
from kuai.access.overview import overview
from kuai.city import load_city
from kuai.disclosure.klasses import KlassPolicy, Rule
from kuai.disclosure.policy import Policy
from kuai.disclosure.policyfile import AUDIENCES, CLASSES, RESOLUTIONS
from kuai.disclosure.roles import Role
from kuai.periods import RHYTHMS
from kuai.settings import conf_folder

Diff = Callable[..., list[Difference]]
LEAF, UPPER = "±5 ≥ 10 1/{}, by category 1/year", "±5 ≥ 10 1/month, by category 1/{}"
ROW = "87543420, 312138555, 822081614"
BY_DAY = 'middle = ["day", "week",'


@pytest.fixture
def diff(policy: Policy, changed: Callable[..., Path]) -> Diff:
    return lambda *replaced, city=None: differences(policy, Policy.load(changed(*replaced)), city)


def effects(found: list[Difference]) -> set[str]:
    return {one.effect for one in found}


def test_the_same_policy_has_no_difference(diff: Diff, policy: Policy) -> None:
    assert diff() == []
    assert diff(("# What may be", "# Whatever may be")) == []


def test_a_period_that_is_taken_away_makes_pages_black(diff: Diff) -> None:
    found = [one for one in diff((BY_DAY, 'middle = ["week",')) if one.subjects == ("incident_count",)]
    assert {one.effect for one in found} == {"closes"}
    assert found[0] == Difference(
        "closes", "metric", "≥ 3", "–", ("wall", "engineer"), ("incident_count",), ("middle",), ("day",)
    )
    assert found[1].roles == ("analyst", "leader", "steward", "oversight")


def test_a_period_that_is_added_opens_pages(diff: Diff) -> None:
    found = diff(("leaf = []", 'leaf = ["month"]'))
    assert effects(found) == {"opens"}
    assert ("population_event_count",) in [one.subjects for one in found]
    assert all(one.shows_more and one.periods == ("month",) and one.places == ("leaf",) for one in found)


def test_an_audience_that_is_let_in_or_shut_out(diff: Diff) -> None:
    assert effects(diff(('engineer = "not_permitted"', 'engineer = "protected"'))) == {"opens"}
    found = diff(('wall = "protected"', 'wall = "not_permitted"'))
    assert effects(found) == {"closes"}
    assert {one.roles for one in found} == {("wall",)}
    assert {name for one in found for name in one.subjects} >= {"resident_count", "incident_rate", "person stock"}


@pytest.mark.parametrize(
    ("old", "new", "effect", "terms"),
    [
        ("wall = 3", "wall = 4", "tightens", ("≥ 3", "≥ 4")),
        ("wall = 3", "wall = 2", "loosens", ("≥ 3", "≥ 2")),
        ("wall = 10", 'wall = "exact"', "loosens", ("≥ 10", "exact")),
        ("threshold = 10 ", "threshold = 12 ", "tightens", ("±5 ≥ 10", "±5 ≥ 12")),
        ('leaf = "half"', 'leaf = "month"', "loosens", (LEAF.format("half"), LEAF.format("month"))),
        ('leaf = "half"', 'leaf = "year"', "tightens", (LEAF.format("half"), "±5 ≥ 10 1/year")),
        ('upper = "quarter"', 'upper = "month"', "loosens", (UPPER.format("quarter"), "±5 ≥ 10 1/month")),
        ('upper = "quarter"', 'upper = "year"', "tightens", (UPPER.format("quarter"), UPPER.format("year"))),
        ("min_denominator = 50", "min_denominator = 40", "loosens", ("50", "40")),
        ("min_denominator = 50", "min_denominator = 60", "tightens", ("50", "60")),
        ("epoch = 1", "epoch = 2", "loosens", ("1", "2")),
        ("month = 20", "month = 10", "loosens", ("20", "10")),
        ("year = 30", "year = 40", "tightens", ("30", "40")),
        ('revise = "half"', 'revise = "month"', "loosens", ("half", "month")),
        ("revisions = 2", "revisions = 1", "tightens", ("2", "1")),
        (ROW, ROW.replace("312138555", "312138554"), "loosens", ("one row", "another")),
    ],
)
def test_terms_that_change_are_told(diff: Diff, old: str, new: str, effect: str, terms: tuple[str, str]) -> None:
    found = diff((old, new))
    assert effects(found) == {effect}
    assert terms in [(one.before, one.after) for one in found]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('may = ["ask", "explain", "status", "attend"]', 'may = ["ask", "explain", "export", "attend"]',
         "opens steward may export"),
        ('may = ["status", "audit"]', 'may = ["audit"]', "closes auditor may –"),
        ('scope = "required"', 'scope = "optional"', "loosens wall scope optional"),
        ('scope = "optional"', 'scope = "required"', "tightens leader scope required"),
        ('second_factor = "required"', 'second_factor = "optional"', "loosens auditor second_factor optional"),
        ('purposes = ["quality"]', 'purposes = ["quality", "study"]', "opens steward purpose study"),
        ('en = "Wall display"', 'en = "Wall"', "changes wall label Wall"),
        ('audience = "leader"', 'audience = "analyst"', "changes leader audience analyst"),
    ],
)  # fmt: skip
def test_what_a_role_may_is_told(diff: Diff, old: str, new: str, expected: str) -> None:
    found = diff((old, new))[-1 if expected.startswith("opens steward may") else 0]
    assert f"{found.effect} {found.roles[0]} {found.subjects[0]} {found.after}" == expected


def test_a_reason_asked_for_no_longer_loosens(diff: Diff) -> None:
    (found,) = diff(("needs_reason = true", "needs_reason = false"))
    assert (found.effect, found.subjects, found.before, found.after) == (
        "loosens",
        ("study needs_reason",),
        "yes",
        "no",
    )


def test_a_role_without_questions_sees_nothing(diff: Diff) -> None:
    found = diff(('may = ["ask", "status"]', 'may = ["status"]'))
    assert effects(found) == {"closes"}
    assert {one.roles for one in found} == {("wall",)}


def test_levels_of_a_city_stand_for_resolutions(diff: Diff) -> None:
    city = load_city("chicago", conf_folder() / "cities")
    places = {one.places for one in diff((BY_DAY, 'middle = ["week",'), city=city)}
    assert {frozenset(one) for one in places} == {frozenset(("tract", "beat"))}
    assert {level for one in places_of(city).values() for level in one} == set(city.levels)


def test_the_overview_is_what_the_exposure_says(policy: Policy) -> None:
    roles = tuple(policy.roles)
    told = {
        (role, row.metric, resolution, period)
        for row in overview(policy, roles)
        for role, terms in zip(roles, row.terms, strict=True)
        for resolution in row.resolutions
        for period in row.periods
        if terms != "–"
    }
    sights = [one for one in exposure(policy) if one.about == "metric"]
    assert told == {(one.role, one.subject, one.resolution, one.period) for one in sights}
    assert {one.subject for one in sights} == {one.id for one in catalog.METRICS}


def with_klass(policy: Policy, klass: KlassPolicy) -> Policy:
    return replace(policy, klasses={**policy.klasses, klass.name: klass})


def with_role(policy: Policy, role: Role) -> Policy:
    return replace(policy, roles={**policy.roles, role.name: role})


def fewer_periods(policy: Policy, draw: st.DrawFn) -> Policy:
    klass, resolution = policy.klass(draw(st.sampled_from(CLASSES))), draw(st.sampled_from(RESOLUTIONS))
    left = tuple(one for one in klass.flow[resolution] if draw(st.booleans()))
    return with_klass(policy, replace(klass, flow={**klass.flow, resolution: left}))


def slower_stocks(policy: Policy, draw: st.DrawFn) -> Policy:
    klass, resolution = policy.klass(draw(st.sampled_from(CLASSES))), draw(st.sampled_from(RESOLUTIONS))
    which = draw(st.sampled_from(("stock", "breakdown")))
    rhythms = getattr(klass, which)
    slower = draw(st.sampled_from(RHYTHMS[RHYTHMS.index(rhythms[resolution]) :]))
    return with_klass(policy, replace(klass, **{which: {**rhythms, resolution: slower}}))


def stricter_rule(policy: Policy, draw: st.DrawFn) -> Policy:
    klass, audience = policy.klass(draw(st.sampled_from(CLASSES))), draw(st.sampled_from(AUDIENCES))
    old = klass.rules[audience]
    new = Rule(old.is_permitted and draw(st.booleans()), old.minimum + draw(st.integers(0, 9)))
    return with_klass(policy, replace(klass, rules={**klass.rules, audience: new}))


def higher_bounds(policy: Policy, draw: st.DrawFn) -> Policy:
    person = policy.klass("person")
    assert person.noise
    noise = replace(person.noise, threshold=person.noise.threshold + draw(st.integers(0, 9)))
    ratio = replace(policy.ratio, min_denominator=policy.ratio.min_denominator + draw(st.integers(0, 9)))
    return with_klass(replace(policy, ratio=ratio), replace(person, noise=noise))


def fewer_deeds(policy: Policy, draw: st.DrawFn) -> Policy:
    role = policy.role(draw(st.sampled_from(sorted(policy.roles))))
    may = tuple(one for one in role.may if draw(st.booleans()))
    purposes = tuple(one for one in role.purposes if draw(st.booleans()))
    needs_scope = role.needs_scope or draw(st.booleans())
    return with_role(policy, replace(role, may=may, purposes=purposes, needs_scope=needs_scope))


STRICTER = (fewer_periods, slower_stocks, stricter_rule, higher_bounds, fewer_deeds)
IN_FORCE: list[Policy] = []


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(st.data())
def test_a_stricter_policy_never_shows_more_and_the_way_back_never_less(data: st.DataObject) -> None:
    now = IN_FORCE[0] if IN_FORCE else Policy.load()
    IN_FORCE[:] = [now]
    then = now
    for make in data.draw(st.lists(st.sampled_from(STRICTER), max_size=3)):
        then = make(then, data.draw)
    found, back = differences(now, then), differences(then, now)
    assert not any(one.shows_more for one in found)
    assert effects(back) <= {"opens", "loosens"}
    assert len(back) == len(found)
