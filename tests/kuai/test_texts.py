"""Texts: one registry, both languages, no silence about a missing key."""

from __future__ import annotations

import pytest

from kuai import texts
from kuai.audit.entry import ACTIONS, OUTCOMES
from kuai.errors import SettingsError
from kuai.store.states import NAMES


def test_a_text_is_filled_in_in_either_language() -> None:
    assert texts.text("age.hours", "en", n=3) == "3 h"
    assert texts.text("age.hours", "zh", n=3) == "3 小时"


def test_every_state_has_a_text() -> None:
    assert all(texts.has(f"state.{name}") for name in NAMES)


def test_whatever_the_audit_holds_has_a_text() -> None:
    assert [one for one in ACTIONS if not texts.has(f"action.{one}")] == []
    assert [one for one in OUTCOMES if not texts.has(f"outcome.{one}")] == []


@pytest.mark.parametrize(
    ("key", "language", "message"),
    [("age.huors", "en", "no text"), ("age.hours", "fr", "no language"), ("age.hours", "en", "needs a value for 'n'")],
)
def test_a_wrong_key_language_or_field_is_an_error(key: str, language: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        texts.text(key, language)


def test_the_variable_chooses_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUAI_LANG", raising=False)
    assert texts.language("en") == "en"
    monkeypatch.setenv("KUAI_LANG", "zh")
    assert texts.language("en") == "zh"
    monkeypatch.setenv("KUAI_LANG", "fr")
    with pytest.raises(SettingsError):
        texts.language("en")
