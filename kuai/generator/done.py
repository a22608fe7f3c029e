"""What one task hands back: which files it wrote, and the truth about them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa


@dataclass(frozen=True)
class Done:
    """Outcome of one task.

    Parameters
    ----------
    files : dict
        Data rows per written file, by path below the landing folder.
    truth : dict
        Rows for the truth files, by name of the file; tables of one name are put together in order of tasks.
    sums : dict
        Numbers that are added up over all tasks.
    """

    files: dict[str, int]
    truth: dict[str, pa.Table] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Data rows written."""
        return sum(self.files.values())
