"""Packs and values read back, as a browser reads them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Read:
    """Head of a binary answer, and its arrays one after the other."""

    head: dict[str, Any]
    rest: bytes

    def arrays(self, *kinds: tuple[Any, int]) -> list[np.ndarray[Any, Any]]:
        """Arrays of so many numbers of a kind each."""
        found, at = [], 0
        for kind, count in kinds:
            found.append(np.frombuffer(self.rest, kind, count, at))
            size = found[-1].nbytes
            at += size + -size % 8
        assert at == len(self.rest)
        return found


def read(content: bytes) -> Read:
    """What a binary answer holds."""
    length, form = np.frombuffer(content, np.uint32, 2)
    assert form == 1
    end = 8 + int(length)
    return Read(json.loads(content[8:end]), content[end + -end % 8 :])
