"""Nothing that is kept for one viewer, of one snapshot or under one policy is shown to another, of or under another."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from kuai.access import Place, Viewer
from kuai.access.account import Profile
from kuai.access.signin import SignIn
from kuai.disclosure.klasses import Rule
from kuai.disclosure.policy import Policy
from kuai.home import Home
from kuai.serving import Question, Serving
from kuai.settings import Settings
from kuai.store.reader import Reader
from tests.dashboards.city import CASES, TABLES
from tests.dashboards.conftest import PASSWORD
from tests.dashboards.mapping.reading import drawn

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from dashboards.mapping.mapping import Mapping

pytestmark = pytest.mark.slow

QUESTION = Question("incident_count", "station", "month", date(2018, 3, 1), date(2018, 3, 31))
EAST = Viewer("east", "analyst", (Place("county", "c0"),), "planning")
WEST = Viewer("west", "leader", (Place("county", "c1"),), "briefing")
WALL = Viewer("screen", "wall", (Place("city", "demo"),), "situation", is_device=True)
EVERYBODY = (EAST, WEST, WALL)


def seen(serving: Serving, viewer: Viewer) -> dict[str, float | str]:
    """Value, or state, by area."""
    rows = serving.seen_by(viewer, lambda _: None).ask(QUESTION).rows
    shown = zip(rows["area"], rows["value"], rows["state"], strict=True)
    return {area: value if state == "value" else state for area, value, state in shown}


def expected(viewer: Viewer, more: int = 0) -> dict[str, float | str]:
    inside = {"east": {"s0", "s1", "s2"}, "west": {"s3", "s4", "s5"}}.get(viewer.name, set(CASES))
    return {code: float(n + more) if code in inside else "not_permitted" for code, n in CASES.items()}


@pytest.mark.parametrize("order", [EVERYBODY, EVERYBODY[::-1]])
def test_one_question_has_an_answer_for_each(serving: Serving, order: tuple[Viewer, ...]) -> None:
    for viewer in (*order, *order):
        assert seen(serving, viewer) == expected(viewer)


def test_one_question_asked_by_all_at_once_has_an_answer_for_each(serving: Serving) -> None:
    with ThreadPoolExecutor(8) as pool:
        many = EVERYBODY * 12
        assert list(pool.map(lambda viewer: seen(serving, viewer), many)) == [expected(one) for one in many]


def test_no_answer_is_kept(serving: Serving) -> None:
    """Who keeps answers has to key them by question, policy, audience, scope and snapshot, and to prove it here."""
    gc.freeze()  # what is there already is not looked through below
    answer = serving.seen_by(EAST, lambda _: None).ask(QUESTION)
    kept = weakref.ref(answer), weakref.ref(answer.rows)
    del answer
    gc.collect()
    assert [one() for one in kept] == [None, None]


def test_another_snapshot_has_other_answers(publish: Callable[..., Home]) -> None:
    serving = Serving.open(publish("s1", **TABLES), "demo")
    before = {viewer.name: seen(serving, viewer) for viewer in EVERYBODY}
    area = TABLES["area"].replace("s0 | c0", "s0 | c1")
    cell = TABLES["cell"].replace("2018-03-01 | all | 12", "2018-03-01 | all | 4711")
    publish("s2", **TABLES | {"cell": cell, "area": area})
    after = {viewer.name: seen(serving, viewer) for viewer in EVERYBODY}
    assert before["east"] == expected(EAST)
    assert (after["east"]["s2"], after["east"]["s0"], after["west"]["s0"]) == (4711, "not_permitted", 3)
    serving.close()


def test_another_policy_has_other_answers_of_the_same_file(publish: Callable[..., Home]) -> None:
    reader = Reader(publish(**TABLES).city("demo").store, Settings.load(None, {}).serve)
    policy = Policy.load()
    stricter = replace(
        policy.klasses["incident"], rules={**policy.klasses["incident"].rules, "analyst": Rule(minimum=5)}
    )
    other = replace(policy, version="other", klasses={**policy.klasses, "incident": stricter})
    for used, state in ((policy, 3.0), (other, "suppressed"), (policy, 3.0)):
        assert seen(Serving(reader, used), EAST)["s0"] == state
    reader.close()


@pytest.fixture
def clients(enter: Callable[..., TestClient], gatehouse: SignIn, session_cookie: Callable[..., str]) -> Any:
    """Browsers of somebody in the east and of somebody in the west."""
    known = {one.name for one in gatehouse.accounts.all()}
    for viewer in (EAST, WEST):
        if viewer.name not in known:
            gatehouse.accounts.add(Profile(viewer.name, "", (viewer.role,), viewer.scope))
            gatehouse.accounts.set_password(viewer.name, PASSWORD)
    return {one.name: enter(session_cookie(one.name, one.role, one.purpose)) for one in (EAST, WEST)}


def test_a_page_is_for_whoever_asked_for_it(
    clients: dict[str, TestClient], ask: Callable[..., Any], mapping: Mapping
) -> None:
    def told(name: str) -> set[float]:
        answer = clients[name].post("/_dash-update-component", json=ask("?lang=en&level=station"))
        assert answer.headers["cache-control"] == "no-store"
        assert not {"etag", "last-modified"} & set(answer.headers)
        found = drawn(mapping, {f"map.{key}": value for key, value in answer.json()["response"]["map"].items()})
        return {found.told[code] for code in found.numbers.keys() - found.states.keys()}

    names = ["east", "west", "west", "east"]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(told, names))
    for name, values in zip(names, found, strict=True):
        assert values == ({3, 7, 12} if name == "east" else {0, 25, 40})


def test_shapes_asked_for_as_of_a_snapshot_to_come_are_not_kept(analyst: TestClient) -> None:
    path = "/shapes/{}/police/station/2018-03-01/lo.bin"
    assert "immutable" in analyst.get(path.format("s1")).headers["cache-control"]
    assert analyst.get(path.format("s2")).headers["cache-control"] == "no-store"
