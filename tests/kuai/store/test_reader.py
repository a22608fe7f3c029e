"""The reader: locked against everything but its own file, exchanged between requests."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import duckdb
import pytest

from kuai import sql
from kuai.errors import LakeError
from kuai.home import Home
from kuai.settings import Settings
from kuai.store.reader import Opened, Reader, form, schema

pytestmark = pytest.mark.usefixtures("databases_of_their_own")


@pytest.fixture
def reader(publish: Any) -> Iterator[Reader]:
    found = Reader(publish(snapshot="s1").city("demo").store, Settings.load().serve)
    yield found
    found.close()


@pytest.fixture(scope="module")
def opened(
    publish_into: Any, databases_of_their_own: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    """One open file, on which every statement that is refused is tried."""
    found = Reader(publish_into(tmp_path_factory.mktemp("locked")).city("demo").store, Settings.load().serve)
    with found.lease() as opened:
        yield opened
    found.close()


def snapshot_of(opened: Any) -> str:
    return str(opened.rows(sql.text("facts_snapshot"))[0]["snapshot"])


@pytest.mark.parametrize(
    "statement",
    [
        "COPY cell TO '{folder}/x.csv'",
        "EXPORT DATABASE '{folder}/x'",
        "ATTACH '{folder}/x.duckdb' AS other",
        "ATTACH ':memory:' AS other",
        "SELECT * FROM read_csv('/etc/hostname')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM '/etc/hostname'",
        "SELECT * FROM glob('/*')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET threads = 8",
        "SET lock_configuration = false",
        "RESET enable_external_access",
        "CREATE TABLE other (x INTEGER)",
        "DELETE FROM cell",
        "DROP TABLE cell",
    ],
)
def test_a_serving_connection_reaches_nothing_else(opened: Opened, tmp_path: Any, statement: str) -> None:
    with pytest.raises(duckdb.Error):
        opened.rows(statement.format(folder=tmp_path))
    assert not list(tmp_path.glob("x*"))


def test_a_new_snapshot_is_read_by_the_next_request_and_not_by_a_running_one(reader: Reader, publish: Any) -> None:
    with reader.lease() as running:
        assert snapshot_of(running) == "s1"
        publish(snapshot="s2")
        with reader.lease() as following:
            assert snapshot_of(following) == "s2"
        assert snapshot_of(running) == "s1"
    with pytest.raises(duckdb.Error):
        snapshot_of(running)


def test_a_running_request_reads_on_when_its_file_has_been_removed(reader: Reader, publish: Any) -> None:
    with reader.lease() as running:
        for n in range(2, 7):
            publish(snapshot=f"s{n}")
        assert not running.path.exists()
        assert snapshot_of(running) == "s1"


@pytest.mark.slow
def test_many_threads_read_whole_snapshots_while_new_ones_come(reader: Reader, publish: Any) -> None:
    wrong: list[BaseException] = []
    seen: list[str] = []
    is_over = threading.Event()

    def look() -> None:
        try:
            while not is_over.is_set():
                with reader.lease() as opened:
                    found = snapshot_of(opened)
                    assert found == opened.at.snapshot == opened.facts.snapshot["snapshot"]
                    seen.append(found)
        except BaseException as error:  # noqa: BLE001 -- handed to the test
            wrong.append(error)

    readers = [threading.Thread(target=look) for _ in range(6)]
    for one in readers:
        one.start()
    for n in range(2, 12):
        publish(snapshot=f"s{n}")
    is_over.set()
    for one in readers:
        one.join()
    assert wrong == []
    assert len(set(seen)) > 1
    with reader.lease() as opened:
        assert snapshot_of(opened) == "s11"


def test_a_store_that_was_never_published_says_what_to_do(tmp_path: Any) -> None:
    store = Home(tmp_path).city("demo").prepare().store
    with pytest.raises(LakeError, match="nothing has been published"), Reader(store, Settings.load().serve).lease():
        pass


def test_a_damaged_file_is_one_clear_error(publish: Any) -> None:
    store = publish(snapshot="s1").city("demo").store
    (store / "serving-s1.duckdb").write_bytes(b"no database")
    with pytest.raises(LakeError, match="cannot be opened"), Reader(store, Settings.load().serve).lease():
        pass
    (store / "serving-s1.duckdb").unlink()
    with pytest.raises(LakeError, match="is gone"), Reader(store, Settings.load().serve).lease():
        pass


@pytest.mark.parametrize(
    ("change", "whose"),
    [("DROP TABLE form", "older"), ("UPDATE form SET number = 0", "older"), ("UPDATE form SET number = 99", "newer")],
)
def test_a_file_of_another_version_is_told_in_a_sentence(publish: Any, change: str, whose: str) -> None:
    store = publish(snapshot="s1").city("demo").store
    with duckdb.connect(str(store / "serving-s1.duckdb")) as connection:
        connection.execute(change)
    with (
        pytest.raises(LakeError, match=f"built by an? {whose} version") as caught,
        Reader(store, Settings.load().serve).lease(),
    ):
        pass
    assert "kuai build" in caught.value.remedy


def test_a_change_of_the_tables_raises_their_form() -> None:
    statements = "\n".join(re.sub(r"\s*--.*", "", line) for line in schema().splitlines())
    assert (form(), sha256(" ".join(statements.split()).encode()).hexdigest()[:12]) == (5, "37ec9cd6ae23"), (
        "if a reader trips over the change, raise the number in kuai/store/schema.sql; write what there is now here"
    )
