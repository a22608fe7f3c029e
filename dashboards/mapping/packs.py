"""Packs of a cover: taken from where they are kept, or made in a thread of their own while whoever asks may wait."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Lock, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboards.mapping.cover import Cover
    from dashboards.mapping.kept import Kept


class Packs:
    """Packs of a cover, each made at most once and then held.

    Parameters
    ----------
    cover : Cover
        Makes them.
    kept : Kept
        Keeps them for other processes.
    """

    def __init__(self, cover: Cover, kept: Kept) -> None:
        self._cover, self._kept = cover, kept
        self._known: dict[str, Future[bytes]] = {}
        self._lock, self._turn = Lock(), Lock()

    def of(self, name: str, patience: float | None = None) -> bytes:
        """Pack of a part that there is.

        Parameters
        ----------
        name : str
            The part.
        patience : float, optional
            Seconds it is waited for; as long as it takes if None.

        Raises
        ------
        TimeoutError
            If it is still being made then, which goes on.
        """
        with self._lock:
            found = self._known.get(name)
            if found is None:
                found = self._known[name] = Future()
                Thread(target=self._fill, args=(name, found), daemon=True).start()
        return found.result(patience)

    def _fill(self, name: str, promised: Future[bytes]) -> None:
        try:
            with self._turn:
                promised.set_result(self._taken(name))
        except Exception as error:  # noqa: BLE001 -- whoever waits is told; the next one begins anew
            self._known.pop(name, None)
            promised.set_exception(error)

    def _taken(self, name: str) -> bytes:
        digest = self._cover.digest
        found = self._kept.read(digest, name)
        if found is None:
            found = self._cover.packed(name)
            self._kept.write(digest, name, found)
        return found
