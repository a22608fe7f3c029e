"""Drafts: a file that is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from kuai.errors import SettingsError


@contextmanager
def draft(path: Path) -> Iterator[BinaryIO]:
    """File under another name in the same folder, which takes the name of `path` once the block has ended well.

    It can be read by its owner alone. Whatever stops the block, Ctrl-C included, leaves nothing behind and what was
    there before as it was.

    Raises
    ------
    SettingsError
        If it cannot be written there.
    """
    if path.is_dir():
        raise SettingsError("is a folder", str(path), "name a file in it")
    try:
        file = NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115 -- see below
    except OSError as error:
        raise SettingsError(f"cannot be written: {error.strerror}", str(path), "name a folder that is there") from None
    try:
        with file:
            yield file  # type: ignore[misc]  # a wrapper that has all that a file has
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    except BaseException:
        Path(file.name).unlink(missing_ok=True)
        raise
