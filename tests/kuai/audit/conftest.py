"""Logs of the tests: one of three segments that is made once, and copies of it to do anything with."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from kuai.access import Place, Viewer
from kuai.audit import AuditLog, Entry, Site
from kuai.disclosure.keys import Secret
from kuai.settings import AuditSettings, Settings

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LINES, SEGMENT = 50, 20

Copy = Callable[[], Site]


@pytest.fixture(scope="session")
def settings() -> AuditSettings:
    return replace(Settings.load(None, {}).audit, segment_lines=SEGMENT, anchor_lines=15, sync=False)


@pytest.fixture(scope="session")
def entry() -> Callable[..., Entry]:
    """Make an entry: `entry(3, level="block")`, three minutes past noon."""

    def made(minute: int = 0, viewer: Viewer | None = None, **asked: Any) -> Entry:
        who = viewer or Viewer("李", "analyst", (Place("station", "s1"),), "patrol")
        told = {"city": "demo", "metric": "incident_count", "level": "block", "rows": 7, "snapshot": "s1"}
        return Entry(NOON + timedelta(minutes=minute), who, asked.pop("action", "ask"), **{**told, **asked})

    return made


@pytest.fixture(scope="session")
def made(settings: AuditSettings, entry: Any, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Log of fifty lines: two sealed segments and an open one, five anchors. Read only."""
    folder = tmp_path_factory.mktemp("audit")
    site = Site(folder / "audit", folder / "outside", Secret(b"k" * 32), settings)
    log = AuditLog(site)
    for minute in range(LINES):
        assert log.write(entry(minute)) == minute + 1
        if log._sealing is not None:
            log._sealing.join()
    log.close()
    return site


@pytest.fixture
def copied(made: Site, tmp_path: Path) -> Iterator[Copy]:
    """Copy the log: `copied()`."""
    numbers = count()

    def copy() -> Site:
        folder = tmp_path / str(next(numbers))
        shutil.copytree(made.folder, folder / "audit")
        shutil.copytree(made.anchors, folder / "outside")
        return replace(made, folder=folder / "audit", anchors=folder / "outside")

    return copy


@pytest.fixture
def site(copied: Copy) -> Site:
    """A copy of the log."""
    return copied()


@pytest.fixture
def fresh(made: Site, tmp_path: Path) -> Site:
    """Site of a log that has not begun."""
    return replace(made, folder=tmp_path / "fresh", anchors=tmp_path / "fresh-outside")
