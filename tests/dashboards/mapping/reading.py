"""Packs and values read back, as a browser reads them, and what a page has its map draw."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping as Named

    from dashboards.mapping.mapping import Mapping


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


@dataclass(frozen=True)
class Drawn:
    """What a map draws: the number of each area that is shown, its value, and the head of them all."""

    head: dict[str, Any]
    numbers: dict[str, int]
    told: dict[str, float]

    @property
    def states(self) -> dict[str, str]:
        """State of each area without a value."""
        names = list(self.head["states"])
        return {code: names[number - 11] for code, number in self.numbers.items() if number > 10}


def painted(codes: np.ndarray[Any, Any], brought: str) -> Drawn:
    """Values that came along in base64, by the codes of the shapes in their order."""
    found = read(base64.b64decode(brought))
    numbers, told = found.arrays((np.uint8, len(codes)), (np.float32, len(codes)))
    is_shown = numbers > 0
    return Drawn(
        found.head,
        dict(zip(codes[is_shown].tolist(), numbers[is_shown].tolist(), strict=True)),
        dict(zip(codes[is_shown].tolist(), told[is_shown].tolist(), strict=True)),
    )


def drawn(mapping: Mapping, shown: Named[str, Any]) -> Drawn:
    """Values that came with a page, by area code."""
    level, since = shown["map.shapesUrl"].split("/")[-3:-1]
    return painted(mapping.shelf.of(level, date.fromisoformat(since)).codes, shown["map.brought"])
