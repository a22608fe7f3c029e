"""Every measure that is stored, with its class and how it rolls up."""

from __future__ import annotations

from kuai.catalog.columns import EVENT_KIND
from kuai.catalog.hours import HOURS, UNKNOWN
from kuai.metrics import Label, Measure

_PERSONS = Label("人", "persons")
_CASES = Label("起", "cases")

MEASURES = (
    Measure(
        "resident_count", "core.person", "person", "stock",
        Label("常住人口", "Residents"), _PERSONS, "stock_person",
        categories=("all", "male", "female", "age_0_17", "age_18_34", "age_35_59", "age_60_plus"),
    ),
    Measure(
        "population_event_count", "core.population_event", "person", "direct",
        Label("人口变动", "Population events"), _PERSONS, "direct_population_event",
        categories=("all", *EVENT_KIND.allowed),
    ),
    Measure("incident_count", "core.case", "incident", "flow", Label("案件数", "Cases"), _CASES, "leaf_case"),
    Measure(
        "accepted_count", "core.case", "incident", "flow",
        Label("受理数", "Cases accepted"), _CASES, "leaf_case", finest="month", is_at_leaf=False,
    ),
    Measure(
        "filed_count", "core.case", "incident", "flow",
        Label("立案数", "Cases filed"), _CASES, "leaf_case", finest="month", is_at_leaf=False,
    ),
    Measure(
        "closed_count", "core.case", "incident", "flow",
        Label("办结数", "Cases closed"), _CASES, "leaf_case", finest="month", is_at_leaf=False,
    ),
    Measure(
        "incident_hour_count", "core.case", "incident", "flow",
        Label("案件时段分布", "Cases by hour of the week"), _CASES, "direct_incident_hour",
        finest="month", categories=("all", *HOURS, *UNKNOWN), is_at_leaf=False, is_distribution=True,
    ),
    Measure(
        "median_handling_days", "core.case", "incident", "direct",
        Label("办理时长中位数", "Median handling time"), Label("天", "days"), "direct_handling",
        finest="month", coarsest="month", is_at_leaf=False,
    ),
    Measure(
        "passage_count", "core.checkpoint_hour", "passage", "flow",
        Label("卡口通行量", "Checkpoint passages"), Label("次", "passages"), "leaf_checkpoint_hour",
    ),
    Measure(
        "checkpoint_count", "core.checkpoint", "place", "stock",
        Label("卡口数", "Checkpoints"), Label("个", "checkpoints"), "stock_checkpoint",
    ),
    Measure(
        "area_count", "core.area", "place", "stock",
        Label("下辖块数", "Areas within"), Label("个", "areas"), "stock_area",
    ),
    Measure(
        "unit_count", "core.unit", "place", "stock", Label("单位数", "Units"), Label("个", "units"), "stock_unit"
    ),
)  # fmt: skip
