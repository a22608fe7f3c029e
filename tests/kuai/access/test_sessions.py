"""Sessions of persons and displays: time, rotation, revocation, and what each stands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kuai.access.account import Profile
from kuai.access.admission import Statement
from kuai.access.records import Records
from kuai.access.sessions import Sessions
from kuai.access.signin import SignIn
from kuai.access.viewer import Place, Viewer
from kuai.disclosure.policy import Policy
from kuai.errors import AccessError
from kuai.home import Home
from kuai.web import AccessSettings

PASSWORD = "violet harbour tin whistle"  # noqa: S105 -- of accounts that live for a test
SITUATION = Statement("analyst", "situation")
HERE = (Place("station", "680102001"),)
ELSEWHERE = (Place("station", "680102002"),)


@pytest.fixture
def token(sign_in: SignIn, zhang: str) -> str:
    return sign_in.person(zhang, PASSWORD, SITUATION).token


@pytest.fixture
def key(sign_in: SignIn) -> str:
    return sign_in.devices.enrol(sign_in.devices.add("hall", HERE, sign_in.policy))


def test_a_session_is_bound_to_its_viewer(sign_in: SignIn, zhang: str) -> None:
    session = sign_in.person(zhang, PASSWORD, Statement("analyst", "study", "why"))
    assert session.viewer == Viewer("zhang", "analyst", HERE, "study", "why", session=session.viewer.session)
    assert sign_in.sessions.find(session.token) == session.viewer
    assert session.viewer.session not in session.token
    assert session.token not in repr(session)


def test_tokens_have_256_bits_and_are_not_kept(sign_in: SignIn, token: str, kept: Records) -> None:
    assert len(token) == 43
    assert token.encode() not in kept._path.read_bytes()
    assert sign_in.sessions.find("") is None
    assert sign_in.sessions.find(token[:-1]) is None


def test_it_ends_when_nobody_asks_and_in_any_case(sign_in: SignIn, token: str, clock: Any) -> None:
    for _ in range(24):
        clock.move(minutes=29)
        assert sign_in.sessions.find(token)
    clock.move(minutes=24, seconds=-1)
    assert sign_in.sessions.find(token)
    clock.move(seconds=1)
    assert sign_in.sessions.find(token) is None


def test_an_idle_one_ends(sign_in: SignIn, token: str, clock: Any) -> None:
    clock.move(minutes=30)
    assert sign_in.sessions.find(token) is None
    assert sign_in.sessions.all() == []


def test_a_new_sign_in_ends_the_session_the_browser_came_with(sign_in: SignIn, zhang: str, token: str) -> None:
    newer = sign_in.person(zhang, PASSWORD, SITUATION, replaced=token)
    assert newer.token != token
    assert sign_in.sessions.find(token) is None
    assert sign_in.sessions.find(newer.token) == newer.viewer


def test_signing_out_ends_it(sign_in: SignIn, token: str) -> None:
    sign_in.sessions.end(token)
    sign_in.sessions.end("none")
    assert sign_in.sessions.find(token) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda accounts: accounts.disable("zhang"),
        lambda accounts: accounts.set_roles("zhang", ("analyst",)),
        lambda accounts: accounts.set_scope("zhang", ELSEWHERE),
        lambda accounts: accounts.set_password("zhang", "another harbour tin whistle"),
        lambda accounts: accounts.one_time_password("zhang"),
        lambda accounts: accounts.change_password("zhang", "another harbour tin whistle"),
    ],
)
def test_every_change_of_the_account_ends_its_sessions_and_no_others(
    sign_in: SignIn, token: str, change: Callable[[Any], Any]
) -> None:
    sign_in.accounts.add(Profile("li", "", ("leader",)))
    other = sign_in.vouched("li", Statement("", "briefing")).token
    change(sign_in.accounts)
    assert sign_in.sessions.find(token) is None
    assert sign_in.sessions.find(other)


def test_a_failed_attempt_and_a_sign_in_elsewhere_end_nothing(sign_in: SignIn, zhang: str, token: str) -> None:
    with pytest.raises(AccessError):
        sign_in.person(zhang, "wrong", SITUATION)
    sign_in.person(zhang, PASSWORD, SITUATION)
    assert sign_in.sessions.find(token)
    assert len(sign_in.sessions.all()) == 2
    assert (sign_in.sessions.end_all(zhang), sign_in.sessions.all()) == (2, [])


def test_none_begins_for_an_account_that_changed_meanwhile(sign_in: SignIn, zhang: str, token: str) -> None:
    viewer = sign_in.sessions.find(token)
    assert viewer
    for wrong in (replace(viewer, scope=()), replace(viewer, role="steward"), replace(viewer, name="li")):
        with pytest.raises(AccessError, match="changed in the meantime"):
            sign_in.sessions.begin(wrong)
    sign_in.accounts.disable(zhang)
    with pytest.raises(AccessError, match="changed in the meantime"):
        sign_in.sessions.begin(viewer)


def test_another_worker_knows_it_and_another_policy_does_not(
    token: str, kept: Records, settings: AccessSettings, policy: Policy
) -> None:
    assert Sessions(kept, settings, policy.version).find(token)
    assert Sessions(kept, settings, "another").find(token) is None


def test_most_requests_write_nothing(sign_in: SignIn, token: str, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    writing = Records.writing
    monkeypatch.setattr(Records, "writing", lambda *given: written.append("") or writing(*given))
    for _ in range(60):
        clock.move(seconds=10)
        assert sign_in.sessions.find(token)
    assert 5 <= len(written) <= 10


def test_a_display_is_a_wall_and_nothing_more(sign_in: SignIn, key: str) -> None:
    session = sign_in.device(key)
    assert session.viewer == Viewer("hall", "wall", HERE, "situation", is_device=True, session=session.viewer.session)
    with pytest.raises(AccessError, match="changed in the meantime"):
        sign_in.sessions.begin(replace(session.viewer, role="leader"))
    assert sign_in.devices.get("hall").last_seen


def test_a_token_enrols_once_and_for_a_time(sign_in: SignIn, clock: Any) -> None:
    token = sign_in.devices.add("hall", HERE, sign_in.policy)
    assert sign_in.devices.get("hall").state == "awaited"
    sign_in.devices.enrol(f" {token.upper()} ")
    late = sign_in.devices.add("stairs", HERE, sign_in.policy)
    clock.move(hours=72)
    for wrong in (token, late, ""):
        with pytest.raises(AccessError, match="kuai device rotate"):
            sign_in.devices.enrol(wrong)


@pytest.mark.parametrize("change", ["rotate", "revoke"])
def test_a_display_that_is_rotated_or_revoked_is_out(sign_in: SignIn, key: str, change: str) -> None:
    session = sign_in.device(key)
    getattr(sign_in.devices, change)("hall")
    assert sign_in.sessions.find(session.token) is None
    with pytest.raises(AccessError, match="no display has this key"):
        sign_in.device(key)


def test_a_rotated_display_comes_in_again_by_its_new_token(sign_in: SignIn, key: str) -> None:
    sign_in.devices.revoke("hall")
    newer = sign_in.devices.enrol(sign_in.devices.rotate("hall"))
    assert newer != key
    assert sign_in.device(newer).viewer.name == "hall"


def test_displays_have_names_and_a_scope(sign_in: SignIn, key: str) -> None:
    with pytest.raises(AccessError, match="a device hall already"):
        sign_in.devices.add("Hall", HERE, sign_in.policy)
    with pytest.raises(AccessError, match="role wall needs a scope"):
        sign_in.devices.add("stairs", (), sign_in.policy)
    with pytest.raises(AccessError, match="did you mean hall"):
        sign_in.devices.revoke("hal")


def test_a_person_and_a_display_may_share_a_name(sign_in: SignIn, key: str) -> None:
    sign_in.accounts.add(Profile("hall", "", ("leader",)))
    person, display = sign_in.vouched("hall", Statement("", "briefing")), sign_in.device(key)
    sign_in.accounts.disable("hall")
    assert (sign_in.sessions.find(person.token), sign_in.sessions.find(display.token)) == (None, display.viewer)


def test_a_home_is_opened_with_its_own_settings(tmp_path: Any) -> None:
    (tmp_path / "settings.toml").write_text("[access]\none_time_hours = 5\n", "utf-8")
    assert SignIn.open(Home(tmp_path)).accounts.one_time_hours == 5
