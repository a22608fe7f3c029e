"""The pointer: old file or new file, whatever happens in between."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

from kuai.errors import LakeError
from kuai.store import pointer

PUBLISHER = """
import sys
from pathlib import Path
from kuai.store import pointer
store = Path(sys.argv[1])
for n in range(100_000):
    built = store / "built.duckdb"
    built.write_text(f"s{n}")
    pointer.publish(built, store, f"s{n}", 3)
"""


def publish(store: Path, snapshot: str, keep: int = 3) -> pointer.Pointer:
    built = store / "built.duckdb"
    built.write_text(snapshot, "utf-8")
    return pointer.publish(built, store, snapshot, keep)


def seen(store: Path) -> str:
    """Snapshot that the pointer and the file it names agree on."""
    found = pointer.read(store)
    assert found is not None
    try:
        assert (store / found.file).read_text("utf-8") == found.snapshot
    except FileNotFoundError:
        return seen(store)
    return found.snapshot


def test_before_the_first_publish_there_is_none(tmp_path: Path) -> None:
    assert pointer.read(tmp_path) is None
    assert pointer.stamp(tmp_path) is None


def test_a_published_file_is_the_current_one(tmp_path: Path) -> None:
    found = publish(tmp_path, "a1")
    assert pointer.read(tmp_path) == found
    assert found.file == "serving-a1.duckdb"
    assert found.published_at.endswith("+00:00")
    assert not (tmp_path / "built.duckdb").exists()


def test_the_stamp_differs_after_every_publish(tmp_path: Path) -> None:
    stamps = [publish(tmp_path, f"s{n}") and pointer.stamp(tmp_path) for n in range(5)]
    assert all(one != two for one, two in pairwise(stamps))


def test_the_newest_files_are_kept_and_the_current_one_always(tmp_path: Path) -> None:
    for n in range(5):
        publish(tmp_path, f"s{n}")
    (tmp_path / ".current.999").write_text("a dead publisher's draft", "utf-8")
    publish(tmp_path, "s1")
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept == {"current", "serving-s1.duckdb", "serving-s3.duckdb", "serving-s4.duckdb"}


def test_a_file_that_was_not_closed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "built.duckdb").touch()
    (tmp_path / "built.duckdb.wal").touch()
    with pytest.raises(LakeError, match="not closed"):
        pointer.publish(tmp_path / "built.duckdb", tmp_path, "s", 3)


@pytest.mark.parametrize("snapshot", ["", "../x", "a/b", "a b"])
def test_a_snapshot_that_cannot_name_a_file_is_refused(tmp_path: Path, snapshot: str) -> None:
    with pytest.raises(LakeError, match="cannot name a snapshot"):
        publish(tmp_path, snapshot)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"snapshot": "s", "file": "../x", "published_at": "t"}'])
def test_a_pointer_that_cannot_be_understood_is_an_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "current").write_text(content, "utf-8")
    with pytest.raises(LakeError, match="pointer"):
        pointer.read(tmp_path)


def test_readers_never_see_a_mixture(tmp_path: Path) -> None:
    publish(tmp_path, "s0")
    wrong: list[BaseException] = []
    is_over = threading.Event()

    def look() -> None:
        try:
            while not is_over.is_set():
                seen(tmp_path)
        except BaseException as error:  # noqa: BLE001 -- handed to the test
            wrong.append(error)

    readers = [threading.Thread(target=look) for _ in range(4)]
    for reader in readers:
        reader.start()
    for n in range(1, 30):
        publish(tmp_path, f"s{n}")
    is_over.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert seen(tmp_path) == "s29"


@pytest.mark.slow
def test_a_publisher_killed_at_any_moment_leaves_a_whole_store(tmp_path: Path) -> None:
    publish(tmp_path, "first")
    root = Path(__file__).parents[3]
    for turn in range(4):
        words = [sys.executable, "-c", PUBLISHER, str(tmp_path)]
        with subprocess.Popen(words, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}) as publisher:
            before = pointer.stamp(tmp_path)
            while pointer.stamp(tmp_path) == before:
                time.sleep(0.005)
            time.sleep(0.013 * turn)
            publisher.send_signal(signal.SIGKILL)
        assert seen(tmp_path)
        json.loads((tmp_path / "current").read_text("utf-8"))
    publish(tmp_path, "last")
    assert seen(tmp_path) == "last"
    assert not list(tmp_path.glob(".current.*"))
