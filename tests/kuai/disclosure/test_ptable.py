"""A1: perturbation tables equal the published ones."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kuai.disclosure.policy import Policy
from kuai.disclosure.ptable import Design, derive, symmetric
from kuai.errors import SettingsError

DEFAULT_ROW = (
    16285914, 87543420, 312138555, 822081614, 1656136176, 2638831115, 3472885675, 3982828732, 4207423894, 4278681380,
    4294967296,
)  # fmt: skip
D5_V3 = (0.00379186, 0.01659093, 0.05229263, 0.11873037, 0.19419346, 0.2288015)

# Vignette, examples and tests of the R package ptable 1.0.0: design, row, noise values, probabilities.
PUBLISHED = [
    (Design(2, 0.9), 1, (-1, 0, 1, 2), (0.3625, 0.3625, 0.1875, 0.0875)),
    (Design(2, 0.9), 2, (-2, -1, 0, 1, 2), (0.05154609, 0.24381564, 0.40927654, 0.24381564, 0.05154609)),
    (Design(2, 1.0), 1, (-1, 0, 1, 2), (0.36648551, 0.36648551, 0.16757247, 0.09945652)),
    (Design(2, 1.0), 2, (-2, -1, 0, 1, 2), (0.06382714, 0.24469145, 0.38296282, 0.24469145, 0.06382714)),
    (
        Design(5, 3.0, gap=2), 1,
        (-1, 2, 3, 4, 5), (0.73446954, 0.13672019, 0.07279631, 0.03742956, 0.0185844),
    ),
    (
        Design(5, 3.0, gap=2), 5, (-5, -2, -1, 0, 1, 2, 3, 4, 5),
        (0.02014749, 0.17334747, 0.22063302, 0.22131828, 0.17496764, 0.10901647, 0.05353283, 0.02071769, 0.00631911),
    ),
    (Design(5, 3.0, gap=2), 8, tuple(range(-5, 6)), (*D5_V3, *D5_V3[-2::-1])),
]  # fmt: skip
EXAMPLE = Design(2, 1.05, gap=1, is_monotone=(True, True, False, True))
EXAMPLE_ROWS = [
    (0.50833333, 0.475, 0.01666667),
    (0.16155827, 0.55565037, 0.24246618, 0.04032518),
    (0.41231301, 0.28806097, 0.18693903, 0.11268699),
    (0.07012498, 0.24450007, 0.3707499, 0.24450007, 0.07012498),
]


@pytest.mark.parametrize(("design", "count", "values", "probabilities"), PUBLISHED)
def test_row_equals_the_published_one(
    design: Design, count: int, values: tuple[int, ...], probabilities: tuple[float, ...]
) -> None:
    row = derive(design)[count]
    assert tuple(row.noise) == values
    np.testing.assert_allclose(row.probability, probabilities, atol=1e-6)


def test_example_with_a_gap_and_monotony_by_row_equals_the_published_one() -> None:
    rows = derive(EXAMPLE)
    assert len(rows) == 5
    assert rows[0].probability.tolist() == [1.0]
    for row, published in zip(rows[1:], EXAMPLE_ROWS, strict=True):
        np.testing.assert_allclose(row.probability, published, atol=1e-6)


@pytest.mark.parametrize("design", [EXAMPLE, Design(2, 0.9), Design(5, 3.0, gap=2), Design(5, 3.0, gap=2, stay=0.5)])
def test_every_row_is_a_centred_distribution_within_the_variance(design: Design) -> None:
    for row in derive(design)[1:]:
        assert abs(row.probability.sum() - 1) <= 1e-9
        assert abs(row.mean) <= 1e-6
        assert row.variance <= design.variance + 1e-6
        assert not set(range(1, design.gap + 1)) & set((row.count + row.noise).tolist())


@pytest.mark.parametrize(("reach", "variance"), [(2, 1.0), (4, 1.8), (5, 3.0), (7, 5.0), (10, 10.0)])
def test_symmetric_row_has_the_wanted_moments(reach: int, variance: float) -> None:
    row = symmetric(reach, variance)
    assert abs(row.probability.sum() - 1) <= 1e-9
    assert abs(row.mean) <= 1e-6
    assert abs(row.variance - variance) <= 1e-4


def test_symmetric_row_is_what_the_general_method_gives_for_large_counts() -> None:
    general = derive(Design(5, 3.0, gap=2, is_exact=True))[-1]
    np.testing.assert_allclose(symmetric(5, 3.0).probability, general.probability, atol=1e-6)


def test_row_in_force_is_the_specified_one_and_agrees_with_the_method() -> None:
    noise = Policy.load().klass("person").noise
    assert noise is not None
    assert noise.bounds == DEFAULT_ROW
    np.testing.assert_allclose(symmetric(5, 3.0).bounds, DEFAULT_ROW, rtol=0, atol=1e-6 * 2**32)


def test_larger_variance_than_the_reach_allows_is_refused() -> None:
    with pytest.raises(SettingsError, match="larger reach"):
        symmetric(2, 3.0)
    with pytest.raises(SettingsError, match="reach 2 and variance 5"):
        derive(Design(2, 5.0, is_exact=True))


@pytest.mark.slow
def test_probability_of_no_noise_is_lowered_where_the_variance_needs_it() -> None:
    rows = derive(Design(2, 1.5, stay=0.9, is_exact=True, is_monotone=(False,)))
    assert all(abs(row.variance - 1.5) <= 1e-5 for row in rows[2:])


@pytest.mark.parametrize(
    ("name", "reach", "variance"), [("sym_D5_V3", 5, 3), ("sym_D7_V5", 7, 5), ("sym_D10_V10", 10, 10)]
)
def test_symmetric_rows_equal_the_reference(reference: Path, name: str, reach: int, variance: int) -> None:
    vector = json.loads((reference / "cell_key_vectors.json").read_text())[name]
    np.testing.assert_allclose(symmetric(reach, variance).probability, vector["p"], atol=1e-6)


def test_table_with_a_stay_probability_equals_the_reference(reference: Path) -> None:
    vectors = json.loads((reference / "cell_key_vectors.json").read_text())["ptable_D5V3js2_pstay.5"]
    for row in derive(Design(5, 3.0, gap=2, stay=0.5))[1:]:
        assert row.noise.tolist() == vectors[str(row.count)]["v"]
        np.testing.assert_allclose(row.probability, vectors[str(row.count)]["p"], atol=1e-6)
