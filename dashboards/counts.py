"""Counts of requests in memory, for the limits."""

from __future__ import annotations

from threading import Timer
from time import monotonic

from limits.storage import MemoryStorage

SWEPT_SECONDS = 60.0
"""Seconds between two removals of counts that are over."""


class Counts(MemoryStorage):
    """Counts of which those that are over are removed once a minute: the library does it after each, in a new thread.

    To begin one, whoever counts waits until it runs, and with it the thread that takes requests in.
    """

    @property
    def timer(self) -> Timer:
        """What removes counts; it counts as running until the next is needed."""
        return self._timer

    @timer.setter
    def timer(self, timer: Timer) -> None:
        """Have another remove them, from which on the next is needed after a minute."""
        until = monotonic() + SWEPT_SECONDS
        timer.is_alive = lambda: monotonic() < until  # type: ignore[method-assign]  # all that the library asks of it
        self._timer = timer
