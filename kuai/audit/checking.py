"""Checking: the whole log verified in the background, one run at a time, with how far it has come."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kuai.audit import standing
from kuai.audit.verify import verify

if TYPE_CHECKING:
    from kuai.audit.log import Site

_LOG = logging.getLogger(__name__)


class Checking:
    """Verification of one log beside other work; safe to share between threads.

    Parameters
    ----------
    site : Site
        Where the log lies.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = threading.Lock()
        self._at: tuple[int, int] | None = None

    @property
    def progress(self) -> tuple[int, int] | None:
        """Lines that are done and all lines, while a run lasts; None while none does."""
        return self._at

    def begin(self) -> bool:
        """Whether a run has begun; there is none beside another."""
        with self._lock:
            if self._at is not None:
                return False
            self._at = (0, 0)
        threading.Thread(target=self._run, name="kuai audit verify", daemon=True).start()
        return True

    def _run(self) -> None:
        began = datetime.now(UTC)
        try:
            standing.keep(self._site, verify(self._site, self._tick), began)
        except Exception:  # noqa: BLE001 -- nobody waits for this thread
            _LOG.exception("the audit could not be verified")
        finally:
            self._at = None

    def _tick(self, _step: str, done: int, total: int) -> None:
        self._at = (done, total)
