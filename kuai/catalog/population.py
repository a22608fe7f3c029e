"""Contracts of residents: the register, published counts, and the events that change them."""

from __future__ import annotations

from kuai.catalog import columns as c
from kuai.contracts import Contract

PERSON = Contract(
    name="core.person",
    grain="one row per person, register and day of the register",
    columns=(c.ID_NUMBER, c.SEX, c.BIRTH_DATE, c.RESIDENCE, c.REGISTERED_ON, c.AS_OF),
    day="as_of",
    stored=(c.PID, c.RKEY, c.IS_UPGRADED, c.BIRTH_YEAR),
)

POPULATION_COUNT = Contract(
    name="core.population_count",
    grain="one row per area, day of the count and group of residents",
    columns=(c.LEVEL, c.AREA, c.AS_OF, c.COUNT_CATEGORY, c.RESIDENTS),
    key=("level", "area", "as_of", "category"),
    day="as_of",
)

POPULATION_EVENT = Contract(
    name="core.population_event",
    grain="one row per register entry that changes the number of residents",
    columns=(
        c.EVENT_ID, c.EVENT_KIND, c.OCCURRED_ON, c.ID_NUMBER, c.SEX, c.BIRTH_DATE, c.RESIDENCE, c.DIRECTION,
    ),
    key=("event_id",),
    day="occurred_on",
    rules=(("required:direction", "kind = 'correction' AND direction IS NULL"),),
    stored=(c.PID, c.RKEY, c.IS_UPGRADED, c.BIRTH_YEAR),
)  # fmt: skip
