"""Draft: the serving file under way, begun as a copy of the current one beside the stages of a build."""

from __future__ import annotations

import shutil
from concurrent.futures import Future, ThreadPoolExecutor

from kuai.store import pointer

from jobs.site import Site


class Draft:
    """The file that the next snapshot is made in.

    Parameters
    ----------
    site : Site
        City whose store it is for.
    """

    def __init__(self, site: Site) -> None:
        self.path = site.folder.scratch / f"serving-{site.run_id}.duckdb"
        self._store = site.folder.store
        self._copied: Future[str] | None = None

    def begin(self) -> None:
        """Copy the current file beside other work: half a gigabyte in a province."""
        self._copied = ThreadPoolExecutor(1).submit(self._copy_current)

    def take(self, file: str) -> None:
        """Make the draft a copy of a serving file, by its name."""
        if self._copied is None or self._copied.exception() or self._copied.result() != file:
            self._copy(file)

    def clear(self) -> None:
        """Leave no draft."""
        if self._copied is not None:
            self._copied.exception()
        self.path.unlink(missing_ok=True)

    def _copy_current(self) -> str:
        found = pointer.read(self._store)
        return self._copy(found.file) if found else ""

    def _copy(self, file: str) -> str:
        shutil.copyfile(self._store / file, self.path)
        return file
