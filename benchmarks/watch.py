"""A command that is watched while it runs: wall seconds, and memory of the largest process and of all together."""

from __future__ import annotations

import resource
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
        Seconds that all its processes computed: what other work on the machine changes little.
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
class Memory:
    """Memory of a process and all that it started, as seen so far, in MB."""

    largest: float = 0.0
    together: float = 0.0
    _done: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def of(self, process: int) -> Iterator[None]:
        """Watch a process until the block ends."""
        thread = threading.Thread(target=self._look, args=(process,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._done.set()
            thread.join()

    def _look(self, process: int) -> None:
        while not self._done.wait(_LOOK_SECONDS):
            sizes = [resident(one) for one in family(process)]
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
    memory, began, computed = Memory(), time.perf_counter(), _computed()
    with subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 -- own programs
        with memory.of(process.pid):
            printed = process.communicate()[0]
        seconds = time.perf_counter() - began
    if process.returncode:
        raise EngineError(f"ended with code {process.returncode}", " ".join(command), "its own message is above")
    lines = printed.strip().splitlines()
    return Ran(seconds, _computed() - computed, memory.largest, memory.together, lines[-1] if lines else "")


def _computed() -> float:
    """Seconds that all processes ended so far, of those this one started, computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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


def _parent(path: Path) -> int | None:
    try:
        return int(path.read_text("utf-8", errors="replace").rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return None
