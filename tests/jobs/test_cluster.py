"""A standalone cluster gives what this process gives, also when one of its workers dies on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.jobs.processes import Cluster, kill_session, members, wait_for
from tests.jobs.scene import CITY

pytestmark = pytest.mark.jvm


def test_a_cluster_publishes_what_this_process_does(scene: Any, undisturbed: Path, two_workers: Cluster) -> None:
    assert scene.served(undisturbed / "home", CITY) == scene.final
    assert executors(two_workers.folder) == {"worker0", "worker1"}


def test_the_loss_of_a_worker_in_the_middle_changes_nothing(scene: Any, two_workers: Cluster) -> None:
    scene.reset()
    victim = two_workers.started[-1]
    with scene.watched():
        build = scene.begin(two_workers.url)
        wait_for(lambda: build.is_over or tasks(victim.process.pid), 180, "a task on the worker")
        assert not build.is_over, build.err.read_text()
        kill_session(victim.process.pid)
        assert build.ended() == 0, build.err.read_text()
    assert scene.is_whole()


def tasks(session: int) -> bool:
    """Whether Python of Spark runs in the session of a worker."""
    return any("pyspark" in words for words in members(session).values())


def executors(folder: Path) -> set[str]:
    """Workers that an application ran on."""
    return {path.parents[2].name for path in folder.glob(str(Path("*", "work", "*", "*")))}
