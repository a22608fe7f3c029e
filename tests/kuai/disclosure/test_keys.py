"""Keys: derived as RFC 5869 says, private to their owner, never shown (A16)."""

from __future__ import annotations

import base64
import hmac
import json
import pickle
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from kuai import sql
from kuai.disclosure import keyfile, keys
from kuai.disclosure.cellkey import Noise
from kuai.disclosure.keys import Keyring, hkdf
from kuai.errors import KeyringError
from kuai.identity.statement import declare_regions, pseudonymised


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.made(tmp_path / "keys")[0]


RFC_5869 = [
    ("0b" * 22, "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
     "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"),
    ("0b" * 22, "", "", "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"),
]  # fmt: skip


@pytest.mark.parametrize(("secret", "salt", "info", "expected"), RFC_5869)
def test_derivation_equals_the_vectors_of_the_standard(secret: str, salt: str, info: str, expected: str) -> None:
    found = hkdf(bytes.fromhex(secret), bytes.fromhex(info), bytes.fromhex(salt), length=42)
    assert found.hex() == expected


def test_master_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "keys"
    first, is_new = Keyring.made(folder)
    assert is_new
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "master.key").stat().st_mode) == 0o600
    assert [entry.name for entry in folder.iterdir()] == ["master.key"]
    assert Keyring.open(folder).fingerprints == first.fingerprints
    assert Keyring.made(folder) == (first, False)


@pytest.mark.slow
def test_a_full_disk_leaves_the_keys_that_were(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    keyfile.create(path, [keyfile.drawn(1)])
    before = path.read_bytes()
    done = subprocess.run([sys.executable, "-c", _LITTLE_ROOM, str(path)], capture_output=True, text=True, check=False)
    assert "File too large" in done.stdout, done.stderr
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["master.key"]


_LITTLE_ROOM = """
import resource, signal, sys
from datetime import date
from pathlib import Path
from kuai.disclosure import keyfile

path = Path(sys.argv[1])
kept = keyfile.read(keyfile.KeySource(path))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (400, resource.RLIM_INFINITY))
try:
    keyfile.replace(path, (*kept, keyfile.drawn(2, date(2030, 1, 1))))
except OSError as error:
    print(error.strerror)
"""


def test_many_processes_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: Keyring.made(tmp_path / "keys")[0].fingerprints["pid"], range(64)))
    assert len(set(found)) == 1
    assert len(list((tmp_path / "keys").iterdir())) == 1


def test_key_that_could_not_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keyfile.os, "fsync", fail)
    with pytest.raises(KeyringError, match="No space left"):
        Keyring.made(tmp_path / "keys")
    assert not list((tmp_path / "keys").iterdir())


@pytest.mark.parametrize(("name", "mode", "remedy"), [("", 0o750, "chmod 700"), ("master.key", 0o640, "chmod 600")])
def test_key_open_to_others_is_refused_with_the_remedy(keyring: Keyring, name: str, mode: int, remedy: str) -> None:
    (keyring.source.path.parent / name).chmod(mode)
    with pytest.raises(KeyringError, match="open to other users") as caught:
        Keyring.open(keyring.source)
    assert remedy in caught.value.remedy


def test_damaged_key_is_refused(keyring: Keyring) -> None:
    keyring.source.path.write_bytes(b"short")
    with pytest.raises(KeyringError, match="5 bytes that are no key file"):
        Keyring.open(keyring.source)


def test_a_key_from_before_there_were_epochs_is_the_first_one(keyring: Keyring) -> None:
    keyring.source.path.write_bytes(bytes(range(32)))
    (epoch,) = Keyring.open(keyring.source).epochs
    assert (epoch.number, epoch.first, bytes(epoch.master)) == (1, date.min, bytes(range(32)))


def test_keys_differ_by_purpose(keyring: Keyring) -> None:
    assert len(set(keyring.fingerprints.values())) == 3
    with pytest.raises(KeyringError, match="no key for 'cells'"):
        keyring.key("cells")


def test_other_keys_than_recorded_are_refused(keyring: Keyring) -> None:
    keyring.require(keyring.fingerprints)
    with pytest.raises(KeyringError, match=r"earlier work was done with \(cell\)"):
        keyring.require({**keyring.fingerprints, "cell": "00000000"})


def test_keyring_travels_without_its_bytes_and_a_key_not_at_all(keyring: Keyring) -> None:
    sent = pickle.dumps(keyring)
    assert pickle.loads(sent).fingerprints == keyring.fingerprints  # noqa: S301 -- made one line above
    assert not any(form in sent for form in _forms(keyring))
    with pytest.raises(KeyringError, match="does not leave its process"):
        pickle.dumps(keyring.key("pid"))


def test_text_forms_show_no_bytes(keyring: Keyring) -> None:
    key = keyring.key("cell")
    shown = f"{keyring} {keyring!r} {key} {key!r} {key.pads()} {key.secret} {key.secret!s}".encode()
    assert b"<secret>" in shown
    assert not any(form in shown for form in _forms(keyring))


