"""Waiting: what a browser has begun and has a few minutes to end; kept in the memory of one process."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

_MOST = 1000

Begun = TypeVar("Begun")


class Waiting(Generic[Begun]):
    """Things begun, by a key of 256 bits that the browser keeps; safe to share between threads.

    Parameters
    ----------
    seconds : int
        How long each of them waits.
    """

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._begun: OrderedDict[str, tuple[Begun, float]] = OrderedDict()
        self._lock = Lock()

    def add(self, begun: Begun) -> str:
        """Key of something that has begun; the oldest is forgotten if there are too many."""
        key = secrets.token_urlsafe(32)
        with self._lock:
            self._begun[key] = begun, monotonic() + self.seconds
            while len(self._begun) > _MOST:
                self._begun.popitem(last=False)
        return key

    def get(self, key: str) -> Begun | None:
        """What has begun under a key and waits still."""
        with self._lock:
            begun, until = self._begun.get(key, (None, 0.0))
        return begun if until > monotonic() else None

    def end(self, key: str) -> Begun | None:
        """What has begun under a key and waits still, for the last time."""
        found = self.get(key)
        with self._lock:
            self._begun.pop(key, None)
        return found
