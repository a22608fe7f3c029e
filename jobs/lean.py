"""Lean: what a library would import at its start, and a build never uses."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType


def import_tables() -> None:
    """Import what reads Iceberg tables without pandas, which it asks for and the lake never uses: 0.4 s of processor.

    Arrow notes for good that there is no pandas: not for a process that has it already and may hand it tables.
    """
    if "pandas" in sys.modules:
        return
    sys.meta_path.insert(0, _WithoutPandas)
    try:
        import pyarrow.dataset  # noqa: F401
    finally:
        sys.meta_path.remove(_WithoutPandas)


class _WithoutPandas(MetaPathFinder):
    """Finds every module as the others do, but no pandas."""

    @classmethod
    def find_spec(cls, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> None:
        """Nothing: the next finder is asked.

        Raises
        ------
        ModuleNotFoundError
            For pandas.
        """
        del path, target
        if name == "pandas":
            raise ModuleNotFoundError(name=name)
