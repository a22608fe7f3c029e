from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from kuai.generator import Plan
from kuai.generator.cohorts import KINDS, cohort, event_months
from kuai.generator.context import Context
from kuai.generator.draw import day_number, stream
from kuai.generator.people import LOCALS, Home, People, calendar_digits, drawn, sequences, with_check
from kuai.generator.register import _base, shared_by_two
from kuai.identity import number


def as_text(people: People) -> list[str]:
    return [row.tobytes().decode() for row in people.numbers()]


def test_the_example_of_the_standard() -> None:
    first17 = np.frombuffer(b"11010519491231002", np.uint8)[None, :]
    assert with_check(first17).tobytes() == b"11010519491231002X"


@pytest.mark.parametrize("day", [date(1919, 2, 28), date(1970, 1, 1), date(2000, 2, 29), date(2025, 12, 31)])
def test_days_are_written_as_eight_digits(day: date) -> None:
    assert calendar_digits(np.array([day_number(day)])).tobytes().decode() == f"{day:%Y%m%d}"


def test_numbers_are_right_by_the_rules_of_the_standard(world: Context) -> None:
    people = _base(world, 0, stream(1, "test"))
    assert {number.fault(text, date(2026, 6, 30), ["68"]) for text in as_text(people)} == {""}


def test_numbers_tell_birth_and_sex(world: Context) -> None:
    people = _base(world, 1, stream(1, "test"))
    told = [(text[6:14], int(text[16]) % 2) for text in as_text(people)]
    births = [row.tobytes().decode() for row in calendar_digits(people.birth)]
    assert told == list(zip(births, people.male.tolist(), strict=True))


def test_no_number_is_given_twice_in_the_whole_region(world: Context) -> None:
    counties, months = range(len(world.residents)), range(len(event_months(world.plan)))
    groups = [_base(world, c, stream(world.plan.seed, "register", c)) for c in counties]
    groups += [cohort(world.plan, world.home(c), int(world.residents[c]), m).people for c in counties for m in months]
    groups += [shared_by_two(world, c).people for c in counties]
    numbers = as_text(People.joined(groups))
    assert len(set(numbers)) == len(numbers)


def test_numbers_stay_unique_in_a_county_of_half_a_million() -> None:
    plan = Plan("province", 3, date(2026, 6, 30))
    home = Home(5, np.arange(680102, 680242), 0, np.ones(1_000))
    people = People.joined(cohort(plan, home, 500_000, month).people for month in range(12))
    assert len(np.unique(people.numbers().view("S18"))) == len(people)


def test_sequences_of_one_day_are_odd_for_men_and_all_different() -> None:
    n = 300
    male = np.arange(n) % 2
    found = sequences(np.full(n, 680102), np.full(n, 9_000), male, LOCALS)
    assert len(set(found.tolist())) == n
    assert (found % 2 == male).all()


def test_an_event_of_birth_is_about_somebody_born_that_day(world: Context) -> None:
    one = cohort(world.plan, world.home(0), 5_000, 3)
    born = one.kind == KINDS.index("birth")
    assert born.any()
    assert (one.people.birth[born] == one.day[born]).all()
    assert (one.people.birth <= one.day).all()


def test_people_are_drawn_into_blocks_with_weight() -> None:
    home = Home(0, np.array([680102, 680103]), 10, np.array([0.0, 1.0, 0.0]))
    people = drawn(home, np.zeros(50, np.int64), np.zeros(50, np.int64), LOCALS, stream(1, "weights"))
    assert set(people.block.tolist()) == {11}
