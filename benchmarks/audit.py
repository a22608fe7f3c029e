"""The audit of a year: who saw an area, in five million lines; whether they are whole; and how fast lines are added."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from statistics import median

import duckdb

from kuai.access import Place, Viewer
from kuai.audit import AuditLog, Entry, Site, chain, files, head, reading, sealing, verify
from kuai.audit.entry import COLUMNS, encode
from kuai.audit.head import Head
from kuai.home import Home
from kuai.settings import Settings

from benchmarks.result import Result, compared, holds

LINES, FORMS, AREAS = 5_000_000, 20_000, 46_000
LAST = datetime(2026, 6, 30, 23, 59, tzinfo=UTC)
YEAR = timedelta(days=365)
WRITES, CLIENTS = 4000, 8
SOUGHT = Place("block", "b000777")
HOLDERS = (Place("station", "s0007"), Place("district", "d07"), Place("city", "shifan"))


def run() -> list[Result]:
    """Seconds of `who-saw` and of `verify` over a year, and lines a second that are added, each beside its peer."""
    settings = Settings.load()
    with tempfile.TemporaryDirectory() as folder:
        site, plain = Site.of(Home(Path(folder) / "year"), settings), Path(folder) / "year.jsonl"
        written = _year(site, plain)
        found = [*_asked(site, settings, plain, written), _verified(site, written)]
        plain.unlink()
        return [*found, *_added(Site.of(Home(Path(folder) / "now"), settings), Path(folder))]


def _asked(site: Site, settings: Settings, plain: Path, written: int) -> list[Result]:
    """Who saw an area in the year; a page of the answers themselves; and the same question to the lines as text."""
    ours = [_timed(lambda: reading.who_saw(site, settings.serve, _sought())) for _ in range(3)]
    page = [_timed(lambda: reading.answers(site, settings.serve, _sought(), reading.Part())) for _ in range(3)]
    peer = [_timed(lambda: _scan(plain, settings)) for _ in range(3)]
    note = f"{LINES:,} lines, {written / 1e6:,.0f} MB; {len(ours)} runs: {', '.join(f'{one:.2f}' for one in ours)}"
    text = f"the same statement in DuckDB over the same lines as plain JSON, {plain.stat().st_size / 1e6:,.0f} MB"
    return [
        _within("audit who-saw of a year", median(ours), 5, ("s", note)),
        compared("audit who-saw, against text", median(ours), median(peer), "<= 1", ("s", text)),
        _within(
            "audit answers of a year",
            median(page),
            5,
            ("s", "the newest fifty answers that held an area, as the page shows"),
        ),
    ]


def _verified(site: Site, written: int) -> Result:
    seconds = _timed(lambda: verify.verify(site))
    note = f"{LINES:,} lines, {written / 1e6:,.0f} MB; {LINES / seconds:,.0f} lines/s"
    return _within("audit verify of a year", seconds, 60, ("s", note))


def _added(site: Site, folder: Path) -> list[Result]:
    """How long a writer waits for its line and how many are added a second, beside what a plain log takes."""
    alone = _bare(folder)
    waits, speed = _writes(AuditLog(site))
    synced, loose = (_logged(kind(folder / kind.__name__)) for kind in (_Synced, logging.FileHandler))
    about = f"{CLIENTS} threads that write at once, on the disk"
    text = f"{about}; peer: logging.FileHandler with a sync for each line; without any it is {loose:,.0f}"
    return [
        Result("audit line, wait", waits, alone, waits, "<= 20", holds(waits, "<= 20"), "ms",
               f"median of {about}; peer: the same bytes appended and synced by one"),
        compared("audit lines added", speed, synced, ">= 0.5", ("lines/s", text)),
    ]  # fmt: skip


def _within(name: str, ours: float, bound: float, about: tuple[str, str]) -> Result:
    return Result(name, ours, 0, ours, f"<= {bound}", ours <= bound, *about)


def _sought() -> reading.Sought:
    return reading.Sought(SOUGHT, HOLDERS, "shifan", LAST - YEAR, LAST + timedelta(1))


def _scan(plain: Path, settings: Settings) -> list[tuple[object, ...]]:
    """Answer of the same statement over lines that nobody sealed into columns."""
    budget = {"threads": settings.serve.query_threads, "memory_limit": f"{settings.serve.query_memory_mb}MB"}
    with duckdb.connect(config=budget) as connection:  # type: ignore[arg-type]  # its values are of several types
        shape = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
        lists = ", ".join(f"array_to_string({name}, chr(10)) AS {name}" for name in ("areas", "scope"))
        source = f"read_json('{plain}', format = 'newline_delimited', columns = {{{shape}}})"
        connection.execute(f"CREATE VIEW audit_line AS SELECT * REPLACE ({lists}) FROM {source}")
        return connection.execute(*reading.question("audit_who_saw", _sought())).fetchall()


def _year(site: Site, plain: Path) -> int:
    """Bytes of a log of a year that `verify` finds whole; every segment but the open one is sealed.

    Its lines are also written to a file of text.
    """
    AuditLog(site).close()
    at = Head()
    text = plain.open("wb")
    for lines in _lines(site):
        last = json.loads(lines[-1])
        data = b"\n".join(lines) + b"\n"
        files.text_of(site.folder, at.count + 1).write_bytes(data)
        text.write(data)
        at = replace(at, segment=at.count + 1, count=last["n"], mac=last["mac"], size=len(data), month=last["at"][:7])
        head.write(site.folder, head.encode(at, site.secret))
        sealing.seal(site, lambda _: 0)
    text.close()
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


def _writes(log: AuditLog) -> tuple[float, float]:
    """Milliseconds one of eight threads waits for its line, in the median; and lines a second of them all."""
    entry, times = _entry(Random(3)), list[float]()  # noqa: S311 -- no secret
    seconds = _crowd(lambda: times.append(_timed(lambda: log.write(entry))))
    log.close()
    return median(times) * 1000, WRITES / seconds


class _Synced(logging.FileHandler):
    """Plain log whose every line is on the disk before the next thread goes on."""

    def flush(self) -> None:
        """Write what is waiting to the disk."""
        super().flush()
        if self.stream is not None:
            os.fdatasync(self.stream.fileno())


def _logged(handler: logging.FileHandler) -> float:
    """Lines a second that the same threads add to a plain log of the standard library."""
    entry, record = _entry(Random(3)), partial(logging.LogRecord, "audit", logging.INFO, "", 0)  # noqa: S311 -- no secret
    seconds = _crowd(lambda: handler.handle(record(encode(entry, 1).decode(), (), None)))
    handler.close()
    return WRITES / seconds


def _crowd(act: Callable[[], object]) -> float:
    """Seconds until eight threads have done something as often as lines are written."""
    threads = [threading.Thread(target=lambda: [act() for _ in range(WRITES // CLIENTS)]) for _ in range(CLIENTS)]

    def go() -> None:
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    return _timed(go)


def _bare(folder: Path) -> float:
    """Milliseconds to append and sync as many bytes as a line has, in the median."""
    data = encode(_entry(Random(3)), 1) + bytes(80)  # noqa: S311 -- no secret
    with (folder / "bare").open("ab", buffering=0) as file:

        def write() -> None:
            file.write(data)
            os.fdatasync(file.fileno())

        return median(_timed(write) for _ in range(WRITES // CLIENTS)) * 1000


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
