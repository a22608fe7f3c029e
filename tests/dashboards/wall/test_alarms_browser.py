"""The page of alarms in a real browser: it is worked by keys alone, follows what others do, and is open to all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kuai import texts
from kuai.access import Place
from kuai.access.account import Profile
from kuai.access.admission import Statement, admit
from kuai.access.signin import SignIn
from kuai.alarms.entry import Finding, Point
from kuai.home import Home
from tests.dashboards import visiting
from tests.dashboards.conftest import PASSWORD
from tests.dashboards.wall.conftest import BUDGET_ENDS
from tests.dashboards.wall.hall import PATIENCE, Hall, hall, nursery

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

__all__ = ["hall", "nursery"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STANDS = Finding(fires=True, period="2018-03", respond_minutes=30)


@pytest.fixture
def duty(hall: Hall, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Page of somebody who has signed in: `duty("analyst")`."""
    hall.book.renew({Point("many", Place("station", one)): STANDS for one in ("s5", "s1")})
    hall.serve(BUDGET_ENDS)
    opened: list[BrowserContext] = []

    def enter(role: str) -> Page:
        opened.append(browser.new_context(viewport=visiting.SIZE))
        opened[-1].add_cookies([{"name": "kuai_session", "value": _token(hall.home, role), "url": hall.site}])
        page = opened[-1].new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        return page

    yield enter
    for one in opened:
        one.close()


def _token(home: Home, role: str) -> str:
    signin = SignIn.open(home)
    if role not in [one.name for one in signin.accounts.all()]:
        signin.accounts.add(Profile(role, "", (role,), (Place("city", "demo"),)))
        signin.accounts.set_password(role, PASSWORD)
    request = signin.accounts.get(role).request(Statement(role, signin.policy.purposes(role)[0].name, "why"))
    return str(signin.sessions.begin(admit(signin.policy, request)).token)


def states(hall: Hall) -> list[str]:
    return [one.state for one in hall.book.all()]


