"""Contracts of places: areas of every hierarchy, and the units that work in them."""

from __future__ import annotations

from kuai.catalog import columns as c
from kuai.contracts import Contract

AREA = Contract(
    name="core.area",
    grain="one row per area, hierarchy and span of validity",
    columns=(
        c.HIERARCHY, c.LEVEL, c.AREA, c.PARENT, c.NAME_ZH, c.NAME_EN, c.VALID_FROM, c.VALID_TO, c.GEOMETRY,
    ),
    day="valid_from",
    rules=(("order:valid_to", "valid_to < valid_from"),),
)  # fmt: skip

UNIT = Contract(
    name="core.unit",
    grain="one row per unit",
    columns=(c.UNIT_ID, c.NAME_ZH, c.NAME_EN, c.UNIT_KIND, c.LEVEL, c.AREA),
    key=("unit_id",),
)
