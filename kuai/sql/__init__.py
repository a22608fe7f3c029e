"""SQL of the methods: one statement a file, with ``$named`` parameters and its grain in the first comment."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from kuai.errors import SettingsError, nearest


@cache
def text(name: str) -> str:
    """Statement of the file ``kuai/sql/<name>.sql``.

    Raises
    ------
    SettingsError
        If there is no such file.
    """
    entry = files(__package__) / f"{name}.sql"
    if not entry.is_file():
        raise SettingsError(f"no SQL file {name!r}", remedy=nearest(name, names()))
    return entry.read_text("utf-8")


def names() -> list[str]:
    """Names of all SQL files, sorted."""
    return sorted(entry.name[:-4] for entry in files(__package__).iterdir() if entry.name.endswith(".sql"))