def hours(hall: Hall) -> float:
    """Hours that the alarm which was put aside last is away for."""
    act = hall.book.acts()[-1]
    return (datetime.strptime(act.about[:17], "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC) - act.at) / timedelta(hours=1)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_an_alarm_is_attended_to_by_keys_alone(hall: Hall, duty: Callable[..., Page]) -> None:
    page = duty("analyst")
    page.goto(f"{hall.site}/unit?lang=en")
    page.wait_for_selector("#alarms-waiting:has-text('2 not acknowledged')", timeout=PATIENCE)
    page.click(".shell a:has-text('Alarms')", timeout=PATIENCE)
    page.wait_for_selector(".alarms-card", timeout=PATIENCE)
    for _ in range(30):
        page.keyboard.press("Tab")
        if focused(page) == "alarm-1-acknowledge":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#alarms-said:has-text('Station s5: acknowledged')", timeout=PATIENCE)
    page.wait_for_function("document.activeElement.id === 'alarm-1'", timeout=PATIENCE)
    page.wait_for_selector("#alarms-waiting:has-text('1 not acknowledged')", timeout=PATIENCE)
    assert states(hall) == ["acknowledged", "standing"]
    page.focus("#alarm-2-shelve")
    page.keyboard.press("Enter")
    page.wait_for_selector("#alarms-shelf[open]", timeout=PATIENCE)
    assert "Station s1" in page.inner_text("#alarms-shelf-about")
    page.keyboard.press("Escape")
    page.wait_for_selector("#alarms-shelf[open]", state="detached", timeout=PATIENCE)
    assert (focused(page), states(hall)) == ("alarm-2-shelve", ["acknowledged", "standing"])
    page.keyboard.press("Enter")
    page.wait_for_selector("#alarms-shelf[open]", timeout=PATIENCE)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("line under repair")
    page.keyboard.press("Enter")
    page.wait_for_selector("#alarms-said:has-text('Station s1: shelved')", timeout=PATIENCE)
    assert states(hall) == ["acknowledged", "shelved"]
    assert hall.book.acts()[-1].actor == "analyst"
    assert hall.book.acts()[-1].about.endswith("line under repair")
    assert hours(hall) == pytest.approx(2, abs=0.02)
    assert "repair" not in page.url
    page.focus("#alarm-2-return")
    page.keyboard.press("Space")
    page.wait_for_selector("#alarms-said:has-text('Station s1: standing')", timeout=PATIENCE)
    assert states(hall) == ["acknowledged", "standing"]


def test_it_follows_what_others_do_and_keeps_what_is_being_written(hall: Hall, duty: Callable[..., Page]) -> None:
    page = duty("leader")
    page.clock.install()
    page.goto(f"{hall.site}/alarms?lang=en")
    page.click("#alarm-1-shelve", timeout=PATIENCE)
    page.fill("#alarms-reason", "half a sent")
    hall.book.renew({Point("many", Place("station", "s1")): Finding(fires=False, period="", respond_minutes=0)})
    page.clock.run_for(16_000)
    page.wait_for_selector("#alarm-2", state="detached", timeout=PATIENCE)
    assert page.input_value("#alarms-reason") == "half a sent"
    hall.book.renew({Point("many", Place("station", "s5")): Finding(fires=False, period="", respond_minutes=0)})
    page.select_option("#alarms-hours", "4")
    page.click("#alarms-shelve")
    page.wait_for_selector("#alarms-said .part-failed", timeout=PATIENCE)
    page.wait_for_selector("#alarms-list .part-empty", timeout=PATIENCE)
    assert "no alarm 1 stands" in page.inner_text("#alarms-said")
    assert states(hall) == ["cleared", "cleared"]


def test_nobody_takes_an_alarm_for_acknowledged_that_is_not(hall: Hall, duty: Callable[..., Page]) -> None:
    page = duty("analyst")
    page.goto(f"{hall.site}/alarms?lang=zh")
    page.wait_for_selector("#alarm-1-acknowledge", timeout=PATIENCE)
    hall.kill()
    page.click("#alarm-1-acknowledge")
    page.wait_for_selector("#alarms-said:has-text('未执行：')", timeout=PATIENCE)
    page.wait_for_selector(".no-link:has-text('与服务器失去联系')", timeout=20_000)
    assert page.locator(".alarms-standing").count() == 2
    hall.serve(BUDGET_ENDS)
    page.wait_for_selector(".no-link:empty", state="attached", timeout=PATIENCE)
    page.click("#alarm-1-acknowledge")
    page.wait_for_selector("#alarms-said:has-text('已确认')", timeout=PATIENCE)
    assert states(hall) == ["acknowledged", "standing"]


@pytest.mark.parametrize("role", ["analyst", "oversight"])
def test_it_is_open_to_all_in_both_languages_light_and_dark(hall: Hall, duty: Callable[..., Page], role: str) -> None:
    page, asked = duty(role), []
    page.on("request", lambda request: asked.append(request.url))
    for language, scheme in (("en", "light"), ("zh", "dark")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        visiting.turn(page, f"{hall.site}/alarms?lang={language}")
        page.wait_for_selector("#alarms-list .part, .alarms-card", timeout=PATIENCE)
        visiting.settle(page)
        if role == "analyst":
            page.click("#alarm-1-shelve")
        found = visiting.axe(page)
        assert [one for one in found if one["impact"] in ("serious", "critical")] == []
        text = page.evaluate(visiting.TEXT)
        assert visiting.unseen(page, text) == []
        assert visiting.keys(text, set(texts.registry())) == set()
        assert page.title() == texts.text("nav.alarms", language)
        page.keyboard.press("Escape")
    assert {one.split("/")[2] for one in asked if one.startswith("http")} == {f"127.0.0.1:{hall.port}"}
