"""The audit of a year: who saw an area, in five million lines; whether they are whole; and how long a writer waits."""

from __future__ import annotations

import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

from kuai.access import Place, Viewer
from kuai.audit import AuditLog, Entry, Site, chain, files, head, reading, sealing, verify
from kuai.audit.entry import encode
from kuai.audit.head import Head
from kuai.home import Home
from kuai.settings import Settings

from benchmarks.result import Result, holds

LINES, FORMS, AREAS = 5_000_000, 20_000, 46_000
LAST = datetime(2026, 6, 30, 23, 59, tzinfo=UTC)
YEAR = timedelta(days=365)
WRITES, CLIENTS = 400, 8
SOUGHT = Place("block", "b000777")
HOLDERS = (Place("station", "s0007"), Place("district", "d07"), Place("city", "shifan"))


def run() -> list[Result]:
    """Seconds of `who-saw` and of `verify` over a year, and milliseconds a writer waits for its line."""
    settings = Settings.load()
    with tempfile.TemporaryDirectory() as folder:
        site = Site.of(Home(Path(folder) / "year"), settings)
        written = _year(site)
        seconds = [_timed(lambda: reading.who_saw(site, settings.serve, _sought())) for _ in range(3)]
        whole = _timed(lambda: verify.verify(site))
        waits, alone = _writes(Site.of(Home(Path(folder) / "now"), settings)), _bare(Path(folder))
    note = (
        f"{LINES:,} lines, {written / 1e6:,.0f} MB; {len(seconds)} runs: {', '.join(f'{one:.2f}' for one in seconds)}"
    )
    per_line = f"median of {CLIENTS} threads that write at once, on the disk; peer: the same bytes appended and synced"
    return [
        _within("audit who-saw of a year", median(seconds), 5, ("s", note)),
        _within("audit verify of a year", whole, 60, ("s", f"{note}; {LINES / whole:,.0f} lines/s")),
        Result("audit line, wait", waits, alone, waits, "<= 20", holds(waits, "<= 20"), "ms", per_line),
    ]


def _within(name: str, ours: float, bound: float, about: tuple[str, str]) -> Result:
    return Result(name, ours, 0, ours, f"<= {bound}", ours <= bound, *about)


def _sought() -> reading.Sought:
    return reading.Sought(SOUGHT, HOLDERS, "shifan", LAST - YEAR, LAST + timedelta(1))


def _year(site: Site) -> int:
    """Bytes of a log of a year that `verify` finds whole; every segment but the open one is sealed."""
    AuditLog(site).close()
    at = Head()
    for lines in _lines(site):
        last = json.loads(lines[-1])
        data = b"\n".join(lines) + b"\n"
        files.text_of(site.folder, at.count + 1).write_bytes(data)
        at = replace(at, segment=at.count + 1, count=last["n"], mac=last["mac"], size=len(data), month=last["at"][:7])
        head.write(site.folder, head.encode(at, site.secret))
        sealing.seal(site, lambda _: 0)
    return sum(path.stat().st_size for path in site.folder.iterdir())


def _lines(site: Site) -> Iterator[list[bytes]]:
    """Lines of one segment after the other, chained; a few thousand forms with moments of their own."""
    forms, mac, found = _forms(), chain.START, []
    step = YEAR / LINES
    chosen = Random(1).choices(forms, k=LINES)  # noqa: S311 -- no secret
    for number, rest in enumerate(chosen, 1):
        moment = LAST - YEAR + step * number
        body = b'{"n":%d,"at":"%s",%s' % (number, moment.isoformat()[:19].encode() + b".000000Z", rest)
        mac = chain.link(site.secret, mac, body)
        found.append(chain.line(body, mac))
        if len(found) == site.settings.segment_lines or number == LINES:
            yield found
            found = []


def _forms() -> list[bytes]:
    """Entries without number and moment: half of them name an area, a third are bound to a scope."""
    chance = Random(2)  # noqa: S311 -- no secret
    return [encode(_entry(chance), 1).split(b",", 2)[2] for _ in range(FORMS)]


def _entry(chance: Random) -> Entry:
    scope = (Place("station", f"s{chance.randrange(400):04}"),) if chance.random() < 1 / 3 else ()
    name = f"account{chance.randrange(3000):04}"
    viewer = Viewer(name, "analyst", scope, chance.choice(("patrol", "briefing", "review")), "", session=f"{name}-1")
    level = chance.choice(("block", "block", "station", "district"))
    areas = (Place(level, f"{level[0]}{chance.randrange(AREAS):06}"),) if chance.random() < 1 / 2 else ()
    day = date(2025, 7, 1) + timedelta(days=chance.randrange(365))
    return Entry(
        LAST, viewer, "ask", city="shifan", metric=chance.choice(("incident_count", "passage_count")), level=level,
        areas=areas, period="day", first=day, last=day, category="all", policy="2026-1", snapshot=f"{day}-a1b2c3",
        rows=1 if areas else AREAS,
    )  # fmt: skip


def _writes(site: Site) -> float:
    """Milliseconds one of eight threads waits for its line, in the median."""
    log, entry, times = AuditLog(site), _entry(Random(3)), list[float]()  # noqa: S311 -- no secret

    def client() -> None:
        times.extend(_timed(lambda: log.write(entry)) for _ in range(WRITES // CLIENTS))

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    log.close()
    return median(times) * 1000


def _bare(folder: Path) -> float:
    """Milliseconds to append and sync as many bytes as a line has, in the median."""
    data = encode(_entry(Random(3)), 1) + bytes(80)  # noqa: S311 -- no secret
    with (folder / "bare").open("ab", buffering=0) as file:

        def write() -> None:
            file.write(data)
            os.fdatasync(file.fileno())

        return median(_timed(write) for _ in range(WRITES)) * 1000


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