def test_lent_pads_composed_in_sql_are_the_standard_hmac(con: duckdb.DuckDBPyConnection, keyring: Keyring) -> None:
    query = "SELECT sha256(outer_pad || unhex(sha256(inner_pad || encode($message)))) FROM pad_pid"
    keyring.lend(con, "pid")
    for message in ("", "11010519491231002X", "类别|条" * 50):
        expected = hmac.digest(keyring.key("pid").secret, message.encode(), "sha256").hex()
        assert con.execute(query, {"message": message}).fetchone() == (expected,)
        assert keyring.key("pid").digest(message.encode()).hex() == expected


def _forms(keyring: Keyring) -> Iterator[bytes]:
    """Ways in which the bytes of a key or of its pads could be written down, in whole or their first 12 bytes."""
    secrets = [one.master for one in keyring.epochs]
    for key in (*map(keyring.key, keys.PURPOSES), *keyring.cell_keys):
        secrets += [key.secret, *(pad[:32] for pad in key.pads())]
    for secret in secrets:
        part = bytes(secret)[:12]
        yield from (part, part.hex().encode(), part.hex().upper().encode(), base64.b64encode(part)[:15])
        yield "".join(f"\\x{byte:02X}" for byte in part).encode()
        yield duckdb.execute("SELECT $part::BLOB::VARCHAR", {"part": part}).fetchall()[0][0].encode()


def _statements(noise: Noise) -> list[tuple[str, dict[str, object]]]:
    return [(sql.text("protect_count"), noise.parameters()), (pseudonymised(), {"today": date(2026, 1, 1)})]


@pytest.fixture
def told(con: duckdb.DuckDBPyConnection, cells: object, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Connection that logs and profiles as much as it can."""
    con.execute("CALL enable_logging(level => 'trace')")
    con.execute("SET enable_profiling = 'json'")
    con.execute(f"SET profiling_output = '{tmp_path / 'profile.json'}'")
    con.execute("SET profiling_mode = 'detailed'")
    con.register("exact", cells([50] * 10, range(10)))  # type: ignore[operator]
    con.register("given", pd.DataFrame({"id_number": ["11010519491231002X", "110105491231002"]}))
    declare_regions(con)
    yield con
    con.execute("CALL disable_logging()")  # it is one log for all tests of the process
    con.execute("CALL truncate_duckdb_logs()")


def test_plans_profiles_logs_and_errors_hold_no_key(
    told: duckdb.DuckDBPyConnection, keyring: Keyring, noise: Noise, tmp_path: Path
) -> None:
    keyring.lend(told, *keys.PURPOSES)
    said: list[object] = []
    for statement, parameters in _statements(noise):
        told.execute(f"CREATE OR REPLACE TABLE made AS {statement}", parameters)
        said.append((tmp_path / "profile.json").read_text())
        for form in ("", "ANALYZE", "(FORMAT json)"):
            said += told.execute(f"EXPLAIN {form} {statement}", parameters).fetchall()
        said += [_failure(told, statement, parameters, broken) for broken in _BROKEN]
    said += told.execute("SELECT * FROM duckdb_logs").fetchall()
    text = _plain(said)
    assert len(text) > 10_000
    assert not [form for form in _forms(keyring) if form in text]


def test_control_a_key_given_as_a_parameter_is_found_in_the_profile(
    told: duckdb.DuckDBPyConnection, keyring: Keyring, tmp_path: Path
) -> None:
    inner, outer = (bytes(pad) for pad in keyring.key("cell").pads())
    query = "SELECT sha256($outer::BLOB || unhex(sha256($inner::BLOB || encode(canonical)))) FROM exact"
    forms, found = list(_forms(keyring)), set()
    for _ in range(20):
        told.execute(query, {"inner": inner, "outer": outer}).fetchall()
        text = _plain((tmp_path / "profile.json").read_text())
        found |= {form for form in forms if form in text}
    assert found


def _plain(said: object) -> bytes:
    """Everything that was said as one text, its escapes undone."""
    text = json.dumps(said, default=str)
    while "\\\\" in text:
        text = text.replace("\\\\", "\\")
    return text.encode()


# Places where a statement is broken so that it fails in planning or while it runs, on the very data of the key.
_BROKEN = (
    ("sha256(", "sha257("),
    ("encode(", "CAST(CAST(encode('x') AS VARCHAR) AS INTEGER) || encode("),
    ("unhex(", "unhex('zz' || "),
    ("_pad ||", "_pad +"),
    ("FROM exact", "FROM nowhere"),
    ("FROM given", "FROM nowhere"),
)


def _failure(
    con: duckdb.DuckDBPyConnection, statement: str, parameters: dict[str, object], broken: tuple[str, str]
) -> str:
    changed = statement.replace(*broken)
    if changed == statement:
        return ""
    with pytest.raises(duckdb.Error) as caught:
        con.execute(changed, parameters).fetchall()
    return f"{caught.value!r} {caught.value}"


def test_cast_of_a_pad_to_text_cannot_fail_with_its_bytes(con: duckdb.DuckDBPyConnection, keyring: Keyring) -> None:
    keyring.lend(con, "pid")
    with pytest.raises(duckdb.Error) as caught:
        con.execute("SELECT decode(inner_pad) FROM pad_pid").fetchall()
    assert not [form for form in _forms(keyring) if form in _plain(str(caught.value))]
