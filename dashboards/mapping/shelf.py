"""Shelf of covers: each made when it is first asked for, and kept while its areas stay as they are."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from kuai.errors import GateError

from dashboards.atlas import Atlas
from dashboards.mapping.cover import Cover
from dashboards.mapping.kept import Kept

if TYPE_CHECKING:
    from kuai.serving import Serving

    from dashboards.atlas import Scope

_KEPT = 12
_Key = tuple[str, str, str, date]


class Shelf:
    """Covers of the current snapshot.

    Parameters
    ----------
    serving : Serving
        Gate of the city.
    kept : Kept, optional
        Keeps packs for other processes.
    """

    def __init__(self, serving: Serving, kept: Kept | None = None) -> None:
        self.atlas = Atlas(serving)
        self.files = kept or Kept()
        self._kept: OrderedDict[_Key, Future[Cover]] = OrderedDict()
        self._scoped = lru_cache(maxsize=_KEPT)(self._scope)
        self._lock = Lock()

    @property
    def snapshot(self) -> str:
        """Id of the current snapshot."""
        return self.atlas.snapshot

    def scope(self, level: str, on: date) -> Scope:
        """All areas of a level, or of the levels that a mixed one mixes, valid on a day.

        Raises
        ------
        GateError
            If there is no such level, or nothing of it has an outline.
        """
        return self._scoped(self.snapshot, level, on)

    def _scope(self, _snapshot: str, level: str, on: date) -> Scope:
        found = self.atlas.scope(level, None, on)
        if found.areas.empty or not found.has_outlines:
            raise GateError(f"level {level!r} has no outlines", "level", "choose another level")
        return found

    def of(self, level: str, on: date) -> Cover:
        """Cover of a level as of a day.

        Raises
        ------
        GateError
            As `scope` does.
        """
        scope = self.scope(level, on)
        return self.covering(scope)

    def covering(self, scope: Scope) -> Cover:
        """Cover of the areas of a scope; whoever asks while it is made waits for it, and for no other."""
        key = (self.snapshot, scope.hierarchy, scope.level, scope.since)
        with self._lock:
            known = self._kept.get(key)
            found = self._kept.setdefault(key, Future())
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        if known is None:
            self._fill(found, key, scope)
        return found.result()

    def _fill(self, promised: Future[Cover], key: _Key, scope: Scope) -> None:
        try:
            made = self._alike(Cover(scope.areas, self.files), key)
            self.files.use(made.digest)
            promised.set_result(made)
        except BaseException as error:
            with self._lock:
                self._kept.pop(key, None)
            promised.set_exception(error)
            raise

    def address(self, prefix: str, scope: Scope, part: str = "lo.bin") -> str:
        """Address on this host of a part of a scope's cover; another snapshot or vintage has another."""
        from urllib.parse import quote

        names = (self.snapshot, scope.hierarchy, scope.level, scope.since.isoformat())
        return f"{prefix}shapes/{'/'.join(quote(one, safe='') for one in names)}/{part}"

    def _alike(self, made: Cover, key: _Key) -> Cover:
        """The cover of an earlier snapshot, if its areas are the same: its packs need not be made again."""
        with self._lock:
            known = [one for other, one in self._kept.items() if other[1:] == key[1:] and one.done()]
        same = (one.result() for one in known if one.exception() is None and one.result().digest == made.digest)
        return next(same, made)
