"""Whose request is being answered: set by the door, read by whatever asks for numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from kuai.access import Viewer
from kuai.errors import AccessError

_VIEWER: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


def viewer() -> Viewer:
    """Return the viewer of the request that is being answered.

    Raises
    ------
    AccessError
        If nobody has signed in, or no request is being answered.
    """
    found = _VIEWER.get()
    if found is None:
        raise AccessError("nobody has signed in", remedy="sign in at /signin")
    return found


@contextmanager
def seen_as(found: Viewer | None) -> Iterator[None]:
    """Answer as that viewer within the block; tasks and threads begun in it do so too."""
    token = _VIEWER.set(found)
    try:
        yield
    finally:
        _VIEWER.reset(token)
