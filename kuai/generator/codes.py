"""Codes and names of the areas of a territory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kuai.generator import names
from kuai.generator.draw import Ints, rank_within
from kuai.generator.names import Name
from kuai.generator.territory import REGION_PREFIX, Territory

_FIRST_RURAL = 4


@dataclass(frozen=True)
class Codes:
    """Code and name of every area per level, by position; `split` lists the positions of both parts of a station.

    Parameters
    ----------
    prefecture, county, station, street, community, block : list of str
        Codes. The six digits of a county begin the codes of all that lies in it.
    label : dict
        Names per level, by position; blocks are named by their code.
    split : list of (int, int)
        Stations that were one until the split.
    """

    prefecture: list[str]
    county: list[str]
    station: list[str]
    street: list[str]
    community: list[str]
    block: list[str]
    label: dict[str, list[Name]]
    split: list[tuple[int, int]]

    def former(self, pair: tuple[int, int]) -> str:
        """Code of the station that a pair was before it was split."""
        return self.station[pair[0]][:6] + "01"


def codes(territory: Territory, split_counties: int) -> Codes:
    """Codes and names of a territory."""
    local_county = rank_within(territory.county_prefecture)
    prefecture = [f"{REGION_PREFIX}{k + 1:02d}" for k in range(int(territory.county_prefecture.max()) + 1)]
    county = [
        prefecture[p] + f"{(k + 2 if k < _FIRST_RURAL else k + 18):02d}"
        for p, k in zip(territory.county_prefecture.tolist(), local_county.tolist(), strict=True)
    ]
    local = rank_within(territory.station_county)
    station = [
        county[c] + f"{_station_number(c, k, split_counties):02d}"
        for c, k in zip(territory.station_county.tolist(), local.tolist(), strict=True)
    ]
    street = _numbered(county, territory.street_county, "{:03d}")
    first = np.searchsorted(territory.station_county, np.arange(split_counties)).tolist()
    return Codes(
        prefecture,
        county,
        station,
        street,
        _numbered(street, territory.community_street, "{:03d}"),
        _numbered(county, territory.county, "B{:04d}"),
        _labels(territory, local_county),
        [(k, k + 1) for k in first],
    )


def _station_number(county: int, local: int, split_counties: int) -> int:
    return 41 + local if county < split_counties and local < 2 else local + 1  # noqa: PLR2004


def _numbered(parents: list[str], parent: Ints, pattern: str) -> list[str]:
    local = rank_within(np.asarray(parent)) + 1
    return [parents[p] + pattern.format(k) for p, k in zip(parent.tolist(), local.tolist(), strict=True)]


def _labels(territory: Territory, local_county: Ints) -> dict[str, list[Name]]:
    prefectures, counties = int(territory.county_prefecture.max()) + 1, len(local_county)
    plain = names.county_names(counties + prefectures)
    county = plain[:counties]
    kinds = [("区", "District") if k < _FIRST_RURAL else ("县", "County") for k in local_county.tolist()]
    return {
        "prefecture": [Name("示范市", "Shifan City")]
        + [Name(zh + "市", en + " City") for zh, en in plain[counties + 1 :]],
        "county": [Name(zh + k, f"{en} {e}") for (zh, en), (k, e) in zip(county, kinds, strict=True)],
        "station": _within(names.station_names, territory.station_county, "派出所", " Station"),
        "street": _within(names.street_names, territory.street_county, "街道", " Street"),
        "community": _communities(territory),
    }


def _within(source: names.Source, parent: Ints, zh: str, en: str) -> list[Name]:
    local = rank_within(np.asarray(parent))
    plain = source(int(local.max()) + 1)
    return [Name(plain[k].zh + zh, plain[k].en + en) for k in local.tolist()]


def _communities(territory: Territory) -> list[Name]:
    local = rank_within(np.asarray(territory.community_street))
    return [Name(f"第{k + 1}社区", f"Community {k + 1}") for k in local.tolist()]
