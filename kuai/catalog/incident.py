"""Contract of cases: what happened, when each step was taken, and where."""

from __future__ import annotations

from kuai.catalog import columns as c
from kuai.contracts import DELIVERY, Contract, Expectation

CASE = Contract(
    name="core.case",
    grain="one row per case and delivery",
    columns=(
        c.CASE_ID, c.CATEGORY, c.OCCURRED_AT, c.REPORTED_AT, c.ACCEPTED_AT, c.FILED_AT, c.CLOSED_AT,
        c.INTAKE_UNIT, c.HANDLING_UNIT, c.OUTCOME, c.LONGITUDE, c.LATITUDE, c.UPDATED_AT,
    ),
    key=("case_id",),
    day="CAST(occurred_at AS DATE)",
    located=True,
    expectations=(*DELIVERY, Expectation("unlocated_share", maximum=0.5)),
)  # fmt: skip
