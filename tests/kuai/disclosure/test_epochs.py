"""Epochs: a new key for what is to come, the old one for what was published, and no way to draw noise twice."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from typer.testing import CliRunner

from kuai import catalog, cli
from kuai.disclosure import epochs, keyfile
from kuai.disclosure.cellkey import Cell, Noise, protect, served
from kuai.disclosure.keyfile import KeySource
from kuai.disclosure.keys import Keyring
from kuai.errors import KeyringError, LakeError
from kuai.home import Home
from kuai.lake import Batch, Lake, Ledger

NEW_YEAR, BEFORE = date(2026, 1, 1), date(2025, 12, 31)
DELIVERED = Batch(
    "b1", "core.person", "register", "p.csv", "f", 1, 1, days=((BEFORE - date(1970, 1, 1)).days,),
    dataset_stored="core.person",
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    Keyring.made(made.key_source)
    return made


@pytest.fixture
def delivered(home: Home) -> Home:
    """A home with a register of the last day of 2025."""
    Ledger(Lake(home.city("one").prepare().lake)).record([DELIVERED])
    return home


def test_published_periods_keep_their_key_and_new_ones_get_another(home: Home) -> None:
    before = Keyring.open(home.key_source)
    done = epochs.rotate(home, NEW_YEAR)
    after = Keyring.open(home.key_source)
    assert [(key.epoch, key.first, key.last) for key in after.cell_keys] == [
        (1, date.min, BEFORE), (2, NEW_YEAR, keyfile.FOREVER),
    ]  # fmt: skip
    assert after.cell_keys[0].secret == before.cell_keys[0].secret != after.cell_keys[1].secret
    assert after.rooted == before.fingerprints
    assert after.fingerprints["cell/2/2026-01-01"] == done.key.fingerprint == after.cell_keys[1].fingerprint
    assert after.key("audit") == before.key("audit")


def test_statement_and_written_out_form_agree_over_epochs(
    home: Home, database: duckdb.DuckDBPyConnection, noise: Noise, cells: Callable[..., pd.DataFrame]
) -> None:
    starts = [date(2025, 1 + i % 12, 1) if i % 2 else date(2026, 1 + i % 12, 1) for i in range(400)]
    old, frame = Keyring.open(home.key_source), cells([40 + i % 7 for i in range(400)], range(400), start=starts)
    epochs.rotate(home, NEW_YEAR)
    found = [_drawn(database, frame, noise, ring) for ring in (old, Keyring.open(home.key_source))]
    written = [
        Cell(one.measure, one.canonical, one.category, one.period, one.start, one.n, one.k)
        for one in frame.itertuples()
    ]
    assert found[1] == served(written, noise, *Keyring.open(home.key_source).cell_keys)
    same = [first == second for first, second in zip(*found, strict=True)]
    assert all(is_same for is_same, start in zip(same, starts, strict=True) if start < NEW_YEAR)
    assert 100 < sum(not is_same for is_same in same) < 200


def _drawn(con: duckdb.DuckDBPyConnection, frame: pd.DataFrame, noise: Noise, ring: Keyring) -> list[int]:
    con.register("exact", frame)
    con.execute("DROP TABLE IF EXISTS shown")
    protect(con, "shown", noise, *ring.cell_keys)
    return [int(value) for (value,) in con.execute("SELECT value FROM shown ORDER BY area").fetchall()]


@pytest.mark.parametrize("first", [BEFORE, date(2025, 1, 1)])
def test_an_epoch_never_begins_within_what_was_delivered(delivered: Home, first: date) -> None:
    content = delivered.key_source.path.read_bytes()
    with pytest.raises(KeyringError, match="one has counts of persons up to 2025-12-31") as caught:
        epochs.rotate(delivered, first)
    assert "a day after 2025-12-31" in caught.value.remedy
    assert delivered.key_source.path.read_bytes() == content
    assert not (delivered.keys / epochs.LOG).exists()
    assert epochs.rotate(delivered, NEW_YEAR).epoch.number == 2


def test_a_covered_day_without_rows_was_published_too(home: Home) -> None:
    covering = Batch(**{**vars(DELIVERED), "days": (), "covers_from": "2025-12-01", "covers_to": "2025-12-31"})
    ledger = Ledger(Lake(home.city("one").prepare().lake))
    assert epochs.newest_day(ledger) is None
    ledger.record([covering])
    assert epochs.newest_day(ledger) == BEFORE


def test_every_count_of_persons_comes_from_a_dataset_that_rotation_looks_at() -> None:
    assert {one.dataset for one in catalog.MEASURES if one.klass == "person"} <= set(epochs.DATASETS)


def test_epochs_follow_one_another(home: Home) -> None:
    epochs.rotate(home, NEW_YEAR)
    with pytest.raises(KeyringError, match="epoch 2 begins on 2026-01-01"):
        epochs.rotate(home, NEW_YEAR)


def test_nobody_rotates_during_a_build(delivered: Home) -> None:
    with delivered.city("one").alone(), pytest.raises(LakeError, match="another build"):
        epochs.rotate(delivered, NEW_YEAR)


def test_a_rotation_is_put_down_without_a_byte_of_a_key(home: Home) -> None:
    done = epochs.rotate(home, NEW_YEAR)
    (line,) = [json.loads(one) for one in (home.keys / epochs.LOG).read_text().splitlines()]
    assert (line["act"], line["epoch"], line["first"]) == ("rotate", 2, "2026-01-01")
    assert line["fingerprint"] == done.key.fingerprint
    audit = b"".join(path.read_bytes() for path in home.audit.rglob("*") if path.is_file())
    assert f"rotate epoch 2 from 2026-01-01 cell {done.key.fingerprint}".encode() in audit
    secrets = [one.master.hex() for one in Keyring.open(home.key_source).epochs]
    assert not [one for one in secrets if one in str(line) or one.encode() in audit]
    assert {stat.S_IMODE(path.stat().st_mode) for path in home.keys.iterdir()} == {0o600}
    assert {path.name for path in home.keys.iterdir()} == {"master.key", epochs.LOG}


def test_a_rotation_that_failed_is_put_down_as_failed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise KeyringError("cannot be written")

    monkeypatch.setattr(keyfile, "replace", full)
    with pytest.raises(KeyringError, match="cannot be written"):
        epochs.rotate(home, NEW_YEAR)
    lines = [json.loads(one) for one in (home.keys / epochs.LOG).read_text().splitlines()]
    assert [one["act"] for one in lines] == ["rotate", "rotate failed"]
    assert len(Keyring.open(home.key_source).epochs) == 1


def test_policy_and_keys_both_let_an_epoch_begin(home: Home) -> None:
    epochs.rotate(home, NEW_YEAR)
    ring = Keyring.open(home.key_source)
    epochs.require_known(ring, 1, BEFORE)
    epochs.require_known(ring, 1, None)
    epochs.require_known(ring, 2, NEW_YEAR)
    with pytest.raises(KeyringError, match="2026-01-01 belong to epoch 2") as caught:
        epochs.require_known(ring, 1, NEW_YEAR)
    assert caught.value.remedy == "set epoch = 2 there"
    with pytest.raises(KeyringError, match="policy is at epoch 3, the keys at 2"):
        epochs.require_known(ring, 3, BEFORE)


def test_an_epoch_put_into_the_file_by_hand_is_found(home: Home) -> None:
    ring = Keyring.open(home.key_source)
    keyfile.replace(home.key_source.path, (*ring.epochs, keyfile.drawn(2, date(2025, 1, 1))))
    changed = Keyring.open(home.key_source)
    with pytest.raises(KeyringError, match="begins on 2025-01-01, and there are counts of persons up to 2025-12-31"):
        epochs.require_later(changed, ring.fingerprints, BEFORE)
    epochs.require_later(changed, changed.fingerprints, BEFORE)
    with pytest.raises(KeyringError, match=r"cell/2/2025-01-01"):
        ring.require(changed.fingerprints)


BAD = [
    ("number = 1", "number = 2"), ('master = "', 'master = "00'), ('master = "', 'master = "x'), ("made_at", "at"),
    ("[[epoch]]", "[epoch]"), ("first = 2026-01-01", "first = 0001-01-01"),
    ("number = 1", "number = 1\nfirst = 2020-01-01"),
]  # fmt: skip


@pytest.mark.parametrize("change", BAD)
def test_a_damaged_file_is_refused_without_quoting_it(home: Home, change: tuple[str, str]) -> None:
    epochs.rotate(home, NEW_YEAR)
    path, secret = home.key_source.path, Keyring.open(home.key_source).epochs[0].master.hex()
    path.write_text(path.read_text().replace(change[0], change[1], 1))
    with pytest.raises(KeyringError, match="is damaged") as caught:
        Keyring.open(home.key_source)
    assert secret[:8] not in f"{caught.value} {caught.value.__cause__} {caught.value.args}"


def test_a_secret_store_lends_the_keys_and_is_not_written_to(tmp_path: Path) -> None:
    lent = KeySource(tmp_path / "run" / "kuai", "KUAI_KEYS_FILE")
    home = Home(tmp_path / "home", lent)
    with pytest.raises(KeyringError, match="cannot be used"):
        Keyring.made(home.key_source)
    keyfile.create(lent.path, [keyfile.drawn(1)])
    lent.path.chmod(0o440)
    with pytest.raises(KeyringError, match="KUAI_KEYS_FILE lends the keys") as caught:
        epochs.rotate(home, NEW_YEAR)
    assert "--out" in caught.value.remedy
    epochs.rotate(home, NEW_YEAR, tmp_path / "new" / "kuai")
    assert len(Keyring.open(KeySource(tmp_path / "new" / "kuai", "KUAI_KEYS_FILE")).epochs) == 2
    assert not (home.keys / "master.key").exists()
    told = (home.keys / epochs.LOG).read_text()
    with pytest.raises(KeyringError, match="there already"):
        epochs.rotate(home, NEW_YEAR, tmp_path / "new" / "kuai")
    assert (home.keys / epochs.LOG).read_text() == told
    lent.path.chmod(0o444)
    with pytest.raises(KeyringError, match="open to other users") as caught:
        Keyring.open(lent)
    assert "chmod 400" in caught.value.remedy


@pytest.fixture
def kuai(tmp_path: Path) -> Callable[..., Any]:
    """Exit code and JSON of a command on the keys of a home that is not there yet."""
    runner, env = CliRunner(), {"KUAI_HOME": str(tmp_path / "fresh"), "KUAI_LANG": "en"}

    def run(*words: str) -> tuple[int, Any]:
        done = runner.invoke(cli.application(["keys"]), ["keys", *words, "--json"], env=env)
        if isinstance(done.exception, KeyringError):
            return done.exception.exit_code, str(done.exception)
        return done.exit_code, json.loads(done.stdout)

    return run


def test_keys_are_made_once_shown_by_fingerprint_and_rotated_when_confirmed(kuai: Any, tmp_path: Path) -> None:
    code, made = kuai("init")
    assert (code, set(made["fingerprints"])) == (0, {"pid", "rkey", "cell"})
    assert kuai("init")[0] == KeyringError.exit_code
    assert "draw all published noise again" in kuai("rotate", "--from", "2030-01-01", "--purpose", "pid")[1]
    assert kuai("rotate", "--from", "2030-01-01")[0] == 2
    assert kuai("status")[1]["epoch"] == 1
    assert kuai("rotate", "--from", "2030-01-01", "--yes")[0] == 0
    code, found = kuai("status")
    assert (code, found["epoch"], found["policy_epoch"], found["agrees"]) == (0, 2, 1, False)
    assert [one["first"] for one in found["epochs"]] == [None, "2030-01-01"]
    assert (found["is_private"], found["source"], found["published"]) == (True, "file", [])
    assert not [key for key in Keyring.open(tmp_path / "fresh" / "keys").epochs if key.master.hex() in str(found)]
    (tmp_path / "fresh" / "keys" / "master.key").chmod(0o644)
    assert "chmod 600" in kuai("status")[1]


def test_served_periods_are_told_by_epoch(publish: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    home = publish(
        cell="""
        measure        | level | area | period | start      | category | value
        resident_count | city  | one  | stock  | 2025-01-01 | all      | 100
        resident_count | city  | one  | stock  | 2026-01-01 | all      | 100
        incident_count | city  | one  | month  | 2027-01-01 | all      | 100
    """
    )
    Keyring.made(home.key_source)
    epochs.rotate(home, NEW_YEAR)
    monkeypatch.setenv("KUAI_HOME", str(home.root))
    done = CliRunner().invoke(cli.application(["keys"]), ["keys", "status", "--json"])
    told = [(one["epoch"], one["first"], one["last"], one["cells"]) for one in json.loads(done.stdout)["published"]]
    assert told == [(1, "2025-01-01", "2025-01-01", 1), (2, "2026-01-01", "2026-01-01", 1)]
