"""The ground that whole builds are measured on: landing files, home, and what a build took, kept in a folder."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from kuai.errors import SettingsError
from kuai.generator import Plan, generate
from kuai.geography.locator import Locator
from kuai.home import Home
from kuai.settings import Settings
from kuai.store import pointer

from benchmarks import watch

CITY = "shifan"
_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Built:
    """A full build that was measured.

    Parameters
    ----------
    snapshot : str
        What it published.
    seconds : float
        Wall time of the whole command.
    inside : float
        Seconds of the build itself, as the command reports it.
    cpu : float
        Seconds that all its processes computed.
    largest_mb, together_mb : float
        Memory of its largest process, and of all together.
    rows : int
        Rows read.
    """

    snapshot: str
    seconds: float
    inside: float
    cpu: float
    largest_mb: float
    together_mb: float
    rows: int


@dataclass(frozen=True)
class Ground:
    """Folder of the landing files and the home of one plan.

    Parameters
    ----------
    root : Path
        Folder that all of it is kept in.
    plan : Plan
        What is generated.
    settings : tuple of (str, str)
        Settings of its builds, as variables of the environment.
    """

    root: Path
    plan: Plan
    settings: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_environment(cls) -> Ground:
        """Ground of the scale that KUAI_BENCH_SCALE names (province), below KUAI_BENCH_HOME (.kuai/bench)."""
        scale = os.environ.get("KUAI_BENCH_SCALE") or "province"
        until = date.fromisoformat(Settings.load().generate.until)
        return cls(bench_folder() / scale, Plan(scale, 1, until))

    @property
    def landing(self) -> Path:
        """Folder of the landing files."""
        return self.root / "landing"

    @property
    def home(self) -> Home:
        """Home that is built in."""
        return Home(self.root / "home")

    @property
    def store(self) -> Path | None:
        """The current serving file; None before the first build."""
        folder = self.home.city(CITY).store
        found = pointer.read(folder)
        return folder / found.file if found and (folder / found.file).is_file() else None

    def prepare(self) -> Ground:
        """Return the same ground with its landing files there: generated on first use, as the plan has them."""
        self.root.mkdir(parents=True, exist_ok=True)
        if not (self.landing / "truth" / "manifest.json").is_file():
            say(f"generate {self.plan.scale} into {self.landing}")
            generate(self.plan, self.landing, processes=self._processes())
        for path in [*self.landing.glob("cases/cases_*"), *self.landing.glob("passages/passages_*")]:
            if path.stem.partition("_")[2] > self.plan.until.isoformat():
                path.unlink()
        return self

    def build(self) -> Built:
        """A full build into an empty home with the keys it had, measured and kept for later benchmarks."""
        self.prepare()
        shutil.rmtree(self.home.city(CITY).root, ignore_errors=True)
        self._record.unlink(missing_ok=True)
        warm()
        say(f"kuai build --data {self.landing}")
        built = _built(*self.update())
        self._record.write_text(json.dumps(asdict(built)), encoding="utf-8")
        return built

    def built(self) -> Built:
        """The full build that was measured before, or one made now."""
        if self.store is None or not self._record.is_file():
            return self.build()
        return Built(**json.loads(self._record.read_text("utf-8")))

    def update(self) -> tuple[watch.Ran, dict[str, Any]]:
        """One `kuai build` of what the landing folder holds: how it ran, and its report."""
        ran = self.kuai("build", "--city", CITY, "--data", str(self.landing), "--json")
        return ran, json.loads(ran.last_line)

    def kuai(self, *arguments: str) -> watch.Ran:
        """A command of Kuai in this home."""
        return watch.run([sys.executable, "-m", "kuai.cli", *arguments], self.environment)

    @property
    def environment(self) -> dict[str, str]:
        """Environment of commands in this home."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KUAI_")}
        return kept | dict(self.settings) | {"KUAI_HOME": str(self.home.root), "PYTHONPATH": str(_ROOT)}

    @property
    def _record(self) -> Path:
        return self.root / "built.json"

    def _processes(self) -> int | None:
        """Other processes know the scales that are declared; one made up here is generated in this one."""
        return None if self.plan.scale in DECLARED else 1


DECLARED = frozenset({"town", "city", "province"})


def bench_folder() -> Path:
    """Folder that benchmarks keep their files in."""
    return Path(os.environ.get("KUAI_BENCH_HOME") or ".kuai/bench").expanduser().absolute()


def say(text: str) -> None:
    """Show what is done next."""
    print(f"  {text}", file=sys.stderr, flush=True)


def warm() -> None:
    """Compile the kernels, which is done once on a machine and kept on disk."""
    square = shapely.to_wkb(shapely.box(0, 0, 1, 1))
    spans = {"valid_from": [date(2000, 1, 1)], "valid_to": pa.nulls(1, pa.date32())}
    areas = pa.table({"area": ["a"], **spans, "geometry": [square]})
    locator, middle = Locator.build(areas), np.full(50_000, 0.5)
    for count in (1, len(middle)):
        if locator.locate(middle[:count], middle[:count], np.zeros(count, np.int32) + 11_000)[0] != 0:
            raise SettingsError("the locator does not find the middle of a square")


def memory_mb(share: float) -> int:
    """A share of this machine's memory, in MB."""
    return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20 * share)


def peer(ground: Ground, out: Path) -> watch.Ran:
    """The hand-written script on the same landing files, with the same keys and rules of release."""
    given: Sequence[str] = (
        "--data", str(ground.landing), "--keys", str(ground.home.keys), "--out", str(out),
        "--released", str(ground.store), "--memory-mb", str(memory_mb(0.6)),
    )  # fmt: skip
    say(f"python -m benchmarks.peer --data {ground.landing}")
    return watch.run([sys.executable, "-m", "benchmarks.peer", *given], ground.environment)


def _built(ran: watch.Ran, report: dict[str, Any]) -> Built:
    rows = sum(batch["rows_read"] for batch in report["batches"])
    return Built(report["snapshot"], ran.seconds, report["seconds"], ran.cpu, ran.largest_mb, ran.together_mb, rows)
