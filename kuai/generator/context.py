"""What every file is drawn from: the plan, its territory, codes, and where people live."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kuai.generator import codes as coding
from kuai.generator.case_kinds import KINDS
from kuai.generator.codes import Codes
from kuai.generator.draw import Floats, Ints, portions, stream
from kuai.generator.people import Home
from kuai.generator.plan import Plan
from kuai.generator.territory import SPLIT_COUNTIES, Territory, block_noise

_EMPTY_SHARE = 0.01


@dataclass(frozen=True)
class Context:
    """Everything that is shared by the files of a plan.

    Parameters
    ----------
    plan : Plan
        What is generated.
    territory : Territory
        Blocks and the areas they belong to.
    codes : Codes
        Codes and names of the areas.
    settled : ndarray
        Relative number of residents per block; 0 for the few where nobody lives.
    residents : ndarray
        Residents per county, about.
    regions : ndarray
        Six-digit code of each county as a number.
    first_block : ndarray
        Position of each county's first block, and the number of blocks at the end.
    """

    plan: Plan
    territory: Territory
    codes: Codes
    settled: Floats
    residents: Ints
    regions: Ints
    first_block: Ints

    def home(self, county: int) -> Home:
        """Where the people of a county live."""
        first, end = int(self.first_block[county]), int(self.first_block[county + 1])
        return Home(county, self.regions, first, self.settled[first:end])

    @cached_property
    def risk(self) -> Floats:
        """Relative number of cases per category and block: where people are, times the block's own risk."""
        ambient = self.settled + 0.25 * self.territory.nearness + 0.005
        common = _bell(self.plan, len(ambient), 3)
        own = [_bell(self.plan, len(ambient), 6 + 3 * k) for k in range(len(KINDS))]
        return np.array(
            [ambient * np.exp(kind.clustering * 0.7 * (common + one)) for kind, one in zip(KINDS, own, strict=True)]
        )


def context(plan: Plan, territory: Territory) -> Context:
    """Context of a plan over its territory."""
    counties = len(territory.county_prefecture)
    names = coding.codes(territory, SPLIT_COUNTIES[plan.scale])
    shares = np.exp(stream(plan.seed, "counties").normal(0, 0.22, counties))
    return Context(
        plan,
        territory,
        names,
        _settled(plan, territory),
        portions(plan.sizes.residents, shares),
        np.array([int(code) for code in names.county]),
        np.searchsorted(territory.county, np.arange(counties + 1)),
    )


def _settled(plan: Plan, territory: Territory) -> Floats:
    blocks = np.arange(territory.blocks)
    spread = np.exp((block_noise(plan, blocks, 0) + block_noise(plan, blocks, 1) - 1) * 1.6)
    lived_in = block_noise(plan, blocks, 2) >= _EMPTY_SHARE
    return np.asarray((0.12 + territory.nearness) * spread * lived_in)


def _bell(plan: Plan, blocks: int, salt: int) -> Floats:
    """A number per block that is about standard normal: the scaled sum of three uniform ones."""
    return np.asarray(sum(block_noise(plan, np.arange(blocks), salt + k) for k in range(3)) - 1.5) * 2
