"""Packs: triangles as bytes that a browser hands to its graphics card as they come."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from dashboards.mapping.mesh import Mesh

FORM = 1
"""Version of the form of packs; a browser with an older script does not read a newer one."""

_ALIGNED = 8
_NARROW = 65_536


def pack(
    head: Mapping[str, Any], meshes: Sequence[tuple[Mesh, NDArray[np.int64]]], more: Iterable[NDArray[Any]] = ()
) -> bytes:
    """Pack of chunks: a head (JSON), then all points (2 × u16), owners (u16) and corners (u16, or u32 if many).

    Parameters
    ----------
    head : mapping
        What the browser is told beside; sizes are added.
    meshes : sequence of (Mesh, array of int)
        Triangles of each chunk, whose owners count from 0, and the place on the grid its points are counted from.
    more : iterable of array
        What follows.
    """
    wide = any(len(one.points) > _NARROW for one, _ in meshes)
    corner = np.uint32 if wide else np.uint16
    sizes = [[len(one.points), one.corners.size] for one, _ in meshes]
    arrays = [
        _joined(((one.points - place) for one, place in meshes), np.uint16),
        _joined((one.owners for one, _ in meshes), np.uint16),
        _joined((one.corners for one, _ in meshes), corner),
    ]
    return framed({**head, "form": FORM, "sizes": sizes, "corner": corner().itemsize}, [*arrays, *more])


def framed(head: Mapping[str, Any], arrays: Iterable[NDArray[Any]]) -> bytes:
    """Bytes of a head and of arrays: its length (u32), itself as JSON, each array at a multiple of 8."""
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    found = [struct.pack("<II", len(text), FORM), text + b" " * (-len(text) % _ALIGNED)]
    for one in arrays:
        raw = one.tobytes()
        found.append(raw + b"\0" * (-len(raw) % _ALIGNED))
    return b"".join(found)


def _joined(arrays: Iterable[NDArray[np.int64]], kind: type[np.generic]) -> NDArray[Any]:
    found = [one.astype(kind).ravel() for one in arrays]
    return np.concatenate(found) if found else np.zeros(0, kind)
