"""Files of cases: one delivery each, with what came late or comes again from the delivery before."""

from __future__ import annotations

from datetime import date
from functools import reduce
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kuai.generator import case_truth
from kuai.generator.calendar import SECONDS_PER_DAY
from kuai.generator.case_faults import LABELS, UNREADABLE, spoil
from kuai.generator.case_kinds import KINDS
from kuai.generator.case_truth import with_fault
from kuai.generator.cases import NEVER, Cases, cut_steps, draw_cases, expected_cases, hurry
from kuai.generator.context import Context
from kuai.generator.done import Done
from kuai.generator.draw import Ints, Mask, day_number, stream
from kuai.generator.faults import CASE_LATE, CASE_REDELIVERED, UNTIMED
from kuai.generator.people import calendar_digits
from kuai.generator.plan import Delivery, Plan, before, month_back
from kuai.generator.territory import split_day
from kuai.generator.text import chosen, constant, digits, fixed, masked, overwritten, times
from kuai.generator.write import write_csv

_OUTCOMES = ["移送起诉", "行政处罚", "调解", "撤销案件", "不予立案"]
_COUNTY_HANDLED = ("burglary", "telecom_fraud", "robbery")
_ORIGINS = ["110接警", "窗口", "网络", "巡逻"]


def write_cases(world: Context, delivery: Delivery, folder: Path) -> Done:
    """One file of cases and the truth about it."""
    cases, fresh = _assembled(world, delivery)
    path = f"cases/cases_{delivery.label}.csv"
    table = _table(world, cases)
    rows = write_csv(_drifted(table, world.plan, delivery), folder / path)
    counted = cases.take(np.flatnonzero(fresh & ~with_fault(cases, UNTIMED)))
    truth = {
        "case_files": case_truth.per_file(cases, fresh, path),
        "case_faults": case_truth.planted_rows(table, cases, path),
        "case_days": case_truth.per_day(counted),
        "case_blocks": case_truth.per_block(world, counted),
    }
    return Done({path: rows}, truth, {"case.rows": rows, "case.counted": len(counted)})


def _assembled(world: Context, delivery: Delivery) -> tuple[Cases, Mask]:
    """All rows in order of reports, and which of them bring a case that no earlier row has brought."""
    main, again = _main(world, delivery), _again(world, delivery)
    cut_steps(again, _end(delivery.last))
    twice = main.take(np.flatnonzero(main.fault == LABELS.index("repeated_line")))
    parts, fresh = [main, twice, again], [True, False, True]
    earlier = before(world.plan, delivery)
    if earlier:
        parts += [_late(world, earlier), _again(world, earlier)]
        fresh += [True, False]
    for part in parts[3:]:
        cut_steps(part, _extract(world.plan, delivery))
    cases = reduce(Cases.followed_by, parts)
    order = np.argsort(cases.reported, kind="stable")
    return cases.take(order), np.repeat(fresh, [len(part) for part in parts])[order]


def _main(world: Context, delivery: Delivery) -> Cases:
    rng = stream(world.plan.seed, "cases", delivery.index)
    n = expected_cases(world, delivery)
    cases = draw_cases(world, delivery, n - _share(n, CASE_LATE) - _share(n, CASE_REDELIVERED), "M", rng)
    hurry(cases, _extract(world.plan, delivery))
    spoil(cases, day_number(world.plan.first) * SECONDS_PER_DAY, rng)
    cut_steps(cases, _extract(world.plan, delivery))
    return cases


def _late(world: Context, delivery: Delivery) -> Cases:
    """Cases of a delivery that come only with the next one."""
    rng = stream(world.plan.seed, "late cases", delivery.index)
    cases = draw_cases(world, delivery, _share(expected_cases(world, delivery), CASE_LATE), "L", rng)
    hurry(cases, _end(delivery.last))
    return cases


def _again(world: Context, delivery: Delivery) -> Cases:
    """Cases of a delivery that come again, further on, with the next one."""
    rng = stream(world.plan.seed, "redelivered cases", delivery.index)
    cases = draw_cases(world, delivery, _share(expected_cases(world, delivery), CASE_REDELIVERED), "R", rng)
    hurry(cases, _end(delivery.last))
    return cases


