"""Columns of the marts: leaf counts by day inside the zone, and cells as they are served."""

from __future__ import annotations

from kuai.contracts import Column

_MEASURE = Column("measure", "string", "Measure counted")
_CATEGORY = Column("category", "string", "Category; all for their total")

AREA_DAY = (
    _MEASURE,
    Column("leaf_level", "string", "Level of the leaf area"),
    Column("leaf", "string", "Leaf area; empty for rows that could not be located"),
    Column("day", "date", "Day", unit="local day"),
    _CATEGORY,
    Column("n", "bigint", "Count, exact", sensitivity="person"),
    Column("k", "bigint", "Sum of record keys; 0 where nobody is counted", sensitivity="person"),
)

CELL = (
    _MEASURE,
    Column("level", "string", "Level of the area"),
    Column("area", "string", "Code of the area"),
    Column("period", "string", "Kind of period; stock for a count that stands at a day"),
    Column("start", "date", "First day of the period, or the day of the stock", unit="local day"),
    _CATEGORY,
    Column("value", "double", "Value after disclosure control"),
)

EXACT = (
    *CELL[:3],
    Column("canonical", "string", "Identity of the set of leaf areas the area consists of"),
    *CELL[3:6],
    Column("n", "bigint", "Count, exact", sensitivity="person"),
    Column("k", "bigint", "Sum of record keys", sensitivity="person"),
)
