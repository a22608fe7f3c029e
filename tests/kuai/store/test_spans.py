"""What is judged once for a stretch of days is what would be judged day by day."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kuai.store import places, scope

WIDTH = 4
span = st.tuples(st.integers(0, WIDTH - 1), st.integers(0, 40), st.integers(0, 20))
spans = st.lists(span, max_size=8).map(
    lambda drawn: np.array([(at, first, first + more) for at, first, more in drawn], dtype=np.int64).reshape(-1, 3).T
)
lengths = st.lists(st.integers(1, 15), min_size=1, max_size=8)


def days(given: np.ndarray, area: int, first: int, last: int) -> int:
    return sum(max(min(end, last) - max(begin, first) + 1, 0) for at, begin, end in given.T.tolist() if at == area)


@given(spans, spans, spans, lengths)
def test_an_area_lies_within_a_scope_on_all_its_days(
    valid: np.ndarray, one: np.ndarray, other: np.ndarray, long: list[int]
) -> None:
    level = places.Places(np.array(list("abcd"), dtype=object), *[np.zeros(0)] * 3, vintages=valid)  # type: ignore[arg-type]
    last = np.cumsum(long) - 1
    first = last - np.array(long) + 1
    held, shown = scope.territory(level, [one, other]).holds(first, last), level.valid(first, last)
    for row, (begin, end) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        for area in range(WIDTH):
            there = days(valid, area, begin, end)
            assert shown[row, area] == (there > 0)
            assert held[row, area] == (there > 0 and any(days(of, area, begin, end) >= there for of in (one, other)))
    assert (level.valid(first, last, 2)[:, 0] == shown[:, 2]).all()
