"""The calendar: when a period is due, which is the newest, when corrections come, and what a wrong one is told."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuai import periods
from kuai.disclosure.policy import Policy
from kuai.disclosure.release import Release
from kuai.errors import SettingsError
from kuai.settings import conf_folder

RELEASE = Release({"stock": 20, "day": 2, "week": 3, "month": 20, "quarter": 45, "year": 90}, "half", 2)


@pytest.mark.parametrize(
    ("period", "day", "due"),
    [
        ("stock", date(2026, 4, 1), date(2026, 4, 21)),
        ("month", date(2026, 4, 17), date(2026, 5, 20)),
        ("quarter", date(2026, 4, 17), date(2026, 8, 14)),
        ("year", date(2026, 4, 17), date(2027, 3, 31)),
    ],
)
def test_a_period_is_due_so_many_days_after_its_last(period: str, day: date, due: date) -> None:
    assert RELEASE.due(period, day) == due


@given(st.sampled_from(periods.PERIODS), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_the_newest_period_is_due_and_the_one_after_it_is_not(period: str, today: date) -> None:
    newest = RELEASE.newest(period, today)
    assert RELEASE.due(period, newest) <= today < RELEASE.due(period, periods.following(period, newest))


@given(st.sampled_from(periods.RHYTHMS), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_corrections_come_on_first_days_of_the_rhythm(revise: str, today: date) -> None:
    release = Release({}, revise, 2)
    last, coming = release.revised(today), release.next_revision(today)
    assert last <= today < coming
    assert release.revised(coming) == coming
    assert release.revised(coming - timedelta(days=1)) == last


def test_counts_of_persons_have_a_calendar_and_others_come_at_once() -> None:
    policy = Policy.load()
    calendars = {name: klass.calendar for name, klass in policy.klasses.items()}
    assert [name for name, one in calendars.items() if one] == ["person"]
    assert min(calendars["person"].lag.values()) >= 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("month = 20", "months = 20", "did you mean month"),
        ("month = 20\n", "", "class.person.release.month is missing"),
        ("month = 20", "month = 0", "class.person.release.month must be a whole number of at least 1"),
        ('revise = "half"', 'revise = "halve"', "did you mean half"),
        ("revisions = 2", "revisions = -1", "class.person.release.revisions"),
    ],
)
def test_a_wrong_calendar_is_refused_with_the_way_out(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (conf_folder() / "privacy.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "privacy.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(SettingsError, match=said):
        Policy.load(tmp_path / "privacy.toml")
