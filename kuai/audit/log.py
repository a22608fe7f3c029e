"""The audit log: every question and act on a line of its own, safe on the disk before its answer is shown."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kuai.audit import files, head
from kuai.audit.anchors import Anchoring
from kuai.audit.entry import Entry
from kuai.audit.head import SET_ASIDE, Head
from kuai.audit.tail import Tail
from kuai.errors import AuditError, KuaiError
from kuai.settings import AuditSettings, Settings

if TYPE_CHECKING:
    from kuai.disclosure.keyfile import Secret
    from kuai.home import Home


@dataclass
class _Waiting:
    entry: Entry
    number: int = 0
    error: KuaiError | None = None


@dataclass(frozen=True)
class Site:
    """Where a log lies, where its anchors do, and what it is written with."""

    folder: Path
    anchors: Path
    secret: Secret
    settings: AuditSettings

    @classmethod
    def of(cls, home: Home, settings: Settings | None = None) -> Site:
        """Site of the audit of a home.

        Raises
        ------
        KeyringError
            If the keys are not to be had.
        """
        from kuai.disclosure.keys import Keyring

        chosen = (settings or Settings.load(home.settings)).audit
        outside = Path(chosen.anchors).expanduser() if chosen.anchors else home.anchors
        return cls(home.audit, outside, Keyring.made(home.key_source)[0].key("audit").secret, chosen)


class AuditLog:
    """Log that is only ever appended to; safe to share between threads, and between the processes of a host.

    Parameters
    ----------
    site : Site
        Where it lies.

    Raises
    ------
    AuditError
        If its folder cannot be written, or holds the remains of a log.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self._tail = Tail(site.folder, site.secret, site.settings)
        self._anchoring = Anchoring(site.anchors, site.secret, site.settings)
        self._waiting: list[_Waiting] = []
        self._queue, self._turn = threading.Lock(), threading.Lock()
        self._sealing: threading.Thread | None = None
        try:
            site.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._alone():
                self._begin()
        except OSError as error:
            raise _unwritten(error, site.folder) from None

    @classmethod
    def open(cls, home: Home, settings: Settings | None = None) -> AuditLog:
        """Log of a home, begun if there is none.

        Raises
        ------
        AuditError
            If its folder cannot be written, or holds the remains of a log.
        KeyringError
            If the keys are not to be had.
        """
        return cls(Site.of(home, settings))

    def write(self, entry: Entry) -> int:
        """Number of the line, counted from 1, once it is as safe as the settings ask.

        Lines of threads that wait at the same time are written together.

        Raises
        ------
        AuditError
            If it could not be written. Then nothing may be shown.
        """
        mine = _Waiting(entry)
        with self._queue:
            self._waiting.append(mine)
        with self._turn:
            if not mine.number and mine.error is None:
                self._write_waiting()
        if mine.error is not None:
            raise mine.error
        return mine.number

    def close(self) -> None:
        """Tie the last lines to an anchor and let go of the files."""
        if self._sealing is not None:
            self._sealing.join()
        with self._turn, self._alone():
            at = self._tail.catch_up()
            self._tail.record(self._anchoring.tie(at, datetime.now(UTC), is_last=True))
            self._tail.close()

    def _begin(self) -> None:
        if head.path_of(self.site.folder).exists():
            return
        remains = [*self.site.folder.glob("*.*"), *self.site.anchors.glob("anchors.jsonl")]
        if remains:
            raise AuditError("the head of the audit is gone, and parts of it are not", str(remains[0]), SET_ASIDE)
        files.replace(head.path_of(self.site.folder), head.encode(Head(), self.site.secret))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with files.held(self.site.folder / "lock"):
            yield

    def _write_waiting(self) -> None:
        with self._queue:
            taken, self._waiting = self._waiting, []
        try:
            with self._alone():
                first = self._written([one.entry for one in taken])
        except Exception as error:  # noqa: BLE001 -- whoever waits must hear of it
            for one in taken:
                one.error = error if isinstance(error, KuaiError) else _unwritten(error, self.site.folder)
        else:
            for number, one in enumerate(taken, first):
                one.number = number

    def _written(self, entries: list[Entry]) -> int:
        before = self._tail.catch_up()
        after = self._tail.append(before, entries)
        self._tail.record(after)
        tied = self._anchoring.tie(after, datetime.now(UTC))
        if tied is not after:
            self._tail.record(tied)
        if before.size and after.segment != before.segment:
            self._seal()
        return before.count + 1

    def _seal(self) -> None:
        if self._sealing is None or not self._sealing.is_alive():
            self._sealing = threading.Thread(target=_seal, args=(self,), name="kuai audit seal")
            self._sealing.start()


def _seal(log: AuditLog) -> None:
    """Seal what is closed. A failure delays only that: the text stays, and is read; the next segment tries again."""
    from kuai.audit import sealing

    try:
        sealing.seal(log.site, log.write)
    except Exception:
        logging.getLogger(__name__).exception("a segment of the audit could not be sealed")


def _unwritten(error: Exception, folder: Path) -> AuditError:
    what = f"the audit cannot be written: {getattr(error, 'strerror', None) or error}"
    return AuditError(what, str(folder), "nothing is shown without its line; make the folder writable, with room on it")
