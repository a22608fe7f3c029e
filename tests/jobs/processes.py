"""Processes that a test starts, kills and counts: whole sessions of the command, and a small Spark cluster."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kuai.spark import java

LOOPBACK = "127.0.0.1"
_WORKER = "pyspark.daemon"


def wait_for(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """First true value of the condition; fails after the time."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.1)
    return found


def members(session: int) -> dict[int, str]:
    """Command lines of the living processes of a session."""
    found = {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            state, _, _, sid = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(sid) == session and state != "Z":
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


@dataclass
class Started:
    """A command in a session of its own, with what it says in two files.

    Parameters
    ----------
    process : Popen
        Leader of the session.
    out, err : Path
        What it says.
    """

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    @property
    def is_over(self) -> bool:
        return self.process.poll() is not None

    def signal(self, number: int) -> None:
        """Send a signal to the leader's whole process group, as a terminal does."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def workers(self) -> list[int]:
        """Python processes that Spark runs tasks in."""
        return [pid for pid, words in members(self.process.pid).items() if _WORKER in words]

    def java(self) -> list[int]:
        """Java processes of the session."""
        return [pid for pid, words in members(self.process.pid).items() if "java" in words.partition(" ")[0]]

    def ended(self, seconds: float = 240) -> int:
        """Exit code, after every process of the session is gone."""
        code = self.process.wait(seconds)
        wait_for(lambda: not members(self.process.pid), 30, f"the end of {members(self.process.pid)}")
        return code


def start(words: list[str], folder: Path, **options: Any) -> Started:
    """Start a command in a session of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    out, err = folder / "out", folder / "err"
    with out.open("wb") as told, err.open("wb") as complained:
        process = subprocess.Popen(words, stdout=told, stderr=complained, start_new_session=True, **options)
    return Started(process, out, err)


@dataclass
class Cluster:
    """A standalone Spark cluster on loopback: one master, and workers of one core and 1 GiB.

    Parameters
    ----------
    folder : Path
        Where its processes work and write what they say.
    environ : dict
        Environment of its processes, and so of the tasks.
    started : list of Started
        Master first, then workers.
    """

    folder: Path
    environ: dict[str, str]
    url: str = ""
    started: list[Started] = field(default_factory=list)

    def begin(self, workers: int) -> None:
        master = self._start("master", "master.Master", "--host", LOOPBACK, "--port", "0", "--webui-port", "0")
        found = re.compile(rb"Starting Spark master at (spark://\S+)")
        said = wait_for(lambda: found.search(master.err.read_bytes()), 90, "the master")
        self.url = said[1].decode()
        for number in range(workers):
            self.add(f"worker{number}")

    def add(self, name: str) -> Started:
        """One more worker, registered with the master."""
        size = ("--host", LOOPBACK, "--port", "0", "--webui-port", "0", "--cores", "1", "--memory", "1g")
        work = ("--work-dir", str(self.folder / name / "work"))
        worker = self._start(name, "worker.Worker", *size, *work, self.url)
        wait_for(lambda: b"registered with master" in worker.err.read_bytes(), 90, name)
        return worker

    def end(self) -> None:
        for one in reversed(self.started):
            one.signal(signal.SIGTERM)
        for one in self.started:
            with suppress(subprocess.TimeoutExpired):
                one.process.wait(20)
            kill_session(one.process.pid)

    def _start(self, name: str, kind: str, *words: str) -> Started:
        import pyspark

        spark = Path(pyspark.__file__).parent
        whole = [str(spark / "bin" / "spark-class"), f"org.apache.spark.deploy.{kind}", *words]
        self.started.append(start(whole, self.folder / name, env={**self.environ, "SPARK_HOME": str(spark)}))
        return self.started[-1]


@contextmanager
def cluster(folder: Path, environ: dict[str, str], workers: int = 2) -> Iterator[Cluster]:
    """A cluster that is up while it is lent, and gone with all its processes after."""
    own = {"SPARK_LOCAL_IP": LOOPBACK, "SPARK_DAEMON_MEMORY": "256m", "SPARK_LOCAL_DIRS": str(folder / "local")}
    lent = Cluster(folder, {**environ, **java.environment(folder, environ), **own})
    try:
        lent.begin(workers)
        yield lent
    finally:
        lent.end()


def kill_session(session: int) -> None:
    """Kill what is left of a session."""
    for pid in members(session):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
