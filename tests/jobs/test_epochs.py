"""Builds across a rotation of the keys: what was published stays as it is, and building anew gives the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kuai.disclosure import epochs
from kuai.disclosure.policy import Policy
from kuai.errors import KeyringError
from kuai.home import Home

pytestmark = pytest.mark.slow

Served = Callable[..., dict[str, list[Any]]]
ROWS = [f"c{i}{j};{100 + 10 * i + j}" for i in range(4) for j in range(2)]


@pytest.fixture(autouse=True)
def plain_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expectations.validate.validate", lambda _: [])


@pytest.fixture
def at_epoch(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Put a policy in force that knows of an epoch."""
    policy = Policy.load()
    return lambda number: monkeypatch.setattr(Policy, "load", lambda: replace(policy, epoch=number))


def residents(served: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Cells of residents by day."""
    found: dict[str, list[Any]] = {}
    for row in served["cell"]:
        if row[0] == "resident_count":
            found.setdefault(str(row[4]), []).append(row)
    return found


def test_a_rotation_redraws_nothing_and_a_build_anew_gives_the_same(
    town: Any, home: Path, served: Served, at_epoch: Callable[[int], None], tmp_path: Path
) -> None:
    town.write("人口__2025-01-01.csv", "码;人", ROWS)
    town.build(home)
    before = residents(served(home))
    epochs.rotate(Home(home), date(2026, 1, 1))
    assert not town.build(home).is_new
    town.write("人口__2026-01-01.csv", "码;人", ROWS)
    with pytest.raises(KeyringError, match="set epoch = 2"):
        town.build(home)
    at_epoch(2)
    town.build(home)
    after = residents(served(home))
    assert after["2025-01-01"] == before["2025-01-01"]
    old, new = ([row[-1] for row in after[f"{year}-01-01"]] for year in (2025, 2026))
    assert old != new
    shutil.copytree(home / "keys", tmp_path / "anew" / "keys")
    town.build(tmp_path / "anew")
    assert served(tmp_path / "anew") == served(home)


def test_a_key_file_from_before_the_rotation_is_refused(town: Any, home: Path, at_epoch: Callable[[int], None]) -> None:
    master = home / "keys" / "master.key"
    backup = master.read_bytes()
    epochs.rotate(Home(home), date(2026, 1, 1))
    at_epoch(2)
    town.build(home)
    master.write_bytes(backup)
    with pytest.raises(KeyringError, match=r"not the key.*cell/2/2026-01-01"):
        town.build(home)
