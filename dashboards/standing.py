"""What an open page stands on, and whether that is another by now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import no_update

from kuai.errors import KuaiError
from kuai.freshness import pulse

if TYPE_CHECKING:
    from kuai.serving import Serving


def stand(serving: Serving) -> str:
    """What a page stands on, as `kuai.freshness.pulse` tells it; empty if nothing is served."""
    try:
        return pulse(serving)
    except KuaiError:
        return ""


def follow(serving: Serving, known: object) -> Any:  # noqa: ANN401 -- a text or no_update
    """What a page stands on, if it is another than the one known: then the page is made anew."""
    current = stand(serving)
    return no_update if current in ("", known) else current
