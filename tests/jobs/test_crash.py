"""Builds that are killed: whatever the moment, the next build ends as if nothing had happened, and readers never know.

KUAI_CRASH_MOMENTS says how many moments are tried; `make prove-crash` tries twenty.
"""

from __future__ import annotations

import os
import random
import signal
import time
from typing import Any

import pytest

from kuai.errors import EngineError
from tests.jobs.processes import Started, wait_for

pytestmark = pytest.mark.jvm

MOMENTS = int(os.environ.get("KUAI_CRASH_MOMENTS", "3"))
SEED = int(os.environ.get("KUAI_CRASH_SEED", "1"))
KINDS = ("driver", "worker", "publish", "engine", "driver on Spark", "worker", "publish on Spark", "engine")
STOPPED = 130


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_build_killed_at_any_moment_ends_as_an_undisturbed_one(scene: Any, moment: int) -> None:
    kind = KINDS[moment % len(KINDS)]
    kill, master = HOW[kind]
    part = random.Random(SEED * 1000 + moment).random()  # noqa: S311 -- moments, not keys
    seconds = part * scene.seconds(master) if kill is kill_driver else part
    scene.reset()
    with scene.watched():
        build = scene.begin(master)
        kill(scene, build, seconds)
        assert kind != "worker" or build.ended() == 0, build.err.read_text()
        build.ended()
        scene.rebuild()
    assert scene.is_whole()


def kill_driver(_: Any, build: Started, seconds: float) -> None:
    """The driver with its Java and everything else of its group, at any time."""
    sleep(build, seconds)
    build.signal(signal.SIGKILL)


def kill_worker(_: Any, build: Started, __: float) -> None:
    """One Python process of Spark in the middle of its tasks; Spark runs them again."""
    workers = wait_for(lambda: build.is_over or build.workers(), 120, "a worker")
    if not build.is_over:
        os.kill(max(workers), signal.SIGKILL)


def kill_engine(_: Any, build: Started, __: float) -> None:
    """Java alone, while tasks run: the driver says so and goes."""
    wait_for(lambda: build.is_over or build.workers(), 120, "a worker")
    for pid in build.java():
        os.kill(pid, signal.SIGKILL)
    assert build.ended() == 0 or complains(build), build.err.read_text()


def complains(build: Started) -> bool:
    """Whether a build that lost its Java says so and what to do, in words."""
    said = build.err.read_text()
    return build.ended() == EngineError.exit_code and "run the build again" in said and "Traceback" not in said


def kill_publisher(scene: Any, build: Started, seconds: float) -> None:
    """The driver while it writes the serving file or exchanges the pointer."""
    scratch = scene.home / "shifan" / "scratch"
    wait_for(lambda: build.is_over or list(scratch.glob("serving-*.duckdb")), 240, "the draft")
    sleep(build, seconds)
    build.signal(signal.SIGKILL)


HOW = {
    "driver": (kill_driver, ""),
    "driver on Spark": (kill_driver, "local[2]"),
    "publish": (kill_publisher, ""),
    "publish on Spark": (kill_publisher, "local[2]"),
    "worker": (kill_worker, "local[2]"),
    "engine": (kill_engine, "local[2]"),
}


def sleep(build: Started, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not build.is_over:
        time.sleep(0.01)


@pytest.mark.parametrize("master", ["", "local[2]"])
def test_ctrl_c_ends_at_once_with_a_word_and_leaves_nothing(scene: Any, master: str) -> None:
    scene.reset()
    with scene.watched():
        build = scene.begin(master)
        wait_for(lambda: build.is_over or is_working(build, master), 120, "the first tasks")
        build.signal(signal.SIGINT)
        assert build.ended(60) == STOPPED, build.err.read_text()
        assert "Traceback" not in build.err.read_text()
        assert build.err.read_text().strip().splitlines()[-1].strip() != ""
        scene.rebuild()
    assert scene.is_whole()
    assert list((scene.home / "shifan" / "scratch").iterdir()) == []


def is_working(build: Started, master: str) -> bool:
    return bool(build.workers()) if master else b"ingest" in build.err.read_bytes()
