"""Spans: how they are written, where they begin, and which earlier ones they are judged by."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuai.errors import GateError

from dashboards.desk.span import Span, earliest_first

DAY = date(2018, 11, 12)
UNITS = st.sampled_from(["day", "week", "month", "quarter", "year"])
SPANS = st.builds(Span, UNITS, st.integers(1, 60), st.dates(date(2000, 1, 1), date(2030, 1, 1)))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("28d", date(2018, 10, 16), DAY),
        ("month", date(2018, 11, 1), date(2018, 11, 30)),
        ("3m", date(2018, 9, 1), date(2018, 11, 30)),
        ("2w", date(2018, 11, 5), date(2018, 11, 18)),
        ("year", date(2018, 1, 1), date(2018, 12, 31)),
    ],
)
def test_a_span_is_so_many_whole_periods_up_to_a_day(text: str, first: date, last: date) -> None:
    span = Span.parse(text, DAY)
    assert span.days == (first, last)
    assert str(span) == text


@pytest.mark.parametrize("text", ["0d", "28x", "d", "9999d", "fortnight"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(GateError):
        Span.parse(text, DAY)


@given(SPANS)
def test_the_span_before_ends_where_it_begins(span: Span) -> None:
    assert span.before.last + timedelta(days=1) == span.first


@given(SPANS)
def test_earlier_spans_are_over_apart_and_in_order(span: Span) -> None:
    for some in (span.seasons(), span.recent()):
        days = [day for one in [*some, span] for day in one.days]
        assert days == sorted(days)
        assert len(set(days[::2])) == len(some) + 1
        assert {one.count for one in some} == {span.count}


def test_days_are_compared_with_the_same_weekdays() -> None:
    span = Span.parse("28d", DAY)
    assert {one.first.weekday() for one in (*span.seasons(), *span.recent(), span.year_before)} == {
        span.first.weekday()
    }
    assert {one.first.weekday() for one in Span.parse("day", DAY).recent()} == {DAY.weekday()}
    assert (span.first - span.year_before.first).days == 364


def test_what_is_usual_is_the_season_unless_that_was_not_observed() -> None:
    span = Span.parse("28d", DAY)
    assert len(span.usual(date(2010, 1, 1))) == 9
    assert span.usual(date(2018, 1, 1)) == [one for one in span.recent() if one.first >= date(2018, 1, 1)]
    assert span.usual(None) == []


def test_the_calendar_has_a_beginning() -> None:
    with pytest.raises(GateError, match="outside the calendar"):
        Span.parse("year", date(2, 1, 1)).back(3).first  # noqa: B018 -- the property raises
    assert earliest_first([Span("day", 1, DAY), Span("day", 1, DAY), Span("day", 1, date(2018, 1, 1))])[1].day == DAY
