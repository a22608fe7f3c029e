"""Perturbation tables of the cell-key method, by maximum entropy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kuai.errors import SettingsError

Floats = NDArray[np.float64]

_LEAST = 1e-8
_STAY_STEP = 0.05
_STAY_TRIES = 20
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Design:
    """Parameters of a perturbation table, with the names of Statistics Germany's ``ptable``.

    Parameters
    ----------
    reach : int
        D: largest noise in persons.
    variance : float
        V: variance of the noise in persons squared.
    gap : int
        js: no published value lies in 1 to ``gap``.
    stay : float
        pstay: least probability of no noise, lowered in steps of 0.05 in rows where the variance cannot be met.
    is_monotone : tuple of bool
        mono: per row from 1 on, whether the probability may only grow up to no noise; the last one also holds for
        all further rows.
    is_exact : bool
        Whether the variance is met (``optim`` 4) or only bounds from above (``optim`` 1).
    """

    reach: int
    variance: float
    gap: int = 0
    stay: float = 0.0
    is_monotone: tuple[bool, ...] = (True,)
    is_exact: bool = False

    @property
    def rows(self) -> int:
        """Number of rows besides the one of 0; the last is symmetric and stands for every larger count."""
        return self.reach + (self.gap + 1 if self.gap else 0)


@dataclass(frozen=True)
class Row:
    """Noise of one true count: values in persons, ascending, and their probabilities."""

    count: int
    noise: NDArray[np.int64]
    probability: Floats

    @property
    def mean(self) -> float:
        """Mean of the noise in persons."""
        return float(self.noise @ self.probability)

    @property
    def variance(self) -> float:
        """Mean square of the noise in persons squared."""
        return float(self.noise**2 @ self.probability)

    @property
    def bounds(self) -> tuple[int, ...]:
        """Upper bounds of the noise values on a 32-bit scale; a key takes the first value whose bound exceeds it."""
        scaled = np.round(np.cumsum(self.probability) * 2**32).astype(np.int64)
        return (*scaled[:-1].tolist(), 2**32)


def derive(design: Design) -> tuple[Row, ...]:
    """Rows for the true counts 0, 1, 2 and so on; the last holds for every larger count.

    Raises
    ------
    SettingsError
        If no distribution has the wanted mean, reach and variance.

    Notes
    -----
    Maximum entropy under mean 0 and the variance, as ``ptable`` 1.0.0 of Statistics Germany does it, with the same
    solver (SLSQP) and the same start. Giessing (2016), doi:10.1007/978-3-319-45381-1_5.
    """
    zero = Row(0, np.zeros(1, np.int64), np.ones(1))
    return (zero, *(_relaxed(design, count) for count in range(1, design.rows + 1)))


def symmetric(reach: int, variance: float) -> Row:
    """Row for counts so large that the noise is symmetric around 0.

    Raises
    ------
    SettingsError
        If no distribution on -reach to reach, most probable at 0, has that variance.

    Notes
    -----
    Without further conditions, maximum entropy gives the normal distribution cut to whole numbers and to the reach;
    its one parameter is found as the root of the variance.
    """
    from scipy.optimize import brentq

    noise = np.arange(-reach, reach + 1)
    if not 0 < variance < _row(reach, noise, 0.0).variance:
        raise _unmet(reach, reach, variance)
    decay = brentq(lambda rate: _row(reach, noise, rate).variance - variance, 0.0, 50.0, xtol=1e-15, rtol=1e-14)
    return _row(reach, noise, decay)


def _row(count: int, noise: NDArray[np.int64], decay: float) -> Row:
    weight = np.exp(-decay * noise**2.0)
    return Row(count, noise, weight / weight.sum())


def _unmet(count: int, reach: int, variance: float) -> SettingsError:
    what = f"no perturbation of count {count} has reach {reach} and variance {variance}"
    return SettingsError(what, remedy="take a larger reach or a smaller variance")


def _relaxed(design: Design, count: int) -> Row:
    noise = _support(design, count)
    stays = np.maximum(design.stay - _STAY_STEP * np.arange(_STAY_TRIES + 1), 0.0) if 0 in noise else np.zeros(1)
    for stay in dict.fromkeys(stays.tolist()):
        found = _solve(design, count, noise, stay)
        if found is not None:
            return Row(count, noise, found)
    raise _unmet(count, design.reach, design.variance)


def _support(design: Design, count: int) -> NDArray[np.int64]:
    values = np.arange(max(count - design.reach, 0), count + design.reach + 1)
    return np.asarray(values[(values == 0) | (values > design.gap)] - count, np.int64)


def _solve(design: Design, count: int, noise: NDArray[np.int64], stay: float) -> Floats | None:
    from scipy.optimize import minimize

    least = np.where(noise == 0, max(stay, _LEAST), _LEAST)
    found = minimize(
        lambda p: float(p @ np.log(p)),
        np.ones(len(noise)),
        jac=lambda p: np.log(p) + 1,
        method="SLSQP",
        bounds=[(low, 1.0) for low in least],
        constraints=[*_moments(design, noise), *_growth(design, count, noise)],
        options={"maxiter": 1000, "ftol": 1e-13},
    )
    probability = np.maximum(found.x, _LEAST)
    return probability / probability.sum() if _is_met(design, noise, found.x) else None


def _moments(design: Design, noise: NDArray[np.int64]) -> list[dict[str, Any]]:
    fixed = _linear("eq", np.stack([np.ones(len(noise)), noise]), np.array([1.0, 0.0]))
    squares = np.square(noise.astype(np.float64))[None, :]
    spread = _linear("eq" if design.is_exact else "ineq", -squares, -design.variance)
    return [fixed, spread]


def _growth(design: Design, count: int, noise: NDArray[np.int64]) -> list[dict[str, Any]]:
    rules, steps = design.is_monotone, int((noise < 0).sum())
    if not rules[min(count, len(rules)) - 1] or 0 not in noise:
        return []
    step = np.eye(len(noise), k=1) - np.eye(len(noise))
    return [_linear("ineq", step[:steps], 0.0)]


def _linear(kind: str, matrix: Floats, target: Floats | float) -> dict[str, Any]:
    """Condition ``matrix @ p = target`` (eq) or ``>= target`` (ineq)."""
    return {"type": kind, "fun": lambda p: matrix @ p - target, "jac": lambda _: matrix}


def _is_met(design: Design, noise: NDArray[np.int64], p: Floats) -> bool:
    spread = float(noise**2 @ p)
    is_centred = abs(p.sum() - 1) <= _TOLERANCE and abs(float(noise @ p)) <= _TOLERANCE
    is_spread = abs(spread - design.variance) <= _TOLERANCE if design.is_exact else True
    return is_centred and is_spread and spread <= design.variance + _TOLERANCE
