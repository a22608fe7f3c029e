"""Points inside blocks."""

from __future__ import annotations

import numpy as np

from kuai.generator.draw import Floats, Ints
from kuai.generator.outline import RING
from kuai.generator.territory import Territory

_FARTHEST = 0.97
_BEYOND_HOLE = 0.45


def points_in(territory: Territory, blocks: Ints, rng: np.random.Generator) -> Floats:
    """One point in degrees per block, certainly inside it: away from its rim and outside its hole.

    Notes
    -----
    Every block is seen whole from its centre, so a point of a triangle between the centre and two neighbouring points
    of the outline lies inside.
    """
    corner = rng.integers(0, RING, len(blocks))
    along = rng.random(len(blocks))[:, None]
    rim = territory.ring[blocks, corner] * (1 - along) + territory.ring[blocks, (corner + 1) % RING] * along
    least = np.where(territory.hole[blocks] == 1, _BEYOND_HOLE, 0.0)
    far = np.sqrt(least**2 + rng.random(len(blocks)) * (_FARTHEST**2 - least**2))[:, None]
    return np.asarray(np.round(territory.centre[blocks] * (1 - far) + rim * far, 6))
