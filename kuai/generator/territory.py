"""The areas of a fictional region: which block belongs to which station, county, community and street."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import numpy as np

from kuai.generator import division, outline
from kuai.generator.draw import Floats, Ints, hashed, stream
from kuai.generator.plan import Plan, month_back

ROOT = "shifan"
REGION_PREFIX = "68"
SPLIT_COUNTIES = {"town": 1, "city": 1, "province": 3}

_BLOCKS_PER_COMMUNITY = 12
_COMMUNITIES_PER_STREET = 5
_HOLE = 0.3


@dataclass(frozen=True)
class Territory:
    """Blocks in order of county and station, as one array per property.

    Parameters
    ----------
    prefecture, county, station, street, community : ndarray
        Position of the area each block belongs to, per level over the whole region; stations are those of the last day.
    county_prefecture, station_county, street_county, community_street : ndarray
        Position of the parent of each area.
    ring : ndarray
        Outline of each block in degrees, shape (blocks, 24, 2), clockwise and not closed.
    centre : ndarray
        A point each block is seen whole from, in degrees.
    hole : ndarray
        Whether a block has a hole; `guest` is the block whose second part fills it, -1 for a lake.
    guest : ndarray
        See `hole`.
    nearness : ndarray
        How central a block is within its county, from 0 at the rim to 1.
    """

    prefecture: Ints
    county: Ints
    station: Ints
    street: Ints
    community: Ints
    county_prefecture: Ints
    station_county: Ints
    street_county: Ints
    community_street: Ints
    ring: Floats
    centre: Floats
    hole: Ints
    guest: Ints
    nearness: Floats

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return len(self.county)

    def save(self, folder: Path) -> None:
        """Arrays as one file each, to be mapped by other processes."""
        for item in fields(self):
            np.save(folder / f"{item.name}.npy", getattr(self, item.name))

    @classmethod
    def load(cls, folder: Path) -> Territory:
        """Territory that was saved to the folder, mapped and not copied."""
        return cls(*(np.load(folder / f"{item.name}.npy", mmap_mode="r") for item in fields(cls)))


def split_day(plan: Plan) -> date:
    """First day of the stations that a split station became."""
    return month_back(plan.until, plan.sizes.months // 2)


def build(plan: Plan) -> Territory:
    """Territory of a plan; the same seed and scale give the same one whatever the last day is."""
    rng = stream(plan.seed, "territory")
    column, row = division.region_cells(plan.sizes.blocks, rng)
    x, y = outline.address(column, row)
    km = outline.to_km(x, y, plan.sizes.pitch_km)
    labels = _labels(plan, km, rng)
    order = np.lexsort((x, y, labels["station"], labels["county"]))
    x, y, km = x[order], y[order], km[order]
    labels = {name: labels[name][order] for name in labels}
    pull = _pull(km, labels["county"], rng)
    ring, centre = pull.apply(outline.rings(x, y, plan.sizes.pitch_km, plan.seed), km)
    hole, guest = _holes(x, y, labels["county"], rng)
    return Territory(
        **labels,
        **_parents(labels),
        ring=outline.to_degrees(ring),
        centre=outline.to_degrees(centre),
        hole=hole,
        guest=guest,
        nearness=_nearness(km, labels["county"], pull),
    )


def _labels(plan: Plan, km: Floats, rng: np.random.Generator) -> dict[str, Ints]:
    sizes = plan.sizes
    county_km = plan.sizes.pitch_km * np.sqrt(sizes.blocks / sizes.counties)
    bent = division.curved(km, county_km, rng)
    prefecture = division.divide(bent, np.ones(sizes.prefectures), rng)
    county = division.divide_within(bent, prefecture, _spread(sizes.counties, sizes.prefectures), rng)
    station = division.divide_within(bent, county, _spread(sizes.stations, sizes.counties), rng)
    per_county = sizes.blocks // sizes.counties
    communities = max(2, per_county // _BLOCKS_PER_COMMUNITY)
    streets = max(1, communities // _COMMUNITIES_PER_STREET)
    other = division.curved(km, county_km / 2, rng)
    street = division.divide_within(other, county, _spread(streets * sizes.counties, sizes.counties), rng)
    parts = _spread(communities * sizes.counties, streets * sizes.counties)
    community = division.divide_within(other, street, parts, rng)
    return {"prefecture": prefecture, "county": county, "station": station, "street": street, "community": community}


def _spread(parts: int, parents: int) -> Ints:
    """Parts per parent, as even as can be, the first with one more."""
    return np.full(parents, parts // parents) + (np.arange(parents) < parts % parents)


def _parents(labels: dict[str, Ints]) -> dict[str, Ints]:
    pairs = (("county", "prefecture"), ("station", "county"), ("street", "county"), ("community", "street"))
    return {f"{low}_{high}": labels[high][np.unique(labels[low], return_index=True)[1]] for low, high in pairs}


def _pull(km: Floats, county: Ints, rng: np.random.Generator) -> outline.Pull:
    counties = int(county.max()) + 1
    order = np.argsort(county, kind="stable")
    ends = np.cumsum(np.bincount(county))
    middles = np.array([km[part].mean(axis=0) for part in np.split(order, ends[:-1])])
    radius = np.sqrt(np.bincount(county) * np.ptp(km, axis=0).prod() / len(km) * 0.7) * 0.75
    strength = 0.3 + 0.35 * rng.random(counties)
    return outline.Pull(np.column_stack([middles, strength, radius]))


def _nearness(km: Floats, county: Ints, pull: outline.Pull) -> Floats:
    own = pull.centres[county]
    return np.asarray(np.exp(-((km - own[:, :2]) ** 2).sum(axis=1) / (2 * (0.45 * own[:, 3]) ** 2)))


def _holes(x: Ints, y: Ints, county: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Which blocks have a hole, half of them filled by a part of the block to the east (of the same county)."""
    count = max(2, len(x) // 250)
    chosen = np.sort(rng.choice(len(x), count, replace=False))
    place = {key: k for k, key in enumerate(zip(x.tolist(), y.tolist(), strict=True))}
    hole, guest = np.zeros(len(x), np.int64), np.full(len(x), -1)
    hole[chosen] = 1
    for k, block in enumerate(chosen.tolist()):
        east = place.get((int(x[block]) + 2, int(y[block])), -1)
        if k % 2 and east >= 0 and county[east] == county[block] and not hole[east]:
            guest[block] = east
    return hole, guest


def hole_ring(territory: Territory, block: int) -> Floats:
    """Outline of the hole of a block in degrees, shape (8, 2)."""
    centre = territory.centre[block]
    return np.asarray(np.round(centre + (territory.ring[block, ::3] - centre) * _HOLE, 6))


def block_noise(plan: Plan, blocks: Ints, salt: int) -> Floats:
    """Uniform number in [0, 1) that belongs to each block."""
    return hashed(plan.seed, 16 + salt, blocks, np.zeros_like(blocks))
