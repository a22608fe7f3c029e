"""Judged: each area's change against what it is compared with, and whether it is more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kuai import catalog
from kuai.statistics import change
from kuai.statistics.usual import usual_range

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kuai.metrics import Metric
    from kuai.statistics.change import Change

    from dashboards.desk.span import Span
    from dashboards.desk.study import Study

    Floats = NDArray[np.float64]
    Table = dict[str, NDArray[Any]]

VERDICTS = ("more", "fewer", "within", "untested")
"""Beyond chance and more; beyond chance and fewer; within chance; not tested."""

_ORDER = {one: at for at, one in enumerate(VERDICTS)}


@dataclass(frozen=True)
class Windows:
    """Values of areas in spans, as areas × spans; the last span is the one looked at.

    Parameters
    ----------
    value, noise : array of float
        Values, and the variance of the noise in them; NaN without a value.
    state : array of str
        States in the last span.
    coverage : array of float
        Observed part of each span, 0 to 1.
    """

    value: Floats
    noise: Floats
    state: NDArray[np.object_]
    coverage: Floats


def windows(study: Study) -> Windows:
    """Values of a study's areas in its spans."""
    rows, codes = study.windows.columns, {code: at for at, code in enumerate(study.areas["area"].tolist())}
    at = np.array([codes.get(code, -1) for code in rows["area"].tolist()], dtype=np.int64)
    starts = np.array([one.first for one in study.spans], dtype="datetime64[s]")
    when, shape = np.searchsorted(starts, rows["start"]), (len(codes), len(study.spans))
    kept = at >= 0
    value, noise = np.full(shape, np.nan), np.full(shape, np.nan)
    value[at[kept], when[kept]] = rows["value"][kept]
    noise[at[kept], when[kept]] = rows["noise_variance"][kept]
    state, last = np.full(len(codes), "missing", dtype=object), kept & (when == shape[1] - 1)
    state[at[last]] = np.asarray(rows["state"][last])
    coverage = np.zeros(shape[1])
    coverage[when] = rows["coverage"]
    return Windows(value, noise, state, coverage)


def judge(study: Study) -> Table:
    """One row per area, those beyond chance first: names, value, state, what it is compared with, and the change.

    Columns by their names: area, name_zh, name_en, value, state; ``then`` (the value compared with; of usual ones the
    median), ``low`` and ``high`` (the usual range), ``ratio`` with ``ratio_low`` and ``ratio_high`` (95 %), ``p``,
    ``is_shown`` (whether the base is large enough for a percentage) and ``verdict``, one of `VERDICTS`.
    """
    found = windows(study)
    told = _changes(study, found)
    names = {name: study.areas[name].to_numpy(object) for name in ("area", "name_zh", "name_en")}
    columns = {**names, "value": found.value[:, -1], "state": found.state, **told}
    order = np.array([_ORDER[one] for one in columns["verdict"].tolist()])
    far, great = np.nan_to_num(columns["p"], nan=2.0), -np.nan_to_num(columns["value"], nan=-1.0)
    sorted_ = np.lexsort((names["area"], great, far, order))
    return {name: column[sorted_] for name, column in columns.items()}


def is_tested(metric: Metric, *, is_usual: bool) -> bool:
    """Whether differences of a metric are tested: counts of events; of passages only the unusual."""
    measure = catalog.measure(metric.numerator)
    return not metric.is_ratio and measure.kind == "flow" and (is_usual or measure.klass != "passage")


def pair(study: Study) -> tuple[int, int, Change] | None:
    """Change from the other area to the one picked, with both values; None without two tested values."""
    named = (study.choice.pick, study.choice.other)
    if not all(named) or len(set(named)) < len(named) or not is_tested(study.metric, is_usual=False):
        return None
    found, codes = windows(study), study.areas["area"].tolist()
    (one, two), noise = (found.value[[codes.index(code) for code in named], -1],
                         found.noise[[codes.index(code) for code in named], -1])  # fmt: skip
    if not (np.isfinite(one) and np.isfinite(two)):
        return None
    return int(one), int(two), _compared(np.array([one]), np.array([two]), (noise[:1], noise[1:]), (1, 1))


def _changes(study: Study, found: Windows) -> dict[str, Any]:
    now, earlier = found.value[:, -1], found.value[:, :-1]
    is_usual, count = study.choice.compare == "usual", len(now)
    blank = dict.fromkeys(("then", "low", "high", "ratio", "ratio_low", "ratio_high", "p"), np.full(count, np.nan))
    told = blank | _usual(study, earlier) if is_usual else blank | ({"then": earlier[:, 0]} if earlier.size else {})
    nothing = {**told, "is_shown": np.zeros(count, bool), "verdict": np.full(count, "untested", dtype=object)}
    if not earlier.size or not is_tested(study.metric, is_usual=is_usual) or found.coverage[-1] < 1:
        return nothing
    tested = change.unusual(now, earlier, np.nan_to_num(found.noise[:, -1])) if is_usual else _between(study, found)
    return {
        **told, "ratio": tested.ratio, "ratio_low": tested.low, "ratio_high": tested.high, "p": tested.p,
        "is_shown": tested.is_shown, "verdict": verdicts(tested),
    }  # fmt: skip


def verdicts(tested: Change) -> NDArray[np.object_]:
    """What is said of each change of a page: more or fewer beyond chance, within chance, or nothing."""
    real = change.discoveries(tested.p)
    found = np.where(real, np.where(tested.ratio > 1, "more", "fewer"), "within").astype(object)
    found[~np.isfinite(tested.p)] = "untested"
    return found


def _usual(study: Study, earlier: Floats) -> dict[str, Floats]:
    if not earlier.size:
        return {}
    usual = usual_range(earlier, is_count=not study.metric.is_ratio)
    return {"then": usual.middle, "low": usual.low, "high": usual.high}


def _between(study: Study, found: Windows) -> Change:
    """Change from the span compared with, of which all was observed, to the one looked at."""
    then, now = study.spans
    known = found.value if found.coverage[0] == 1 else np.full_like(found.value, np.nan)
    return _compared(known[:, 1], known[:, 0], (found.noise[:, 1], found.noise[:, 0]), _lengths(now, then))


def _lengths(now: Span, then: Span) -> tuple[float, float]:
    return now.length, then.length


def _compared(now: Floats, before: Floats, noise: tuple[Floats, Floats], days: tuple[float, float]) -> Change:
    noisy = [np.nan_to_num(one) for one in noise]
    if not any(one.any() for one in noisy):
        return change.compare(now, before, *days)
    return change.compare_noisy(now, before, (noisy[0], noisy[1]), days[0] / days[1])