def _share(n: int, rate: float) -> int:
    return round(n * rate)


def _end(day: date) -> int:
    return (day_number(day) + 1) * SECONDS_PER_DAY - 1


def _extract(plan: Plan, delivery: Delivery) -> int:
    """Second the steps of a delivery are known at: history was extracted once, on the last day of the plan."""
    return _end(max(plan.until, delivery.last))


def _table(world: Context, cases: Cases) -> pa.Table:
    station, county = _units(world, cases)
    return pa.table(
        {
            "案件编号": _numbers(world, cases),
            "案别": chosen([kind.zh for kind in KINDS], cases.kind),
            "发案时间": _occurred(cases),
            "报案时间": _step(cases.reported),
            "受理时间": _step(cases.accepted),
            "立案时间": _step(cases.filed),
            "结案时间": _step(cases.closed),
            "接警单位": station,
            "办理单位": pc.if_else(pa.array(_by_county(cases)), county, station),
            "处理结果": _outcome(cases),
            "经度": pa.array(cases.place[:, 0], mask=np.isnan(cases.place[:, 0])),
            "纬度": pa.array(cases.place[:, 1], mask=np.isnan(cases.place[:, 1])),
            "更新时间": times(cases.updated()),
        }
    )


def _numbers(world: Context, cases: Cases) -> pa.Array:
    n = len(cases)
    county = digits(world.regions[world.territory.county[cases.block]], 6)
    letter = cases.letter.astype(np.uint8)[:, None]
    dash = constant("-", n)
    return fixed(constant("A", n), county, dash, calendar_digits(cases.batch), letter, digits(cases.number, 7))


def _occurred(cases: Cases) -> pa.Array:
    text = times(cases.occurred)
    wrong = with_fault(cases, ("time_unreadable",))
    text = overwritten(text, wrong, pa.array([UNREADABLE] * int(wrong.sum()), pa.string()))
    return masked(text, with_fault(cases, ("time_empty",)))


def _step(seconds: Ints) -> pa.Array:
    known = seconds != NEVER
    return times(np.where(known, seconds, seconds[known].min() if known.any() else 0), known)


def _outcome(cases: Cases) -> pa.Array:
    dropped = cases.filed == NEVER
    which = np.where(dropped, len(_OUTCOMES) - 1, (cases.number + cases.kind) % (len(_OUTCOMES) - 1))
    return masked(chosen(_OUTCOMES, which), cases.closed == NEVER)


def _by_county(cases: Cases) -> Mask:
    return np.isin(cases.kind, [k for k, kind in enumerate(KINDS) if kind.code in _COUNTY_HANDLED])


def _units(world: Context, cases: Cases) -> tuple[pa.Array, pa.Array]:
    """Station of the place on the day of the report, and its county."""
    names, place = world.codes, world.territory
    units = ["U-" + code for code in names.station] + ["U-" + names.former(pair) for pair in names.split]
    station = place.station[cases.block]
    early = cases.reported < day_number(split_day(world.plan)) * SECONDS_PER_DAY
    for k, pair in enumerate(names.split):
        station = np.where(early & np.isin(station, pair), len(names.station) + k, station)
    return chosen(units, station), chosen(["U-" + code for code in names.county], place.county[cases.block])


def _drifted(table: pa.Table, plan: Plan, delivery: Delivery) -> pa.Table:
    """Same rows in the layout of the day: a column added first, later another one renamed and the order changed."""
    length = plan.sizes.months
    if delivery.first >= month_back(plan.until, length * 3 // 5):
        origin = chosen(_ORIGINS, np.arange(table.num_rows) % len(_ORIGINS))
        table = table.append_column("案件来源", origin)
    if delivery.first >= month_back(plan.until, length * 3 // 10):
        table = table.rename_columns(["接报时间" if name == "报案时间" else name for name in table.column_names])
        table = table.select([*table.column_names[:2], *table.column_names[9:], *table.column_names[2:9]])
    return table
