"""Citizen identity numbers of GB 11643: check digit, upgrade from 15 digits, and the rule a number breaks."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kuai.errors import SourceError

RULES = ("id_format", "id_check_digit", "id_birth_date", "id_region")
EARLIEST_BIRTH = date(1900, 1, 1)
# First two digits of GB/T 2260, and 81 to 83 of the residence permits for Hong Kong, Macao and Taiwan residents.
_BANDS = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
PROVINCES = tuple(str(code) for first, last in _BANDS for code in range(first, last + 1))

_DIGITS = "0123456789X"
_CENTENARIANS = ("996", "997", "998", "999")
_LONG = re.compile(r"[1-9][0-9]{16}[0-9X]")
_SHORT = re.compile(r"[1-9][0-9]{14}")


def check_digit(first17: str) -> str:
    """Check digit of one number, ``0`` to ``9`` or ``X``.

    Parameters
    ----------
    first17 : str
        The first 17 digits.

    Raises
    ------
    SourceError
        If these are not 17 digits; the text is not repeated in the error.

    Notes
    -----
    ISO 7064 MOD 11-2. The digits read in base 13 give the weighted sum at once, because 13 = 2 modulo 11.
    """
    if len(first17) != 17 or not (first17.isascii() and first17.isdigit()):  # noqa: PLR2004
        raise SourceError("a check digit is computed from exactly 17 digits")
    return _DIGITS[(1 - 2 * int(first17, 13)) % 11]


def check_digits(first17: NDArray[np.int64]) -> NDArray[np.int8]:
    """Check digits of many numbers as values 0 to 10, where 10 stands for ``X``.

    Parameters
    ----------
    first17 : ndarray of int64
        The first 17 digits of each, as an integer.
    """
    table, rest = _weighted(), first17.astype(np.int64)
    total = np.zeros(rest.shape, np.int64)
    for group in range(5):
        rest, four = np.divmod(rest, 10_000)
        total += table[four] * (13 ** (4 * group) % 11)
    return ((1 - 2 * total) % 11).astype(np.int8)


def upgrade(number: str) -> str:
    """18-digit form of a 15-digit number; any other text comes back as it is.

    Notes
    -----
    The century is 19, but 18 for the sequence numbers 996 to 999, which were kept for centenarians.
    """
    if not _SHORT.fullmatch(number):
        return number
    century = "18" if number[12:] in _CENTENARIANS else "19"
    first17 = number[:6] + century + number[6:]
    return first17 + check_digit(first17)


def fault(number: str, today: date, regions: Collection[str] = PROVINCES) -> str:
    """First rule that a number of 15 or 18 digits breaks, one of ``RULES``; empty if it breaks none.

    Parameters
    ----------
    number : str
        The number as delivered.
    today : date
        Latest day of birth that is accepted.
    regions : collection of str
        Codes that the number may begin with, all of one length. They are the codes of all times: a number is often
        assigned long after the birth, so the year a code was in force says nothing.
    """
    full = upgrade(number)
    if not _LONG.fullmatch(full):
        return "id_format"
    if check_digit(full[:17]) != full[17]:
        return "id_check_digit"
    if not _is_birth_date(full[6:14], today):
        return "id_birth_date"
    return "" if any(full.startswith(code) for code in regions) else "id_region"


def _is_birth_date(text: str, today: date) -> bool:
    try:
        born = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return EARLIEST_BIRTH <= born <= today


@cache
def _weighted() -> NDArray[np.int64]:
    """Remainder modulo 11 of every four digits read in base 13, by their value in base 10."""
    groups = np.arange(10_000)
    digits = [groups // 10**place % 10 * 13**place for place in range(4)]
    return np.asarray(sum(digits) % 11, np.int64)
