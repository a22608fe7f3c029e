"""Compilation to machine code, kept on disk where a folder can be written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import FunctionCache

F = TypeVar("F", bound=Callable[..., Any])


@cache
def _sources() -> str:
    """Digest of the modules of this package."""
    modules = sorted((entry.name, entry.read_bytes()) for entry in files(__package__).iterdir() if entry.is_file())
    return hashlib.sha256(repr(modules).encode()).hexdigest()


class _Cache(FunctionCache):
    """Machine code by the sources of the whole package.

    Numba alone asks for the time and size of one module: it misses a change of a function called from another one,
    and of a module whose time is always the same, as in a wheel.
    """

    def _index_key(self, *about: Any) -> tuple[Any, ...]:
        return (*super()._index_key(*about), _sources())  # type: ignore[no-untyped-call]


def compiled(function: F) -> F:
    """Same function as machine code, compiled at its first call and run without the interpreter's lock.

    Parameters
    ----------
    function : callable
        A function of numbers, arrays and named tuples of them.

    Notes
    -----
    The machine code is kept beside the module or in the user's cache folder (``NUMBA_CACHE_DIR`` overrides); where
    neither can be written, each process compiles for itself.
    """
    built: Any = numba.njit(nogil=True, error_model="numpy")(function)
    with suppress(RuntimeError):
        built._cache = _Cache(function)  # type: ignore[no-untyped-call] # noqa: SLF001 - as cache=True does, with a better key
    return cast("F", built)
