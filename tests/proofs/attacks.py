"""What an attacker who knows the method can make of served values. Pure functions of numbers that were served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kuai.disclosure.cellkey import Noise

if TYPE_CHECKING:
    from scipy import sparse

Floats = np.ndarray
CERTAIN = 0.95


@dataclass(frozen=True)
class Guess:
    """How often an attacker is right, and how often he is nearly certain."""

    accuracy: float
    certain: float
    tries: int


def row(noise: Noise) -> Floats:
    """Probabilities of the noise -D to D."""
    return np.diff([0, *noise.bounds]) / 2**32


def weigh(difference: Floats, has_more: Floats, noise: Noise, *, is_set_keyed: bool = False) -> Guess:
    """Bayes attacker, prior one half: does the second of two cells hold one person more than the first?

    Parameters
    ----------
    difference : ndarray
        Second minus first served value, whole numbers.
    has_more : ndarray of bool
        The truth.
    noise : Noise
        Row of the noise, which he knows.
    is_set_keyed : bool
        Whether he knows that equal sets have equal noise.
    """
    fresh = np.convolve(row(noise), row(noise)[::-1])
    at = difference.astype(int) + 2 * noise.reach
    more = _at(fresh, at - 1)
    same = (difference == 0).astype(float) if is_set_keyed else _at(fresh, at)
    believed = more / (more + same)
    right = np.where(believed == 0.5, 0.5, (believed > 0.5) == has_more)
    return Guess(right.mean(), (np.maximum(believed, 1 - believed) >= CERTAIN).mean(), len(right))


def weigh_correction(versions: tuple[Floats, Floats], known: Floats, has_more: Floats, noise: Noise) -> Guess:
    """Bayes attacker, prior one half: does a count that was corrected hold one person more than he knows of?

    Parameters
    ----------
    versions : tuple of ndarray
        Served values before and after the correction; the same where it was not published.
    known : ndarray
        Persons he knows to be counted after the correction.
    has_more : ndarray of bool
        The truth.
    noise : Noise
        Row of the noise, which he knows, as he does from when on a correction is published.
    """
    before, after = versions
    values = known[:, None] + np.arange(-noise.reach, noise.reach + 1)
    believed = []
    for more in (0, 1):
        is_published = abs(values + more - before[:, None]) >= noise.threshold + noise.reach
        is_seen = np.where(is_published, values + more, before[:, None]) == after[:, None]
        believed.append((is_seen * row(noise)).sum(axis=1))
    share = believed[1] / (believed[0] + believed[1])
    right = np.where(share == 0.5, 0.5, (share > 0.5) == has_more)
    return Guess(right.mean(), (np.maximum(share, 1 - share) >= CERTAIN).mean(), len(right))


def _at(probability: Floats, place: Floats) -> Floats:
    inside = (place >= 0) & (place < len(probability))
    return np.where(inside, probability[place.clip(0, len(probability) - 1)], 0.0)


def equality_gap(first: Floats, second: Floats, has_more: Floats) -> float:
    """How much likelier two cells show one number if they hold the same persons than if one holds one more."""
    equal = first == second
    return float(equal[~has_more].mean() - equal[has_more].mean())


@dataclass(frozen=True)
class Family:
    """Cells of one stock over areas of several levels and one-way groups, as sums of smallest parts.

    Parameters
    ----------
    cells : csr_matrix
        One row per cell, one column per part: which parts it is the sum of.
    served : ndarray
        Served value, NaN where hidden.
    truth : ndarray
        Exact count.
    """

    cells: sparse.csr_matrix
    served: Floats
    truth: Floats


def averaged(family: Family, variance: float, guess: tuple[Floats, Floats]) -> Floats:
    """Best linear estimate of every cell from everything served and from what hidden cells hold on average.

    Parameters
    ----------
    family : Family
        Cells.
    variance : float
        Variance of the noise.
    guess : tuple of ndarray
        Mean and variance that hidden cells like each cell have, which is more than an attacker would know.
    """
    from scipy.sparse import identity
    from scipy.sparse.linalg import splu

    is_hidden = np.isnan(family.served)
    value = np.where(is_hidden, guess[0], family.served)
    weight = 1 / np.where(is_hidden, guess[1], variance)
    weighted = family.cells.multiply(weight[:, None]).tocsr()
    # a hundredth of a person of doubt less keeps parts apart that no cell tells apart
    normal = (family.cells.T @ weighted + 1e-4 * identity(family.cells.shape[1])).tocsc()
    return np.asarray(family.cells @ splu(normal).solve(weighted.T @ value))


def bounded(family: Family, noise: Noise, rounds: int = 40) -> tuple[Floats, Floats]:
    """Least and greatest count of every part that fits all served values, by passing bounds up and down.

    Parameters
    ----------
    family : Family
        Cells.
    noise : Noise
        Reach and threshold, which the attacker knows.
    rounds : int
        Most passes.
    """
    is_hidden = np.isnan(family.served)
    low = np.where(is_hidden, 0, family.served - noise.reach).clip(0)
    high = np.where(is_hidden, noise.threshold - 1 + noise.reach, family.served + noise.reach)
    part_low = np.zeros(family.cells.shape[1])
    part_high = np.full(family.cells.shape[1], high.max())
    for _ in range(rounds):
        before = part_low.sum(), part_high.sum()
        part_low, part_high = _narrowed(family.cells, (low, high), (part_low, part_high))
        if before == (part_low.sum(), part_high.sum()):
            break
    return part_low, part_high


def _narrowed(
    cells: sparse.csr_matrix, given: tuple[Floats, Floats], parts: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Every part is at most its cell less the least of the others, and at least its cell less the most of them."""
    entries = cells.tocoo()
    (low, high), (least, most) = given, parts
    others_least = (cells @ least)[entries.row] - least[entries.col]
    others_most = (cells @ most)[entries.row] - most[entries.col]
    most, least = most.copy(), least.copy()
    np.minimum.at(most, entries.col, high[entries.row] - others_least)
    np.maximum.at(least, entries.col, low[entries.row] - others_most)
    return least, most


def recovered(estimate: Floats, truth: Floats, tie: float = 0.0) -> float:
    """Share of counts that an estimate gives exactly when rounded; one just between two numbers counts `tie`."""
    away = np.abs(estimate - truth)
    return float(np.where(away == 0.5, tie, away < 0.5).mean())


def blind(truth: pd.Series) -> float:
    """Share of counts that guessing the commonest one gives exactly."""
    return float(truth.value_counts(normalize=True).iloc[0])


def step(before: Sequence[Floats], after: Sequence[Floats], has_more: Floats) -> float:
    """How often the means of two times tell rightly whether one person came between them, half of them having."""
    gain = np.mean(after, axis=0) - np.mean(before, axis=0)
    return float(np.where(gain == 0.5, 0.5, (gain > 0.5) == has_more).mean())
