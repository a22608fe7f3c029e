"""A generated city of which a part is published and the rest has just arrived: what builds are disturbed at."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kuai.disclosure.epochs import rotate
from kuai.disclosure.keys import Keyring
from kuai.home import Home
from tests.jobs.poll import answers
from tests.jobs.processes import Started, start
from tests.jobs.town import build_here

CITY = "shifan"
BEFORE = date(2025, 7, 15)
"""Day of the first build: no count of persons is due on it, for what was published early would stay as it was."""

EARLY = (
    "areas/*", "units/*", "checkpoints/*2025*", "persons/*0102*", "population_events/*2025-07*", "cases/*2025-0[78]*",
    "passages/*2025-07*",
)  # fmt: skip
LATE = (
    *EARLY, "checkpoints/*", "persons/*", "population_events/*2025-08*", "cases/*2025-09*", "cases/*2026-06-3*",
    "passages/*2025-08*", "passages/*2026-06-3*",
)  # fmt: skip
Answers = dict[str, dict[str, str]]


@dataclass
class Scene:
    """Home and landing files, with what is served before and after.

    Parameters
    ----------
    root : Path
        Where everything lies. A home is always put back to the same place, since a lake knows its files by their path.
    town : Path
        Generated files to take from.
    command : callable
        Options that `subprocess` runs the command with.
    served : callable
        Everything a home serves.
    """

    root: Path
    town: Path
    command: Callable[[Path], dict[str, Any]]
    served: Callable[..., dict[str, list[Any]]]
    final: dict[str, list[Any]] = field(default_factory=dict)
    known: Answers = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def snapshots(self) -> set[str]:
        return {snapshot for digests in self.known.values() for snapshot in digests}

    def prepare(self) -> None:
        """Publish the early files and keep that home; then learn what all of them together give to the command.

        The keys have a second epoch, which is lent to every statement that draws noise, and no cell is of it yet.
        """
        Keyring.made(Home(self.home).key_source)
        rotate(Home(self.home), date(2030, 1, 1))
        self.arrive(EARLY)
        self.rebuild(BEFORE)
        shutil.copytree(self.home, self.root / "early")
        self._learn()
        self.arrive(LATE)
        self._time("")
        self._learn()
        self.final = self.served(self.home, CITY)

    def arrive(self, globs: tuple[str, ...]) -> None:
        for path in sorted({path for glob in globs for path in self.town.glob(glob)}):
            to = self.landing / path.relative_to(self.town)
            to.parent.mkdir(parents=True, exist_ok=True)
            if not to.exists():
                shutil.copy2(path, to)

    def reset(self, *, is_new: bool = False) -> None:
        """Put the home back to where only the early files were published, or to its keys alone."""
        shutil.rmtree(self.home)
        if is_new:
            shutil.copytree(self.root / "early" / "keys", self.home / "keys")
        else:
            shutil.copytree(self.root / "early", self.home)

    def words(self, master: str = "") -> list[str]:
        build = ["build", "--city", CITY, "--data", str(self.landing), "--json"]
        return [sys.executable, "-m", "kuai.cli", *build, *(["--master", master] if master else [])]

    def begin(self, master: str = "") -> Started:
        """A build under way."""
        return start(self.words(master), self.root / "said", **self.command(self.home))

    def seconds(self, master: str = "") -> float:
        """Seconds that a build of what is late takes, which is tried once on Spark."""
        if master not in self.took:
            self.reset()
            self._time(master)
        return self.took[master]

    def rebuild(self, run_on: date | None = None) -> None:
        """A build that nobody disturbs, in this process."""
        assert build_here(CITY, Home(self.home), self.landing, run_on, threads=2).failures == []

    def build_anew(self, master: str) -> Path:
        """Copies of what a build of everything that nobody disturbs wrote and said."""
        self.reset(is_new=True)
        build = self._time(master)
        assert self.is_whole()
        kept = self.root / "undisturbed"
        shutil.copytree(self.home, kept / "home")
        shutil.copytree(build.out.parent, kept / "said")
        return kept

    def _time(self, master: str) -> Started:
        """A build by the command that nobody disturbs, and how long it takes."""
        began = time.monotonic()
        build = self.begin(master)
        assert build.ended() == 0, build.err.read_text()
        self.took[master] = time.monotonic() - began
        return build

    def is_whole(self) -> bool:
        """Whether everything served is what an undisturbed build serves."""
        found = self.served(self.home, CITY)
        assert found["snapshot"] == self.final["snapshot"]
        assert {name: len(rows) for name, rows in found.items()} == {
            name: len(rows) for name, rows in self.final.items()
        }
        return found == self.final

    @contextmanager
    def watched(self) -> Iterator[None]:
        """A reader asks throughout; every answer must be wholly of one known snapshot, and none an error."""
        out = self.root / "answers"
        out.with_suffix(".stop").unlink(missing_ok=True)
        words = [sys.executable, str(Path(__file__).with_name("poll.py")), str(self.home), CITY, str(out)]
        reader = start(words, self.root / "reader", **self.command(self.home))
        try:
            yield
        finally:
            out.with_suffix(".stop").touch()
            code = reader.ended()
        assert code == 0, reader.err.read_text()
        assert self.strange(out) == []

    def strange(self, out: Path) -> list[str]:
        """Answers that belong to no known snapshot."""
        lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
        assert len(lines) > 0
        return [str(line) for line in lines if self.known.get(line[0], {}).get(line[1]) != line[2]]

    def _learn(self) -> None:
        for metric, (snapshot, digest) in answers(self.home, CITY).items():
            assert snapshot != "error", digest
            self.known.setdefault(metric, {})[snapshot] = digest
