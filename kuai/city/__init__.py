"""City packs: a folder of declarations that onboards a city without any Python."""

from __future__ import annotations

from kuai.city.load import load_city
from kuai.city.model import City, Expected, Hierarchy, Source

__all__ = ["City", "Expected", "Hierarchy", "Source", "load_city"]
