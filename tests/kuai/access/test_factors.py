"""The codes of an authenticator: those of the standard, each good once, and no more tries than with a password."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pyotp
import pytest

from kuai import cli
from kuai.access.account import Profile
from kuai.access.accounts import Accounts
from kuai.access.admission import Statement
from kuai.access.factors import Factors, address, step_of
from kuai.access.records import Records
from kuai.access.signin import SignIn
from kuai.access.viewer import Place
from kuai.errors import AccessError
from kuai.home import Home
from kuai.settings import AccessSettings

PASSWORD = "violet harbour tin whistle"  # noqa: S105 -- of accounts that live for a test
AUDIT = Statement("auditor", "audit", "yearly review")
# RFC 6238, appendix B, SHA-1, the last six of its eight digits.
VECTORS = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}
KEY = base64.b32encode(b"12345678901234567890").decode()


@pytest.fixture
def factors(kept: Records, settings: AccessSettings, accounts: Accounts) -> Factors:
    return Factors(kept, settings, accounts)


@pytest.fixture
def eva(accounts: Accounts) -> str:
    accounts.add(Profile("eva", "", ("auditor",), (Place("city", "demo"),)))
    accounts.set_password("eva", PASSWORD)
    return "eva"


@pytest.fixture
def code(clock: Any) -> Callable[..., str]:
    """Code of a secret at the present moment, or some steps away: `code(secret, -1)`."""
    return lambda secret, steps=0: pyotp.TOTP(secret).at(clock().timestamp() + 30 * steps)


@pytest.mark.parametrize(("now", "code"), VECTORS.items())
def test_codes_are_those_of_the_standard(now: int, code: str) -> None:
    assert step_of(KEY, code, now) == now // 30
    assert step_of(KEY, f" {code[:3]} {code[3:]} ", now) == now // 30
    assert step_of(KEY, code, now + 30) == now // 30
    assert step_of(KEY, code, now + 60 + 30) is None


@pytest.mark.parametrize("code", ["", "0", "000000", "28708", "2870820", "abcdef", "٢٨٧٠٨٢x", "\ud800"])
def test_nothing_else_is_a_code(code: str) -> None:
    assert step_of(KEY, code, 59) is None


def test_a_code_is_good_once_and_none_before_it(factors: Factors, eva: str, code: Any, clock: Any) -> None:
    secret = factors.enable(eva)
    assert factors.confirm(eva, code(secret)).name == eva
    for steps in (0, -1):
        with pytest.raises(AccessError):
            factors.confirm(eva, code(secret, steps))
    assert factors.confirm(eva, code(secret, 1)).failures == 2
    clock.move(seconds=60)
    assert factors.confirm(eva, code(secret)).failures == 0


def test_of_many_who_send_one_code_at_once_one_comes_in(factors: Factors, eva: str, code: Any) -> None:
    now = code(factors.enable(eva))

    def tried(_: int) -> bool:
        try:
            return bool(factors.confirm(eva, now))
        except AccessError:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(tried, range(4))) == 1


def test_guessing_codes_locks_the_account_though_the_password_is_known(
    factors: Factors, accounts: Accounts, eva: str, code: Any
) -> None:
    secret = factors.enable(eva)
    tries = 0
    while accounts.get(eva).locked_until is None:
        accounts.sign_in(eva, PASSWORD)
        with pytest.raises(AccessError):
            factors.confirm(eva, "000000")
        tries += 1
    assert tries == 5
    for ask in (lambda: factors.confirm(eva, code(secret)), lambda: accounts.sign_in(eva, PASSWORD)):
        with pytest.raises(AccessError, match="locked"):
            ask()


def test_the_right_password_alone_forgets_no_failure_and_counts_none(
    factors: Factors, accounts: Accounts, eva: str, code: Any
) -> None:
    secret = factors.enable(eva)
    for _ in range(3):
        with pytest.raises(AccessError):
            accounts.sign_in(eva, "wrong")
    for _ in range(3):
        assert accounts.sign_in(eva, PASSWORD).has_second_factor
    assert (accounts.get(eva).failures, accounts.get(eva).last_sign_in) == (3, None)
    factors.confirm(eva, code(secret))
    assert accounts.get(eva).failures == 0
    assert accounts.get(eva).last_sign_in


def test_after_a_lock_has_run_out_the_owner_comes_in(
    factors: Factors, accounts: Accounts, eva: str, code: Any, clock: Any
) -> None:
    secret = factors.enable(eva)
    for _ in range(5):
        with pytest.raises(AccessError):
            accounts.sign_in(eva, "wrong")
    clock.move(days=1)
    assert accounts.sign_in(eva, PASSWORD).has_second_factor
    factors.confirm(eva, code(secret))
    assert (accounts.get(eva).failures, accounts.get(eva).locked_until) == (0, None)


def test_a_change_of_the_password_does_not_forget_wrong_codes(factors: Factors, accounts: Accounts, eva: str) -> None:
    factors.enable(eva)
    password, tries = PASSWORD, 0
    while accounts.get(eva).locked_until is None:
        accounts.sign_in(eva, password)
        with pytest.raises(AccessError):
            factors.confirm(eva, "000000")
        tries += 1
        if accounts.get(eva).locked_until is None:
            accounts.change_password(eva, f"{PASSWORD} {tries}")
            password = f"{PASSWORD} {tries}"
    assert tries == 5


@pytest.mark.parametrize("name", ["nobody", "zhang"])
def test_without_a_second_factor_no_code_is_right(factors: Factors, zhang: str, name: str) -> None:
    with pytest.raises(AccessError):
        factors.confirm(name, "000000")


def test_a_session_needs_the_code_where_there_is_one(sign_in: SignIn, eva: str, code: Any) -> None:
    with pytest.raises(AccessError, match="role auditor needs a second factor, and eva has none"):
        sign_in.person(eva, PASSWORD, AUDIT)
    secret = sign_in.factors.enable(eva)
    for wrong in ("", "000000"):
        with pytest.raises(AccessError):
            sign_in.person(eva, PASSWORD, AUDIT, "", wrong)
    session = sign_in.person(eva, PASSWORD, AUDIT, "", code(secret))
    assert sign_in.sessions.find(session.token)
    sign_in.factors.disable(eva)
    assert sign_in.sessions.find(session.token) is None
    assert not sign_in.accounts.get(eva).has_second_factor


def test_whom_another_system_vouches_for_has_its_factors(sign_in: SignIn, eva: str) -> None:
    assert sign_in.vouched(eva, AUDIT).viewer.role == "auditor"


def test_a_file_of_an_older_kuai_gets_what_it_lacks(kept: Records, zhang: str, accounts: Accounts) -> None:
    with closing(sqlite3.connect(kept._path)) as connection:
        for column in ("otp_secret", "otp_step"):
            connection.execute(f"ALTER TABLE account DROP COLUMN {column}")
        connection.execute("PRAGMA user_version = 1")
    Records(kept._path.parent)
    assert not accounts.get(zhang).has_second_factor
    assert accounts.sign_in(zhang, PASSWORD).name == zhang


def test_the_secret_is_told_once_and_in_a_private_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KUAI_HOME", str(tmp_path))
    SignIn.open(Home(tmp_path)).accounts.add(Profile("eva", "", ("auditor",)))
    assert cli.main(["user", "second-factor", "eva", "--enable", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(base64.b32decode(told["secret"])) == 20
    assert told["otpauth"] == address("eva", told["secret"])
    assert told["otpauth"].startswith("otpauth://totp/Kuai:eva?secret=")
    assert told["second_factor"]
    assert cli.main(["user", "list", "--json"]) == 0
    assert told["secret"] not in capsys.readouterr().out
    assert (tmp_path / "access" / "access.sqlite").stat().st_mode & 0o077 == 0
    assert cli.main(["user", "second-factor", "eva", "--enable"]) == 0
    assert "it is shown only now" in capsys.readouterr().out
    assert cli.main(["user", "second-factor", "eva", "--disable", "--json"]) == 0
    assert not json.loads(capsys.readouterr().out)["second_factor"]
