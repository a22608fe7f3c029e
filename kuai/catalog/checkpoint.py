"""Contracts of checkpoints: their registry, and passages as counts per hour."""

from __future__ import annotations

from kuai.catalog import columns as c
from kuai.contracts import Contract

CHECKPOINT = Contract(
    name="core.checkpoint",
    grain="one row per checkpoint and registry snapshot",
    columns=(
        c.CHECKPOINT_ID, c.CHECKPOINT_KIND, c.NAME, c.LONGITUDE, c.LATITUDE, c.LIVE_FROM, c.LIVE_TO, c.SEEN_ON,
    ),
    key=("checkpoint_id", "seen_on"),
    day="seen_on",
    located=True,
)  # fmt: skip

CHECKPOINT_HOUR = Contract(
    name="core.checkpoint_hour",
    grain="one row per checkpoint, counted span and kind of count",
    columns=(
        c.CHECKPOINT_ID, c.HOUR, c.SPAN_HOURS, c.COUNT_KIND, c.PASSAGES, c.LONGITUDE, c.LATITUDE,
    ),
    day="CAST(hour AS DATE)",
    located=True,
)  # fmt: skip

PASSAGE = Contract(
    name="core.passage",
    grain="one row per passage; read at ingest, never stored",
    columns=(c.CHECKPOINT_ID, c.PASSED_AT),
    day="CAST(passed_at AS DATE)",
    stored_as="core.checkpoint_hour",
)
