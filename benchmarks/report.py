"""Report of the benchmarks: the latest result of each promise, for people and for machines."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.result import Result

_HEAD = """# What was measured

Written by `make bench`. Every peer was measured in the same run, on the same data, on the machine named in the row; a
benchmark that was not run again keeps its row.

| promise | ours | peer | unit | ratio | goal | holds | measured | machine | what |
|---|---:|---:|---|---:|---|---|---|---|---|
"""


def machine() -> str:
    """Cores and memory of this host: ``4 cores, 16 GB, x86_64``."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{len(os.sched_getaffinity(0))} cores, {memory:.0f} GB, {platform.machine()}"


def merge(folder: Path, results: Iterable[Result], host: str) -> None:
    """Write results over older ones of the same name into ``results.json`` and ``RESULTS.md`` of a folder.

    Parameters
    ----------
    folder : Path
        Folder of both files.
    results : iterable of Result
        What was measured now.
    host : str
        Machine it was measured on.
    """
    found = list(results)
    numbers = _older(folder / "results.json") | {one.name: one.to_json() for one in found}
    (folder / "results.json").write_text(json.dumps(dict(sorted(numbers.items())), indent=2) + "\n", encoding="utf-8")
    rows = _rows(folder / "RESULTS.md") | {one.name: row(one, host, datetime.now(UTC).date()) for one in found}
    text = _HEAD + "".join(rows[name] + "\n" for name in sorted(rows))
    (folder / "RESULTS.md").write_text(text, encoding="utf-8")


def row(result: Result, host: str, day: date) -> str:
    """Line of the table of a result."""
    numbers = (figure(result.ours), figure(result.peer) if result.peer else "–", result.unit, figure(result.ratio))
    verdict = (result.goal, "yes" if result.holds else "**no**", day.isoformat(), host, result.note)
    return "| " + " | ".join((result.name, *numbers, *verdict)) + " |"


def figure(value: float) -> str:
    """Number with three digits that count: ``0.0123``, ``1.23``, ``1,234``."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 -- three digits


def _older(path: Path) -> dict[str, object]:
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def _rows(path: Path) -> dict[str, str]:
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| promise ")]
    return {line.split(" | ")[0].removeprefix("| "): line for line in rows}
