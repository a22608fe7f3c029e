"""Passwords: which are refused, and what a hash of the real cost is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kuai.access.passwords import Passwords, generated
from kuai.errors import AccessError
from kuai.settings import Settings
from kuai.web import AccessSettings


@pytest.fixture
def passwords(settings: AccessSettings, tmp_path: Path) -> Passwords:
    return Passwords(settings, tmp_path / "breached.txt")


@pytest.mark.parametrize(
    "password",
    [
        "short one", "elevenchars", "password1234", "Password123456!", "PASSWORDpassword", "qwertyuiop123",
        "123456789012", "aaaaaaaaaaaa", "abababababab", "Kuai-Analyst-2026", "jingcha110110", "zhangwei-zhangwei",
        "iewgnahz2026!", "woaini5201314", "a" * 129,
    ],
)  # fmt: skip
def test_what_can_be_guessed_is_refused(passwords: Passwords, password: str) -> None:
    with pytest.raises(AccessError, match=r"characters|common words"):
        passwords.check(password, "zhangwei")


@pytest.mark.parametrize(
    "password", ["violet harbour tin whistle", "块数据很好但今天下雨了啊", "x7x7qLmVtR9w", "ab cd ef gh ij " * 8]
)
def test_long_ones_of_any_characters_are_good(passwords: Passwords, password: str) -> None:
    passwords.check(password, "zhangwei")
    assert passwords.verify(passwords.hash(password), password)
    assert not passwords.verify(passwords.hash(password), password + " ")


def test_one_that_has_leaked_is_refused(passwords: Passwords, tmp_path: Path) -> None:
    (tmp_path / "breached.txt").write_text("first\nviolet harbour tin whistle\n", "utf-8")
    with pytest.raises(AccessError, match="leaked"):
        passwords.check("violet harbour tin whistle", "zhangwei")
    passwords.check("violet harbour tin whistles", "zhangwei")


def test_no_hash_and_no_text_is_a_failure_and_no_error(passwords: Passwords) -> None:
    assert not passwords.verify("", "violet harbour tin whistle")
    assert not passwords.verify("$argon2id$broken", "violet harbour tin whistle")
    assert not passwords.verify(passwords.hash("violet harbour tin whistle"), "\ud800" * 12)
    assert not passwords.verify(passwords.hash(""), "x" * 129)


def test_generated_ones_are_all_different_and_good(passwords: Passwords) -> None:
    found = {generated() for _ in range(100)}
    assert len(found) == 100
    for one in found:
        passwords.check(one, "zhangwei")


@pytest.mark.slow
def test_the_real_cost_is_what_rfc_9106_recommends() -> None:
    passwords = Passwords(Settings.load(None, {}).access)
    kept = passwords.hash("violet harbour tin whistle")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.verify(kept, "violet harbour tin whistle")


def test_other_parameters_make_a_hash_outdated(settings: AccessSettings) -> None:
    kept = Passwords(settings).hash("violet harbour tin whistle")
    assert not Passwords(settings).is_outdated(kept)
    assert Passwords(replace(settings, hash_passes=2)).is_outdated(kept)
