"""Numbers of one frame of the wall: each series asked for once, and how fresh it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kuai import catalog
from kuai.alarms.series import Series, Wanted, series
from kuai.errors import AccessError, GateError
from kuai.freshness import Freshness, freshness

if TYPE_CHECKING:
    from datetime import date

    from kuai.serving import Serving

    from dashboards.mapping.mapping import Mapping


class Numbers:
    """What one frame asks the gate for; used once and thrown away.

    Parameters
    ----------
    gate : Serving
        Gate for the viewer of the frame.
    mapping : Mapping
        Knows the addresses of maps.
    """

    def __init__(self, gate: Serving, mapping: Mapping) -> None:
        self.gate, self.mapping = gate, mapping
        self.snapshot = gate.snapshot()
        self._found: dict[Wanted, Series | GateError | AccessError | None] = {}
        self._names: dict[str, dict[str, dict[str, Any]]] = {}

    def of(self, wanted: Wanted) -> Series | None:
        """Series that is wanted; None if nothing was observed.

        Raises
        ------
        AccessError, GateError
            As `Serving.ask` does.
        """
        if wanted not in self._found:
            self._found[wanted] = self._asked(wanted)
        found = self._found[wanted]
        if isinstance(found, GateError | AccessError):
            raise found
        return found

    def area(self, level: str, code: str) -> dict[str, Any]:
        """Names and parent of an area; only its code if it is not there any more."""
        if level not in self._names:
            rows = self.gate.areas(level)[["area", "parent", "name_zh", "name_en"]].to_dict("records")
            self._names[level] = {str(row["area"]): {str(key): value for key, value in row.items()} for row in rows}
        return self._names[level].get(code) or {"area": code, "parent": "", "name_zh": code, "name_en": code}

    def age(self, metric: str) -> dict[str, Any]:
        """End of the newest observed day and budget, in seconds of Unix, and whether all that was expected has come."""
        newest = self.gate.newest(metric)
        until = self.ended(newest) if newest else None
        seconds = int(self.gate.now().timestamp() - until) if until is not None else 0
        found: Freshness = freshness(self.gate, catalog.metric(metric), max(0, seconds))
        return {"until": until, "budget": found.budget_seconds, "complete": found.is_complete}

    def ended(self, day: date) -> float:
        """Moment at which a day of the city ends, in seconds since 1970-01-01 UTC."""
        after = day + timedelta(days=1)
        return datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(self.snapshot["time_zone"])).timestamp()

    def _asked(self, wanted: Wanted) -> Series | GateError | AccessError | None:
        try:
            return series(self.gate, wanted)
        except (GateError, AccessError) as error:
            return error
