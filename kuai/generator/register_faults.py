"""Planted errors of the register: wrong numbers, and rows that should not be there beside the right one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from kuai.generator.draw import Bytes, Ints, day_number
from kuai.generator.faults import PERSON_EXTRAS, PERSON_FAULTS, STATUS_FAULTS, planted
from kuai.generator.people import NUMBER, SECOND_NUMBERS, Home, People, sequences, with_check

LABELS = (*PERSON_FAULTS, *PERSON_EXTRAS, *STATUS_FAULTS)
SOUND = len(LABELS)
SHORT = 15
UNKNOWN_SEX = 2

_CHECK_ORDER = b"0123456789X"


@dataclass
class Rows:
    """Rows of one county's register before they are written.

    Parameters
    ----------
    people : People
        The person each row is about.
    number, length : ndarray
        Identity number as delivered: a matrix of bytes, and how many of them count.
    sex, birth : ndarray
        As delivered: 0 woman, 1 man, 2 unknown; days since 1970.
    fault : ndarray
        Position in `LABELS`, or `SOUND`.
    origin : ndarray
        For a row that should not be there, the position of the right one; else -1.
    """

    people: People
    number: Bytes
    length: Ints
    sex: Ints
    birth: Ints
    fault: Ints
    origin: Ints

    @classmethod
    def sound(cls, people: People) -> Rows:
        """Rows without an error."""
        n = len(people)
        number, length = people.numbers(), np.full(n, NUMBER)
        none = np.full(n, SOUND)
        return cls(people, number, length, people.male.copy(), people.birth.copy(), none, np.full(n, -1))

    def labelled(self, name: str) -> Ints:
        """Positions of the rows with a fault."""
        return np.flatnonzero(self.fault == LABELS.index(name))

    def followed_by(self, more: Rows) -> Rows:
        """These rows and then the others."""
        pairs = zip(vars(self).values(), vars(more).values(), strict=True)
        people, *rest = pairs
        return Rows(People.joined(people), *(np.concatenate(pair) for pair in rest))


def spoil(rows: Rows, rng: np.random.Generator) -> None:
    """Make some rows wrong in place, each in one way."""
    rows.fault = planted(PERSON_FAULTS, len(rows.fault), rng)
    rows.fault[rows.fault == len(PERSON_FAULTS)] = SOUND
    _unshortenable(rows)
    for name, change in _CHANGES.items():
        change(rows, rows.labelled(name), rng)


def extras(rows: Rows, home: Home, rng: np.random.Generator) -> Rows:
    """Rows to be added beside sound ones: shared, second, doubly kept and mistyped numbers."""
    kind = planted(PERSON_EXTRAS, len(rows.fault), rng)
    kind[rows.fault != SOUND] = len(PERSON_EXTRAS)
    kind[(kind == list(PERSON_EXTRAS).index("upgraded_twice")) & ~_shortenable(rows.birth)] = len(PERSON_EXTRAS)
    origin = np.flatnonzero(kind < len(PERSON_EXTRAS))
    people = _persons(rows.people.take(origin), kind[origin], home, rng)
    added = Rows.sound(people)
    added.origin, added.fault = origin, kind[origin] + len(PERSON_FAULTS)
    _shorten(added, added.labelled("upgraded_twice"), rng)
    _mistype(added, added.labelled("near_number"), rng)
    return added


def _persons(people: People, kind: Ints, home: Home, rng: np.random.Generator) -> People:
    names = list(PERSON_EXTRAS)
    other = kind == names.index("shared_number")
    second = np.flatnonzero(kind == names.index("second_number"))
    moved = home.first_block + rng.integers(0, len(home.weights), len(kind))
    name = np.where(other, rng.integers(0, 2**40, len(kind)), people.name)
    block = np.where(other | (kind == names.index("second_number")), moved, people.block)
    region, sequence = people.region.copy(), people.sequence.copy()
    region[second] = home.region
    sequence[second] = sequences(region[second], people.birth[second], people.male[second], SECOND_NUMBERS)
    return people.changed(name=name, block=block, region=region, sequence=sequence)


def _shortenable(birth: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    first, last = (day_number(day) for day in (date(1900, 1, 1), date(1999, 12, 31)))
    return np.asarray((birth >= first) & (birth <= last))


def _unshortenable(rows: Rows) -> None:
    short = rows.labelled("short_number")
    rows.fault[short[~_shortenable(rows.birth[short])]] = SOUND


def _letter(rows: Rows, at: Ints, _: np.random.Generator) -> None:
    rows.number[at[::2], 9] = ord("O")
    rows.length[at[1::2]] = NUMBER - 1


def _wrong_check(rows: Rows, at: Ints, rng: np.random.Generator) -> None:
    order = np.frombuffer(_CHECK_ORDER, np.uint8)
    place = np.argmax(rows.number[at, -1][:, None] == order, axis=1)
    rows.number[at, -1] = order[(place + rng.integers(1, len(order), len(at))) % len(order)]


def _thirteenth_month(rows: Rows, at: Ints, _: np.random.Generator) -> None:
    rows.number[at, 10:12] = np.frombuffer(b"13", np.uint8)
    rows.number[at] = with_check(rows.number[at, :17])


def _unknown_region(rows: Rows, at: Ints, _: np.random.Generator) -> None:
    rows.number[at, 1] = ord("7")
    rows.number[at] = with_check(rows.number[at, :17])


def _other_sex(rows: Rows, at: Ints, _: np.random.Generator) -> None:
    rows.sex[at] = 1 - rows.sex[at]


def _no_sex(rows: Rows, at: Ints, _: np.random.Generator) -> None:
    rows.sex[at] = UNKNOWN_SEX


def _other_birth(rows: Rows, at: Ints, _: np.random.Generator) -> None:
    rows.birth[at] -= 1


def _shorten(rows: Rows, at: Ints, _: np.random.Generator) -> None:
    rows.number[at, 6:15] = rows.number[at, 8:17]
    rows.length[at] = SHORT


def _mistype(rows: Rows, at: Ints, rng: np.random.Generator) -> None:
    """One digit replaced, or two neighbours exchanged where they differ; the check digit catches either."""
    place = rng.integers(6, 16, len(at))
    here, following = rows.number[at, place], rows.number[at, place + 1]
    swap = (rng.random(len(at)) < 0.5) & (here != following)  # noqa: PLR2004
    replaced = (here - 48 + rng.integers(1, 10, len(at))) % 10 + 48
    rows.number[at, place] = np.where(swap, following, replaced)
    rows.number[at, place + 1] = np.where(swap, here, following)


_CHANGES = {
    "id_format": _letter,
    "id_check_digit": _wrong_check,
    "id_birth_date": _thirteenth_month,
    "id_region": _unknown_region,
    "sex_differs": _other_sex,
    "birth_differs": _other_birth,
    "sex_unknown": _no_sex,
    "short_number": _shorten,
}
