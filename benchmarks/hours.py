"""All hours of the week of a station in one question, with its line in the audit, against bare SQL on the same file."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from kuai import periods
from kuai.access import Place, Viewer
from kuai.audit import AuditLog, Site
from kuai.disclosure.keyfile import Secret
from kuai.errors import LakeError
from kuai.serving import Distribution, Serving
from kuai.settings import Settings
from kuai.store.reader import connect

from benchmarks.ground import CITY, Ground
from benchmarks.result import Result

METRIC, LEVEL, MONTHS, WARM, QUESTIONS, MOST_MS = "incident_hour_count", "station", 12, 20, 200, 20
STATEMENT = """
SELECT category, sum(value) AS value FROM cell
WHERE measure = $measure AND level = $level AND period = 'month' AND start BETWEEN $first AND $last AND area = $area
GROUP BY category
"""


@dataclass(frozen=True)
class Year:
    """Twelve months of a station."""

    area: str
    first: date
    last: date

    @property
    def question(self) -> Distribution:
        """What the gate is asked."""
        return Distribution(METRIC, LEVEL, "month", self.first, self.last, self.area)

    @property
    def parameters(self) -> dict[str, object]:
        """What the bare SQL is asked."""
        return {"measure": METRIC, "level": LEVEL, **vars(self)}


def run() -> list[Result]:
    """Milliseconds of the median, one client; the gate and the bare SQL by turns."""
    ground = Ground.from_environment()
    ground.built()
    if ground.store is None:
        raise LakeError("nothing has been published", str(ground.root))
    with tempfile.TemporaryDirectory() as folder, connect(ground.store, Settings.load().serve) as bare:
        serving, log = Serving.open(ground.home, CITY), _log(Path(folder))
        gate = serving.seen_by(Viewer("bench", "analyst", (Place("city", CITY),), "study", "speed"), log.write)
        asked = years(serving, ground.plan.until, Random(1))  # noqa: S311 -- no secret
        taken = [(_ms(gate.distribution, one.question), _ms(bare.execute, STATEMENT, one.parameters)) for one in asked]
        log.close()
        serving.close()
    found, other = (median(side) for side in zip(*taken[WARM:], strict=True))
    note = f"{ground.plan.scale}: 176 categories of a station over {MONTHS} months; median of {QUESTIONS}"
    return [Result("hours of a week", found, other, found, f"<= {MOST_MS}", found <= MOST_MS, "ms", note)]


def years(serving: Serving, until: date, chance: Random) -> list[Year]:
    """Stations with the twelve whole months before a day, drawn at random."""
    codes = serving.areas(LEVEL, until)["area"].tolist()
    last = periods.end("month", until)
    first = list(periods.starts("month", last - timedelta(days=366), last))[-MONTHS]
    return [Year(chance.choice(codes), first, last) for _ in range(WARM + QUESTIONS)]


def _log(folder: Path) -> AuditLog:
    return AuditLog(Site(folder / "audit", folder / "anchors", Secret(bytes(32)), Settings.load().audit))


def _ms(ask: Callable[..., Any], *what: object) -> float:
    began = time.perf_counter()
    ask(*what)
    return 1000 * (time.perf_counter() - began)
