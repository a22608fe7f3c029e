"""MapLibre GL as its package brings it: found without importing that, and served from this host."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from kuai.errors import SettingsError

FILES = {"maplibre-gl.js": "text/javascript", "maplibre-gl.css": "text/css"}
"""Files that are served, with their media types."""


@cache
def compressed(name: str) -> bytes:
    """Content of one of `FILES`, compressed by gzip.

    Raises
    ------
    SettingsError
        If the package is not there.
    """
    found = find_spec("maplibre")
    if found is None or found.origin is None:
        raise SettingsError("the package maplibre is missing", remedy="install the packages of requirements.lock")
    return gzip.compress((Path(found.origin).parent / "srcjs" / name).read_bytes(), mtime=0)


@cache
def edition() -> str:
    """Version of the package, which stands in the addresses of the files."""
    return version("maplibre")
