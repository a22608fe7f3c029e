"""Compilation to machine code, kept on disk where a folder can be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Same function as machine code, compiled at its first call and run without the interpreter's lock.

    Parameters
    ----------
    function : callable
        A function of numbers, arrays and named tuples of them.

    Notes
    -----
    The machine code is cached beside the module or in the user's cache folder (``NUMBA_CACHE_DIR`` overrides);
    where neither can be written, each process compiles for itself. The cache notices a change of the module a
    function stands in, not of the modules it calls: after editing one module of this package touch the others.
    """
    try:
        built = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        built = numba.njit(nogil=True, error_model="numpy")(function)
    return cast("F", built)
