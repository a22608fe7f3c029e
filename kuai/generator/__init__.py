"""A fictional region by seed: areas, register, cases and checkpoints, with planted errors and their truth."""

from __future__ import annotations

from kuai.generator.plan import SCALES, Plan
from kuai.generator.run import Progress, Summary, generate, generate_day

__all__ = ["SCALES", "Plan", "Progress", "Summary", "generate", "generate_day"]
