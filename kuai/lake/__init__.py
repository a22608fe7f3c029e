"""The lake: Iceberg tables whose files are replaced unit by unit, in one commit."""

from __future__ import annotations

from kuai.lake.ledger import Batch, Ledger
from kuai.lake.tables import Lake, unit_of

__all__ = ["Batch", "Lake", "Ledger", "unit_of"]
