from __future__ import annotations

from pathlib import Path

import pytest

from kuai import catalog
from kuai.city import City, load_city
from kuai.disclosure.policy import Policy
from kuai.settings import conf_folder

from jobs.targets import released_table, resolution_of, targets, wanted_table


@pytest.fixture(scope="module")
def city() -> City:
    return load_city("chicago", Path(conf_folder() / "cities"))


def reached(city: City, *leaves: str, is_exclusive: bool) -> set[tuple[str, str]]:
    return {(one.level, one.leaf_level) for one in targets(city, leaves, is_exclusive=is_exclusive)}


def test_points_reach_every_level_above_each_located_level_and_the_root_once(city: City) -> None:
    found = reached(city, "beat", "tract", is_exclusive=True)
    assert {level for level, _ in found} == {"city", "district", "beat", "community", "tract"}
    assert len([level for level, _ in found if level == "city"]) == 1


def test_counts_given_at_several_levels_reach_from_each(city: City) -> None:
    assert reached(city, "district", "beat", is_exclusive=False) == {
        ("city", "district"), ("district", "district"), ("city", "beat"), ("district", "beat"), ("beat", "beat"),
    }  # fmt: skip


def test_a_leaf_is_released_coarser_than_what_lies_above() -> None:
    region, measure = load_city("shifan", conf_folder() / "cities"), catalog.measure("incident_count")
    rows = released_table(region, Policy.load(), [measure], targets(region, ["block"], is_exclusive=True)).to_pylist()
    periods = {level: {row["period"] for row in rows if row["level"] == level} for level in ("city", "block")}
    assert periods["block"] < periods["city"]
    assert resolution_of(region, "block") == "leaf"
    assert resolution_of(region, "city") == "upper"


def test_a_measure_that_does_not_add_up_has_no_target_and_no_leaf_period() -> None:
    region = load_city("shifan", conf_folder() / "cities")
    measure, policy = catalog.measure("median_handling_days"), Policy.load()
    found = targets(region, ["block"], is_exclusive=True)
    released = released_table(region, policy, [measure], found)
    assert {"city", "county", "street"} <= {row["level"] for row in released.to_pylist()}
    assert "block" not in {row["level"] for row in released.to_pylist()}
    assert wanted_table(region, policy, [measure], found, released).num_rows == 0
