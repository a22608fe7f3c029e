"""Arrays and their description in one file: checked when read, mapped into memory, replaced in one step."""

from __future__ import annotations

import json
import mmap
import os
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

MAGIC = b"KUAILOC2"
_ALIGNMENT = 64
_HEAD = len(MAGIC) + 8 + 8


def _padded(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT


def _describe(arrays: Mapping[str, NDArray[Any]]) -> list[dict[str, Any]]:
    return [{"name": name, "dtype": a.dtype.str, "shape": list(a.shape)} for name, a in arrays.items()]


def write(path: Path, about: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write `about` and `arrays` to `path`: head, description as JSON, arrays, each begun at 64 bytes.

    Parameters
    ----------
    path : Path
        Replaced in one step; its folder is made.
    about : mapping
        Anything JSON can hold.
    arrays : mapping of str to array
        In the order they are to be read.
    """
    text = json.dumps({"about": about, "arrays": _describe(arrays)}, ensure_ascii=False).encode()
    text += b" " * (_padded(_HEAD + len(text)) - _HEAD - len(text))
    blocks = [text, *(a.tobytes() + bytes(_padded(a.nbytes) - a.nbytes) for a in arrays.values())]
    check = 0
    for block in blocks:
        check = zlib.crc32(block, check)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        file.writelines([MAGIC, len(text).to_bytes(8, "little"), check.to_bytes(8, "little"), *blocks])
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def read(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]] | None:
    """Description and arrays in `path`; None where it is absent, damaged or of another format."""
    try:
        with path.open("rb") as file:
            memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        return None
    check = zlib.crc32(memoryview(memory)[_HEAD:]) if len(memory) > _HEAD else -1
    if memory[: len(MAGIC)] != MAGIC or check != int.from_bytes(memory[16:_HEAD], "little"):
        return None
    end = _HEAD + int.from_bytes(memory[8:16], "little")
    described = json.loads(memory[_HEAD:end])
    arrays = {}
    for item in described["arrays"]:
        array = np.frombuffer(memory, item["dtype"], int(np.prod(item["shape"])), end).reshape(item["shape"])
        arrays[item["name"]], end = array, end + _padded(array.nbytes)
    return described["about"], arrays
