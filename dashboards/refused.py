"""Refused questions as answers of the server: one status for each class of error, and what is said of it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from kuai import refusals
from kuai.errors import AccessError, GateError, KuaiError

if TYPE_CHECKING:
    from starlette.responses import Response

_LOG = logging.getLogger(__name__)
_STATUS: tuple[tuple[type[KuaiError], int], ...] = ((AccessError, 403), (GateError, 400), (KuaiError, 503))

FAILED = 500
"""First status of what is no refusal but a fault here, of which nothing is said."""


def status(error: KuaiError) -> int:
    """HTTP status of an error."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def answer(error: KuaiError, language: str) -> Response:
    """JSON with what was refused, in a language.

    Parameters
    ----------
    error : KuaiError
        What was raised.
    language : str
        `zh` or `en`.
    """
    from starlette.responses import JSONResponse

    found = status(error)
    if found >= FAILED:
        _LOG.error("a question failed: %s", error)
    what, _ = refusals.in_language(error, language)
    return JSONResponse({"refused": what if found < FAILED else ""}, found)
