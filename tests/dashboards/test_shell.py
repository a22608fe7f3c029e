"""The bar above every page, which pages it names to whom, and the states of parts of pages."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from kuai.access import Viewer
from kuai.errors import AccessError, GateError
from kuai.texts import LANGUAGES
from tests.dashboards.conftest import ANALYST

from dashboards import turning
from dashboards.words import Words

Said = Callable[[Any], str]
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("path", ["/", "/audit"])
def test_pages_have_an_address(path: str) -> None:
    assert turning.is_page(path)


def test_a_room_has_a_page_for_each_of_its_things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turning, "ROOMS", ("/unit/",))
    assert turning.is_page("/unit/station:1")
    assert not turning.is_page("/unit/station:1/deeper")
    assert not turning.is_page("/nothing")


def test_the_open_page_is_marked_in_words_too() -> None:
    from dashboards.components import shell

    bar = shell.bar(Words("en"), [("map", "/"), ("audit", "/audit")], "audit")
    links = bar.children[0].children
    assert [(one.className, getattr(one, "title", None)) for one in links] == [("", None), ("here", "This page")]


def test_each_role_is_named_the_pages_it_has_a_use_for(usual_application: Any, as_viewer: Callable[..., Any]) -> None:
    named = next(one for name, one in usual_application.callback_map.items() if name == "shell.children")
    found = {}
    for role in ("analyst", "oversight", "auditor", "wall"):
        with as_viewer(Viewer("x", role)):
            bar = inspect.unwrap(named["callback"])("/", "en")
            found[role] = [one.href for one in bar.children[0].children]
    assert found["auditor"] == ["/audit?lang=en"]
    assert "/audit?lang=en" in found["oversight"]
    assert "/?lang=en" in found["oversight"]
    assert "/audit?lang=en" not in found["analyst"] + found["wall"]


@pytest.mark.parametrize("path", ["/", "/desk", "/unit/station:s1", "/audit", "/nowhere"])
def test_a_page_without_an_answer_yet_is_in_the_readers_language(
    usual_application: Any, as_viewer: Callable[..., Any], path: str
) -> None:
    turn_to = inspect.unwrap(usual_application.callback_map["leaf.children"]["callback"])
    with as_viewer(ANALYST):
        zh, en, usual = (turn_to(path, search).to_plotly_json() for search in ("?lang=zh", "?lang=en", None))
    assert HAN.search(str(zh))
    assert not HAN.search(str(en))
    assert str(usual) == str(en)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_a_sign_a_name_and_a_sentence(said: Said, language: str) -> None:
    from dashboards.components import states

    assert len(set(states.SIGNS.values())) == len(states.SIGNS)
    for kind, sign in states.SIGNS.items():
        told = said(states.state(Words(language), kind)).split()
        assert told[0] == sign
        assert len(" ".join(told)) > 8


def test_what_is_refused_says_whether_it_was_for_permission(said: Said) -> None:
    from dashboards.components import states

    words = Words("en")
    denied = states.refused(words, AccessError("not for you"))
    wrong = states.refused(words, GateError("unknown level", remedy="did you mean beat?"))
    assert "part-not_permitted" in denied.className
    assert "part-failed" in wrong.className
    assert "did you mean beat?" in said(wrong)
    assert "是否要找 beat？" in said(
        states.refused(Words("zh"), GateError("unknown level", remedy="did you mean beat?"))
    )
