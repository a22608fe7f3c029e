"""A command that is watched while it runs: wall seconds, and memory of the largest process and of all together."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kuai.errors import EngineError

_LOOK_SECONDS = 0.2
_PROC = Path("/proc")


@dataclass(frozen=True)
class Ran:
    """A command that came to its end.

    Parameters
    ----------
    seconds : float
        Wall time from its start to its end.
    cpu : float
        Seconds that all its processes computed, which other work on the machine changes little.
    largest_mb : float
        Most memory that one of its processes ever had resident.
    together_mb : float
        Most memory that all its processes had resident at one moment; what they share counts in each.
    last_line : str
        Last line it printed.
    """

    seconds: float
    cpu: float
    largest_mb: float
    together_mb: float
    last_line: str


@dataclass
class Watch:
    """What a process and all that it started took, as seen so far: MB of memory, and seconds computed by each."""

    largest: float = 0.0
    together: float = 0.0
    computed: dict[int, float] = field(default_factory=dict)
    _done: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def of(self, process: int) -> Iterator[None]:
        """Watch a process until the block ends."""
        thread = threading.Thread(target=self._follow, args=(process,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._done.set()
            thread.join()

    def _follow(self, process: int) -> None:
        while not self._done.wait(_LOOK_SECONDS):
            alive = family(process)
            self.computed |= {one: taken for one in alive if (taken := computed(one))}
            sizes = [resident(one) for one in alive]
            self.largest = max([self.largest, *(peak for peak, _ in sizes)])
            self.together = max(self.together, sum(now for _, now in sizes))


def run(command: Sequence[str], environment: Mapping[str, str]) -> Ran:
    """Run a command to its end; what it says on the way is shown, its last line is kept.

    Parameters
    ----------
    command : sequence of str
        Program and arguments.
    environment : mapping
        Variables of its environment, all of them.

    Raises
    ------
    EngineError
        If it ends with another exit code than 0.
    """
    watch, began = Watch(), time.perf_counter()
    with subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 -- own programs
        with watch.of(process.pid):
            printed = process.communicate()[0]
        seconds = time.perf_counter() - began
    if process.returncode:
        raise EngineError(f"ended with code {process.returncode}", " ".join(command), "its own message is above")
    lines = printed.strip().splitlines()
    taken = sum(watch.computed.values())
    return Ran(seconds, taken, watch.largest, watch.together, lines[-1] if lines else "")


def family(process: int) -> list[int]:
    """Ids of a process and of everything it started that still runs."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for path in _PROC.glob("[0-9]*/stat"):
        if (parent := _parent(path)) is not None:
            children[parent].append(int(path.parent.name))
    found = [process]
    for one in found:
        found += children[one]
    return found


def resident(process: int) -> tuple[float, float]:
    """Most memory a process ever had resident and what it has now, in MB; zeros if it is gone."""
    try:
        lines = (_PROC / str(process) / "status").read_text("utf-8").splitlines()
    except OSError:
        return 0.0, 0.0
    found = {name: value for name, _, value in (line.partition(":") for line in lines)}
    peak, now = (int(found.get(name, "0 kB").split()[0]) / 1024 for name in ("VmHWM", "VmRSS"))
    return peak, now


def computed(process: int) -> float:
    """Seconds a process has computed, those of what it started left out; 0 if it is gone."""
    fields = _fields(_PROC / str(process) / "stat")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _parent(path: Path) -> int | None:
    fields = _fields(path)
    return int(fields[1]) if fields else None


def _fields(path: Path) -> list[str]:
    """Fields of a process's state after its name; none if it is gone."""
    try:
        return path.read_text("utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
