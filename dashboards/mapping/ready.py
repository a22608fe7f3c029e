"""Shapes that are ready before anybody asks for them: made at the start, and when areas have changed."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING

from kuai.errors import GateError, KuaiError

if TYPE_CHECKING:
    from dashboards.mapping.mapping import Mapping

_LOG = logging.getLogger(__name__)
_PULSE_S, _AGAIN_S = 20, 300


def prepare(mapping: Mapping) -> None:
    """Make the packs of every level as its areas are today, and keep them; those that are kept are only read.

    What no snapshot that is kept has a use for is removed then.
    """
    today = datetime.now(UTC).date()
    for row in mapping.atlas.levels():
        try:
            cover = mapping.shelf.of(row["level"], today)
        except GateError:
            continue  # nothing of it has an outline
        for name in cover.names:
            cover.part(name)
    mapping.shelf.files.tidy()


def keep_ready(mapping: Mapping) -> Thread:
    """Thread that prepares each snapshot as it is published, for as long as the process lives."""
    found = Thread(target=_watch, args=(mapping,), daemon=True)
    found.start()
    return found


def _watch(mapping: Mapping) -> None:
    known = ""
    while True:
        wait = _AGAIN_S
        try:
            if (found := mapping.shelf.snapshot) != known:
                prepare(mapping)
                known = found
            wait = _PULSE_S
        except KuaiError as error:
            _LOG.info("shapes are not prepared: %s", error)
        except Exception:  # noqa: BLE001 -- a publish may take a file away meanwhile; it is tried again
            _LOG.exception("shapes are not prepared")
        time.sleep(wait)
