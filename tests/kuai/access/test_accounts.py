"""Accounts: sign-in, lockout and its end, uniform refusal, one-time passwords."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kuai.access.account import MustChangeError, Profile, check_profile
from kuai.access.accounts import Accounts
from kuai.access.admission import Statement
from kuai.access.passwords import Passwords
from kuai.access.records import Records, place
from kuai.access.viewer import Place
from kuai.disclosure.policy import Policy
from kuai.errors import AccessError
from kuai.web import AccessSettings

PASSWORD = "violet harbour tin whistle"  # noqa: S105 -- of accounts that live for a test
HERE = (Place("station", "680102001"),)


def refused(accounts: Accounts, name: str, password: str = PASSWORD) -> str:
    with pytest.raises(AccessError) as caught:
        accounts.sign_in(name, password)
    return str(caught.value)


def fail(accounts: Accounts, times: int) -> None:
    for _ in range(times):
        refused(accounts, "zhang", "wrong")


def test_the_right_password_lets_in_whatever_the_case_of_the_name(accounts: Accounts, zhang: str) -> None:
    assert accounts.sign_in(" Zhang ", PASSWORD).profile == Profile("zhang", "张三", ("analyst", "leader"), HERE)
    assert accounts.get(zhang).last_sign_in is not None


def test_nobody_has_a_password_before_one_was_given(accounts: Accounts) -> None:
    accounts.add(Profile("li", "", ("leader",)))
    assert not accounts.get("li").has_password
    assert {refused(accounts, "li", one) for one in ("", "li", PASSWORD)} == {refused(accounts, "nobody")}


def test_every_refusal_takes_the_same_steps_and_says_the_same(
    accounts: Accounts, zhang: str, kept: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    verify, writing = Passwords.verify, Records.writing
    monkeypatch.setattr(Passwords, "verify", lambda *given: steps.append("verify") or verify(*given))
    monkeypatch.setattr(Records, "writing", lambda *given: steps.append("write") or writing(*given))
    accounts.add(Profile("gone", "", ("leader",)))
    accounts.set_password("gone", PASSWORD)
    accounts.disable("gone")
    told, taken = set(), set()
    for name, password in ((zhang, "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD), (zhang, "x" * 4000)):
        steps.clear()
        told.add(refused(accounts, name, password))
        taken.add(tuple(steps))
    assert (len(told), taken) == (1, {("write", "verify")})


def test_the_hash_of_nobody_costs_what_the_others_cost(settings: AccessSettings) -> None:
    passwords = Passwords(settings)
    assert passwords._nobodys.split("$")[:4] == passwords.hash(PASSWORD).split("$")[:4]
    assert not passwords.is_outdated(passwords._nobodys)


def test_failures_lock_and_every_further_one_doubles_the_time(accounts: Accounts, zhang: str, clock: Any) -> None:
    fail(accounts, 4)
    assert accounts.sign_in(zhang, PASSWORD).failures == 4
    fail(accounts, 5)
    assert refused(accounts, zhang) == refused(accounts, "nobody")
    clock.move(minutes=5, seconds=-1)
    refused(accounts, zhang)
    clock.move(seconds=1)
    refused(accounts, zhang, "wrong")
    clock.move(minutes=10, seconds=-1)
    refused(accounts, zhang)
    clock.move(seconds=1)
    assert accounts.sign_in(zhang, PASSWORD).failures == 6
    assert accounts.get(zhang).failures == 0


def test_a_lockout_has_a_longest_time(accounts: Accounts, zhang: str, clock: Any) -> None:
    for _ in range(12):
        refused(accounts, zhang, "wrong")
        clock.move(hours=4)
    assert accounts.sign_in(zhang, PASSWORD).name == zhang


def test_an_attempt_while_locked_is_not_counted(accounts: Accounts, zhang: str) -> None:
    fail(accounts, 9)
    assert accounts.get(zhang).failures == 5
    accounts.enable(zhang)
    assert accounts.sign_in(zhang, PASSWORD).state(accounts.get(zhang).created) == "active"


def test_many_at_once_cannot_exceed_the_limit(accounts: Accounts, zhang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr(Passwords, "verify", lambda _, kept, __: bool(kept and looked_at.append(kept)))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: refused(accounts, zhang, "wrong"), range(12)))
    assert len(looked_at) == 5


def test_a_one_time_password_is_good_for_choosing_another_only(accounts: Accounts, zhang: str, policy: Policy) -> None:
    given = accounts.one_time_password(zhang)
    refused(accounts, zhang)
    found = accounts.sign_in(zhang, given)
    with pytest.raises(MustChangeError, match="has to be changed first"):
        found.request(Statement("leader", "briefing"))
    with pytest.raises(AccessError, match="12 to 128 characters"):
        accounts.change_password(zhang, "short")
    accounts.change_password(zhang, PASSWORD)
    assert accounts.sign_in(zhang, PASSWORD).request(Statement("leader", "briefing")).scope == HERE
    refused(accounts, zhang, given)


def test_a_one_time_password_ends_by_itself(accounts: Accounts, zhang: str, clock: Any) -> None:
    given = accounts.one_time_password(zhang)
    clock.move(hours=72)
    assert refused(accounts, zhang, given) == refused(accounts, "nobody")


def test_a_hash_is_made_anew_when_its_cost_is_raised(
    accounts: Accounts, zhang: str, kept: Records, settings: AccessSettings
) -> None:
    dearer = Accounts(kept, replace(settings, hash_passes=2))
    changed = accounts.get(zhang).changed
    assert dearer.sign_in(zhang, PASSWORD)
    with kept.reading() as connection:
        assert "t=2" in connection.execute("SELECT hash FROM account").fetchone()["hash"]
    assert (dearer.sign_in(zhang, PASSWORD).name, dearer.get(zhang).changed) == (zhang, changed)


def test_a_role_is_chosen_among_ones_own(accounts: Accounts, zhang: str) -> None:
    found = accounts.get(zhang)
    assert found.request(Statement("leader")).statement.role == "leader"
    with pytest.raises(AccessError, match="may act as: analyst, leader"):
        found.request(Statement())
    with pytest.raises(AccessError, match="does not have the role 'steward'"):
        found.request(Statement("steward"))
    with pytest.raises(AccessError, match="is disabled"):
        accounts.disable(zhang).request(Statement("leader"))
    assert accounts.set_roles(zhang, ("leader",)).profile.roles == ("leader",)


def test_a_person_vouched_for_needs_an_account_that_stands(accounts: Accounts, zhang: str) -> None:
    assert accounts.vouched("ZHANG").name == zhang
    accounts.disable(zhang)
    for name in (zhang, "nobody"):
        with pytest.raises(AccessError, match="not right"):
            accounts.vouched(name)


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        (Profile("a", "", ()), "has no role"),
        (Profile("a", "", ("analist",), HERE), "did you mean analyst"),
        (Profile("a", "", ("wall",), HERE), "for displays"),
        (Profile("a", "", ("leader", "analyst")), "needs a scope"),
    ],
)
def test_a_profile_that_could_never_come_in_is_refused(policy: Policy, profile: Profile, said: str) -> None:
    with pytest.raises(AccessError, match=said):
        check_profile(policy, profile)


def test_names_and_areas_are_checked(accounts: Accounts, zhang: str) -> None:
    with pytest.raises(AccessError, match="an account zhang already"):
        accounts.add(Profile("Zhang", "", ("leader",)))
    for name in ("", "a b", "../etc", "-x", "x" * 64, "张三"):
        with pytest.raises(AccessError, match="is no name"):
            accounts.add(Profile(name, "", ("leader",)))
    with pytest.raises(AccessError, match="did you mean zhang"):
        accounts.get("zang")
    with pytest.raises(AccessError, match="names no area"):
        place("680102001")


def test_the_file_is_its_owners_and_survives(accounts: Accounts, zhang: str, tmp_path: Path, clock: Any) -> None:
    file = tmp_path / "access" / "access.sqlite"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert PASSWORD.encode() not in file.read_bytes()
    Records(file.parent, clock)
    file.chmod(0o640)
    with pytest.raises(AccessError, match="open to other users"):
        Records(file.parent)


def test_a_file_that_is_none_or_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    Records(tmp_path / "new")
    with sqlite3.connect(tmp_path / "new" / "access.sqlite") as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(AccessError, match="newer Kuai"):
        Records(tmp_path / "new")
    (tmp_path / "new" / "access.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(AccessError, match="cannot be used"):
        Records(tmp_path / "new")


def test_a_file_that_is_held_or_gone_is_told(kept: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kuai.access.records._WAIT_SECONDS", 0)
    with kept.writing(), pytest.raises(AccessError, match="locked"), kept.writing():
        pass
    kept._path.unlink()
    with pytest.raises(AccessError, match="unable to open"), kept.reading():
        pass
    assert not kept._path.exists()


def test_two_may_open_a_new_home_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(lambda _: Records(tmp_path / "both"), range(8)))) == 8
