"""The second step of a sign-in: a code after the right password, and nothing without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from kuai import texts
from kuai.access import Place
from kuai.access.account import Profile
from kuai.access.signin import SignIn
from tests.dashboards.test_gatehouse import PASSWORD, error, said, send, token

if TYPE_CHECKING:
    from starlette.testclient import TestClient

AUDIT = {"as": "auditor/audit", "reason": "yearly review", "password": PASSWORD, "lang": "en", "next": "/audit"}

NEW = "another harbour tin whistle"


@pytest.fixture
def guarded(gatehouse: SignIn, request: pytest.FixtureRequest) -> Iterator[tuple[str, pyotp.TOTP]]:
    """Name of an auditor's account of its own, and its authenticator."""
    name = f"eve{abs(hash(request.node.name)) % 10**9}"
    gatehouse.accounts.add(Profile(name, "", ("auditor", "analyst"), (Place("city", "demo"),)))
    gatehouse.accounts.set_password(name, PASSWORD)
    yield name, pyotp.TOTP(gatehouse.factors.enable(name))
    gatehouse.accounts.disable(name)


def asked(client: TestClient, name: str) -> dict[str, str]:
    """Fields of the form for the code, once the password was right."""
    answer = send(client, "/signin", **AUDIT, name=name)
    assert answer.status_code == 200
    assert texts.text("gate.field.code", "en") in answer.text
    assert PASSWORD not in answer.text
    assert "kuai_session" not in client.cookies
    return {"token": token(answer.text), "lang": "en"}


def test_the_code_is_asked_for_after_the_password_and_leads_on(
    visitor: TestClient, guarded: tuple[str, pyotp.TOTP]
) -> None:
    name, authenticator = guarded
    fields = asked(visitor, name)
    assert visitor.get("/audit").status_code == 401
    assert error(visitor.post("/code", data={**fields, "code": "000000"})) == said("code")
    answer = visitor.post("/code", data={**fields, "code": authenticator.now()})
    assert (answer.status_code, answer.headers["location"]) == (303, "/audit")
    assert visitor.get("/audit").status_code == 200
    assert "kuai_step" not in visitor.cookies


def test_a_code_comes_in_once(enter: Callable[..., TestClient], guarded: tuple[str, pyotp.TOTP]) -> None:
    name, authenticator = guarded
    one, other = enter(), enter()
    code = authenticator.now()
    first, second = asked(one, name), asked(other, name)
    assert one.post("/code", data={**first, "code": code}).status_code == 303
    assert error(other.post("/code", data={**second, "code": code})) == said("code")
    assert error(one.post("/code", data={**first, "code": authenticator.now()})) in (said("step"), said("expired"))


def test_without_a_password_before_no_code_is_good(
    enter: Callable[..., TestClient], guarded: tuple[str, pyotp.TOTP]
) -> None:
    name, authenticator = guarded
    asked(enter(), name)
    stranger = enter()
    assert error(send(stranger, "/code", code=authenticator.now(), lang="en")) == said("step")
    stranger.cookies.set("kuai_step", "x" * 43, "127.0.0.1", "/")
    assert error(send(stranger, "/code", code=authenticator.now(), lang="en")) == said("step")


def test_the_language_may_be_changed_at_the_second_step(visitor: TestClient, guarded: tuple[str, pyotp.TOTP]) -> None:
    name, authenticator = guarded
    fields = asked(visitor, name)
    answer = visitor.post("/code", data={**fields, "lang": "zh", "code": authenticator.now()})
    assert answer.headers["location"] == "/audit?lang=zh"


def test_guesses_lock_the_account_and_are_told_the_same(visitor: TestClient, guarded: tuple[str, pyotp.TOTP]) -> None:
    name, authenticator = guarded
    fields = asked(visitor, name)
    for _ in range(5):
        assert error(visitor.post("/code", data={**fields, "code": "000000"})) == said("code")
    assert error(visitor.post("/code", data={**fields, "code": authenticator.now()})) == said("code")
    assert error(send(visitor, "/signin", **AUDIT, name=name)) == said("refused")


def test_a_sign_in_that_waits_ends_when_the_account_changes(
    visitor: TestClient, gatehouse: SignIn, guarded: tuple[str, pyotp.TOTP], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, authenticator = guarded
    fields = asked(visitor, name)
    later = gatehouse.accounts._records.now() + 5
    monkeypatch.setattr(gatehouse.accounts._records, "_clock", lambda: _at(later))
    gatehouse.accounts.set_roles(name, ("auditor",))
    answer = visitor.post("/code", data={**fields, "code": authenticator.at(later)})
    assert error(answer) == said("step")
    assert "kuai_session" not in visitor.cookies


def test_a_password_is_changed_with_a_code_only(visitor: TestClient, guarded: tuple[str, pyotp.TOTP]) -> None:
    name, authenticator = guarded
    fields = {"name": name, "password": PASSWORD, "new": NEW, "again": NEW, "lang": "en"}
    for wrong in ({}, {"code": "000000"}):
        assert error(send(visitor, "/password", **fields, **wrong)) == said("code")
    code = authenticator.now()
    assert error(send(visitor, "/password", **fields | {"new": "short", "again": "short"}, code=code)) == said("weak")
    assert send(visitor, "/password", **fields, code=code).status_code == 303
    assert error(send(visitor, "/signin", **AUDIT, name=name)) == said("refused")


def _at(seconds: int) -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC)


def test_a_role_that_needs_it_is_not_taken_without(
    visitor: TestClient, gatehouse: SignIn, guarded: tuple[str, pyotp.TOTP]
) -> None:
    gatehouse.factors.disable(guarded[0])
    assert error(send(visitor, "/signin", **AUDIT, name=guarded[0])) == said("not_yours")
    assert send(visitor, "/signin", **AUDIT | {"as": "analyst/planning"}, name=guarded[0]).status_code == 303
