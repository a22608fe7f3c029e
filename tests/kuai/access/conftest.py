"""The room with a clock that stands until it is moved, and hashes that cost next to nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kuai.access.account import Profile
from kuai.access.accounts import Accounts
from kuai.access.devices import Devices
from kuai.access.factors import Factors
from kuai.access.records import Records
from kuai.access.sessions import Sessions
from kuai.access.signin import SignIn
from kuai.access.viewer import Place
from kuai.disclosure.policy import Policy
from kuai.settings import Settings, conf_folder
from kuai.web import AccessSettings

PASSWORD = "violet harbour tin whistle"  # noqa: S105 -- of accounts that live for a test
STATION = Place("station", "680102001")


@dataclass
class Clock:
    at: datetime = datetime(2026, 3, 2, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture(scope="session")
def policy() -> Policy:
    return Policy.load()


@pytest.fixture(scope="session")
def settings() -> AccessSettings:
    """Settings of base.toml, but for the cost of a hash, which no setting may make so small."""
    return replace(Settings.load(None, {}).access, hash_passes=1, hash_memory_kb=8, hash_lanes=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(tmp_path: Path, clock: Clock) -> Records:
    return Records(tmp_path / "access", clock)


@pytest.fixture
def accounts(kept: Records, settings: AccessSettings, tmp_path: Path) -> Accounts:
    return Accounts(kept, settings, tmp_path / "breached.txt")


@pytest.fixture
def devices(kept: Records, settings: AccessSettings) -> Devices:
    return Devices(kept, settings)


@pytest.fixture
def sign_in(kept: Records, settings: AccessSettings, accounts: Accounts, devices: Devices, policy: Policy) -> SignIn:
    factors = Factors(kept, settings, accounts)
    return SignIn(policy, accounts, devices, Sessions(kept, settings, policy.version), factors)


@pytest.fixture
def zhang(accounts: Accounts) -> str:
    """Account of an analyst who also is a leader."""
    accounts.add(Profile("zhang", "张三", ("analyst", "leader"), (STATION,)))
    return accounts.set_password("zhang", PASSWORD).name


@pytest.fixture(scope="session")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Copy of the policy file with some texts replaced, each where it stands first."""

    def make(*replaced: tuple[str, str]) -> Path:
        text = (conf_folder() / "privacy.toml").read_text("utf-8")
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path_factory.mktemp("policy") / "privacy.toml"
        path.write_text(text, "utf-8")
        return path

    return make
