"""The register of one county on the last day, as a Parquet file with every column as text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from kuai.generator import names
from kuai.generator.cohorts import KINDS, Cohort, cohort, event_months
from kuai.generator.context import Context
from kuai.generator.done import Done
from kuai.generator.draw import Ints, Mask, day_number, stream
from kuai.generator.faults import PERSON_RULES, STATUS_FAULTS
from kuai.generator.people import LOCALS, MIGRANTS, SHARED_BY_TWO, People, births, drawn, person_names, sequences
from kuai.generator.register_faults import LABELS, SOUND, Rows, extras, spoil
from kuai.generator.text import chosen, compact_days, cut, digits, fixed, iso_days
from kuai.generator.write import write_parquet

_MIGRANT_SHARE = 0.15
_SEXES = ["女", "男", "未知"]


def write_register(world: Context, county: int, folder: Path) -> Done:
    """The register of a county, its planted errors, and the exact numbers of residents per block."""
    cohorts = [cohort(world.plan, world.home(county), int(world.residents[county]), m) for m in _months(world)]
    rows, truly = _rows(world, county, cohorts)
    order = np.argsort(rows.people.block, kind="stable")
    path = f"persons/persons_{world.codes.county[county]}__{world.plan.until}.parquet"
    write_parquet(_table(world, rows, order), folder / path)
    truth = {
        "identity": _faults(rows, order, path),
        "residents": _residents(world, county, rows, truly, cohorts),
        "cancelled": _cancelled(world, rows),
    }
    return Done({path: len(order)}, truth, _sums(rows))


def _months(world: Context) -> range:
    return range(len(event_months(world.plan)))


def _rows(world: Context, county: int, cohorts: list[Cohort]) -> tuple[Rows, Mask]:
    """All rows of the register, and which of them are truly residents."""
    home, rng = world.home(county), stream(world.plan.seed, "register", county)
    rows = Rows.sound(_base(world, county, rng))
    spoil(rows, rng)
    added = extras(rows, home, rng)
    _mark_cancelled(rows, added, rng)
    moved = Rows.sound(People.joined(one.registered() for one in cohorts))
    undead = np.concatenate([one.kind[np.isin(one.kind, _STAYING)] for one in cohorts]) == KINDS.index("dead_active")
    moved.fault[undead] = LABELS.index("dead_active")
    own, other = shared_by_two(world, county), _elsewhere(world, county, rng)
    parts = [added, moved, own, other]
    truly = np.concatenate([_all(rows), ~_all(added), ~undead, _all(own), ~_all(other)])
    for part in parts:
        rows = rows.followed_by(part)
    return rows, truly


_STAYING = [KINDS.index(kind) for kind in ("birth", "move_in", "correction_up", "dead_active")]


def _all(rows: Rows) -> Mask:
    return np.ones(len(rows.fault), np.bool_)


def _base(world: Context, county: int, rng: np.random.Generator) -> People:
    """Residents without those of the cohorts; some have a number of another county, where they were born."""
    home, first = world.home(county), day_number(event_months(world.plan)[0][0])
    n = int(world.residents[county] * (1 - 0.03 * world.plan.sizes.event_months / 12))
    born = births(world.plan, first, n, rng)
    since = np.maximum(first - 1 - (rng.random(n) ** 2 * 9_000).astype(np.int64), born)
    people = drawn(home, born, since, LOCALS, rng)
    away = np.flatnonzero(rng.random(n) < _MIGRANT_SHARE)
    others = len(home.regions) - 1
    # For one region and day of birth exactly one other county has migrants, so numbers stay unique.
    people.region[away] = home.regions[(county + 1 + people.birth[away] % others) % (others + 1)]
    people.sequence[away] = sequences(people.region[away], people.birth[away], people.male[away], MIGRANTS)
    return people


def shared_by_two(world: Context, county: int) -> Rows:
    """Residents of a county who are also in the register of the county before it."""
    rng = stream(world.plan.seed, "shared by two", county)
    n = max(1, int(world.residents[county] * STATUS_FAULTS["active_twice"]))
    first = day_number(event_months(world.plan)[0][0])
    born = births(world.plan, first, n, rng)
    rows = Rows.sound(drawn(world.home(county), born, born + 1, SHARED_BY_TWO, rng))
    rows.fault[:] = LABELS.index("active_twice")
    return rows


def _elsewhere(world: Context, county: int, rng: np.random.Generator) -> Rows:
    rows = shared_by_two(world, (county + 1) % len(world.residents))
    home = world.home(county)
    block = home.first_block + rng.integers(0, len(home.weights), len(rows.fault))
    rows.people = rows.people.changed(block=block, since=rows.people.since + 30)
    return rows


def _mark_cancelled(rows: Rows, added: Rows, rng: np.random.Generator) -> None:
    """Choose sound rows, beside which no other was added, to be in the cancelled register too."""
    free = np.setdiff1d(np.flatnonzero(rows.fault == SOUND), added.origin)
    count = max(1, round(len(free) * STATUS_FAULTS["cancelled_active"]))
    rows.fault[rng.choice(free, count, replace=False)] = LABELS.index("cancelled_active")


def _table(world: Context, rows: Rows, order: Ints) -> pa.Table:
    people = rows.people.take(order)
    return pa.table(
        {
            "公民身份号码": cut(rows.number[order], rows.length[order]),
            "姓名": person_names(people.name, names.SURNAMES, names.GIVEN),
            "性别": chosen(_SEXES, rows.sex[order]),
            "出生日期": compact_days(rows.birth[order]),
            "块编码": chosen(world.codes.block, people.block),
            "登记日期": iso_days(people.since),
            "联系电话": fixed(digits(people.phone, 11)),
        }
    )


def _faults(rows: Rows, order: Ints, path: str) -> pa.Table:
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(1, len(order) + 1)
    at = np.flatnonzero(rows.fault != SOUND)
    origin = rows.origin[at]
    return pa.table(
        {
            "file": pa.array([path] * len(at), pa.string()),
            "row": place[at],
            "fault": chosen(list(LABELS), rows.fault[at]),
            "right_row": pa.array(place[origin], mask=origin < 0),
            "id_number": cut(rows.number[at], rows.length[at]),
        }
    )


def _residents(world: Context, county: int, rows: Rows, truly: Mask, cohorts: list[Cohort]) -> pa.Table:
    """Rows, rows accepted, persons a build counts, true residents now and before the events, per block."""
    home, blocks = world.home(county), len(world.home(county).weights)
    block = rows.people.block - home.first_block
    accepted = ~_caught(rows)
    effect = sum(np.bincount(one.people.block - home.first_block, one.effect(), minlength=blocks) for one in cohorts)
    residents = np.bincount(block[truly], minlength=blocks)
    return pa.table(
        {
            "area": world.codes.block[home.first_block : home.first_block + blocks],
            "rows": np.bincount(block, minlength=blocks),
            "accepted": np.bincount(block[accepted], minlength=blocks),
            "persons": np.bincount(block[_last_registered(rows, truly, accepted)], minlength=blocks),
            "residents": residents,
            "opening": (residents - effect).astype(np.int64),
        }
    )


def _last_registered(rows: Rows, truly: Mask, accepted: Mask) -> Ints:
    """One accepted row per identity number: the last registration, of equal ones the block with the highest code.

    Who is in two registers was registered in the other county later, so the row in the own county does not count.
    """
    moved_on = truly & (rows.fault == LABELS.index("active_twice"))
    at = np.flatnonzero(accepted & ~moved_on)
    person = _person(rows)[at]
    order = np.lexsort((rows.people.block[at], rows.people.since[at], person))
    last = np.r_[person[order][1:] != person[order][:-1], True]
    return at[order[last]]


def _caught(rows: Rows) -> Mask:
    return np.isin(rows.fault, [LABELS.index(name) for name in PERSON_RULES])


def _person(rows: Rows) -> Ints:
    """One integer per identity number of 18 digits."""
    people = rows.people
    return ((people.region % 10_000) * 65_536 + people.birth + 40_000) * 1_000 + people.sequence


def _cancelled(world: Context, rows: Rows) -> pa.Table:
    at = rows.labelled("cancelled_active")
    people = rows.people.take(at)
    return pa.table(
        {
            "公民身份号码": cut(rows.number[at], rows.length[at]),
            "姓名": person_names(people.name, names.SURNAMES, names.GIVEN),
            "性别": chosen(_SEXES, rows.sex[at]),
            "出生日期": compact_days(rows.birth[at]),
            "块编码": chosen(world.codes.block, people.block),
            "注销原因": chosen(["死亡注销", "迁出注销"], np.arange(len(at)) % 2),
        }
    )


def _sums(rows: Rows) -> dict[str, int]:
    names_used = [*LABELS, "sound"]
    counts = np.bincount(rows.fault, minlength=SOUND + 1).tolist()
    distinct = len(np.unique(_person(rows)[~_caught(rows)]))
    totals = {"person.rows": len(rows.fault), "person.distinct_by_county": distinct}
    return {f"person.{name}": n for name, n in zip(names_used, counts, strict=True)} | totals
