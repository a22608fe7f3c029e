"""The dictionary of columns: one quantity, one name, one unit in every dataset."""

from __future__ import annotations

from kuai.contracts import Column

HIERARCHY = Column("hierarchy", "string", "Hierarchy the row of areas belongs to").must()
LEVEL = Column("level", "string", "Level of the area within its hierarchy").must()
AREA = Column("area", "string", "Code of the area within its level").must()
PARENT = Column("parent", "string", "Code of the area one level up; empty at the root")
NAME_ZH = Column("name_zh", "string", "Name in Chinese").must()
NAME_EN = Column("name_en", "string", "Name in English").must()
VALID_FROM = Column("valid_from", "date", "First day the boundary is in force", unit="local day").must()
VALID_TO = Column("valid_to", "date", "Last day the boundary is in force; empty while it is", unit="local day")
GEOMETRY = Column("geometry", "string", "Outline as hexadecimal WKB; empty for areas known by code only", unit="WGS 84")

ID_NUMBER = Column(
    "id_number", "string", "Citizen identity number; replaced before the first write", sensitivity="identity"
).must()
PID = Column("pid", "string", "Pseudonym of a person, keyed", unit="32 hex digits", sensitivity="person")
RKEY = Column("rkey", "bigint", "Record key of the cell-key method", unit="0 to 2^32-1", sensitivity="person")
IS_UPGRADED = Column("is_upgraded", "boolean", "Whether the number was delivered with 15 digits")
SEX = Column("sex", "string", "Sex as registered", unit="F or M", allowed=("F", "M"), sensitivity="person").must()
BIRTH_DATE = Column(
    "birth_date", "date", "Day of birth; only the year is kept", minimum="1850-01-01", sensitivity="identity"
).must()
BIRTH_YEAR = Column("birth_year", "integer", "Year of birth", unit="year", sensitivity="person")
RESIDENCE = Column("area", "string", "Code of the block of residence", sensitivity="person").must()
REGISTERED_ON = Column("registered_on", "date", "Day of registration at the residence", unit="local day")
AS_OF = Column("as_of", "date", "Day the stock is counted for", unit="local day").must()
RESIDENTS = Column("residents", "bigint", "Residents counted", unit="persons", minimum=0, sensitivity="person").must()
COUNT_CATEGORY = Column("category", "string", "Group of residents; all for everybody").must()

EVENT_ID = Column("event_id", "string", "Number of the register entry").must()
EVENT_KIND = Column(
    "kind", "string", "What happened", allowed=("birth", "death", "move_in", "move_out", "correction")
).must()
OCCURRED_ON = Column("occurred_on", "date", "Day it took effect", unit="local day", minimum="1900-01-01").must()
DIRECTION = Column("direction", "integer", "Sign of a correction", unit="+1 or -1", minimum=-1, maximum=1)

CASE_ID = Column("case_id", "string", "Number of the case in its source").must()
CATEGORY = Column("category", "string", "Category of the case").must()
OCCURRED_AT = Column("occurred_at", "timestamp", "When it happened", unit="local time", minimum="1900-01-01").must()
REPORTED_AT = Column("reported_at", "timestamp", "When it was reported", unit="local time")
ACCEPTED_AT = Column("accepted_at", "timestamp", "When it was accepted for handling", unit="local time")
FILED_AT = Column("filed_at", "timestamp", "When a file was opened", unit="local time")
CLOSED_AT = Column("closed_at", "timestamp", "When it was closed; empty while open", unit="local time")
INTAKE_UNIT = Column("intake_unit", "string", "Unit that took the report")
HANDLING_UNIT = Column("handling_unit", "string", "Unit that handles the case")
OUTCOME = Column("outcome", "string", "How it ended")
LONGITUDE = Column("longitude", "double", "Longitude; empty if unknown", unit="degrees east, WGS 84")
LATITUDE = Column("latitude", "double", "Latitude; empty if unknown", unit="degrees north, WGS 84")
UPDATED_AT = Column("updated_at", "timestamp", "When the source last changed the row", unit="local time")

CHECKPOINT_ID = Column("checkpoint_id", "string", "Code of the checkpoint").must()
CHECKPOINT_KIND = Column("kind", "string", "Kind of checkpoint").must()
NAME = Column("name", "string", "Name of the place")
LIVE_FROM = Column("live_from", "date", "First day in operation", unit="local day")
LIVE_TO = Column("live_to", "date", "Last day in operation; empty while it is", unit="local day")
SEEN_ON = Column("seen_on", "date", "Day of the registry snapshot", unit="local day").must()
HOUR = Column("hour", "timestamp", "Start of the counted span", unit="local time", minimum="1990-01-01").must()
SPAN_HOURS = Column("span_hours", "integer", "Length of the counted span", unit="hours", minimum=1, maximum=24).must()
COUNT_KIND = Column("category", "string", "What was counted", allowed=("passage", "violation")).must()
PASSAGES = Column("passages", "bigint", "Passages counted", unit="passages", minimum=0).must()
PASSED_AT = Column("passed_at", "timestamp", "When the passage was", unit="local time", minimum="1990-01-01").must()

UNIT_ID = Column("unit_id", "string", "Code of the unit").must()
UNIT_KIND = Column("kind", "string", "Kind of unit").must()
