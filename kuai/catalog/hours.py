"""Hours of the week: categories of what is counted by when it happens, in the city's time."""

from __future__ import annotations

WEEKDAYS = range(1, 8)
"""Days of the week as ISO numbers them: Monday is 1."""

HOURS = tuple(f"{day}-{hour:02d}" for day in WEEKDAYS for hour in range(24))
"""All hours of a week in order: 1-00 is the first of Monday, 7-23 the last of Sunday."""

UNKNOWN = tuple(f"{day}-unknown" for day in WEEKDAYS)
"""Days of the week of what is known to the day only."""
