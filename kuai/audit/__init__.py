"""Audit: who saw which numbers of which areas, and why; append only, chained by keyed hashes, anchored outside.

Whoever answers a question opens the log once, writes its line first, and shows the answer only then::

    log = AuditLog.open(home)
    log.write(Entry(datetime.now(UTC), viewer, "ask", city="shifan", metric="incident_count", level="station", rows=40))

`write` raises an `AuditError` if the line is not safe; it is for the caller to let that through.
"""

from kuai.audit.entry import ACTIONS, Entry
from kuai.audit.log import AuditLog, Site

__all__ = ["ACTIONS", "AuditLog", "Entry", "Site"]
