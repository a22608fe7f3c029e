"""Coming in and going out: by password, by token, and never by anything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kuai import texts
from kuai.access import Place
from kuai.access.account import Profile
from kuai.access.signin import SignIn
from kuai.audit import AuditLog
from kuai.audit.reading import lines
from kuai.errors import AuditError
from kuai.home import Home
from kuai.settings import Settings

from dashboards.gatehouse.forms import onward
from dashboards.site import audited

if TYPE_CHECKING:
    from starlette.testclient import TestClient

Noted = list[tuple[str, str, str]]
PASSWORD = "quiet violet harbour 41"  # noqa: S105 -- of an account that lives for a test
WHOLE_CITY = (Place("city", "demo"),)
FIRST = {"name": "ana", "password": PASSWORD, "as": "analyst/planning", "lang": "en"}


def token(page: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def send(client: TestClient, path: str, **fields: str) -> Any:
    """Open the form of a path, and send it filled in."""
    shown = client.get("/account" if path == "/signout" else path)
    return client.post(path, data={"token": token(shown.text), **fields})


def error(answer: Any) -> str:
    found = re.search(r'id="error">([^<]+)<', answer.text)
    return unescape(found[1]) if found else ""


def said(key: str, language: str = "en") -> str:
    return texts.text(f"gate.error.{key}", language)


@pytest.fixture
def newcomer(gatehouse: SignIn, request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """Name and one-time password of an account of its own."""
    name = f"new{abs(hash(request.node.name)) % 10**9}"
    gatehouse.accounts.add(Profile(name, "", ("analyst",), WHOLE_CITY))
    yield name, gatehouse.accounts.one_time_password(name)
    gatehouse.accounts.disable(name)


def test_the_right_password_leads_to_the_page_that_was_wanted(visitor: TestClient) -> None:
    led = visitor.get("/?lang=en&metric=incident_count", headers={"Accept": "text/html"})
    assert (led.status_code, led.headers["location"]) == (
        303, "/signin?next=%2F%3Flang%3Den%26metric%3Dincident_count",
    )  # fmt: skip
    answer = send(visitor, "/signin", **FIRST, next="/?lang=en&metric=incident_count")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?lang=en&metric=incident_count")
    assert visitor.get("/").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: TestClient) -> None:
    answer = send(visitor, "/signin", **FIRST)
    session = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("kuai_session="))
    assert session.split("; ")[1:] == ["Path=/", "HttpOnly", "SameSite=Strict"]


def test_over_https_cookies_are_secure_and_bound_to_the_host(
    enter: Callable[..., TestClient], application: Callable[..., Any]
) -> None:
    client = enter("", application(https=True))
    set_cookie = client.get("/signin").headers["set-cookie"]
    assert set_cookie.startswith("__Host-kuai_form=")
    assert set_cookie.endswith("; Path=/; HttpOnly; SameSite=Strict; Secure")
    assert "max-age=" in client.get("/signin").headers["strict-transport-security"]


@pytest.mark.parametrize(
    ("changed", "key", "status"),
    [
        ({"password": "wrong"}, "refused", 403),
        ({"name": "nobody"}, "refused", 403),
        ({"name": ""}, "refused", 403),
        ({"name": "ana' OR '1'='1"}, "refused", 403),
        ({"name": "{{ 7 * 7 }}"}, "refused", 403),
        ({"as": ""}, "as", 400),
        ({"as": "wall/situation"}, "as", 400),
        ({"as": "analyst/audit"}, "as", 400),
        ({"as": "analyst/study"}, "reason", 400),
        ({"as": "analyst/study", "reason": "x" * 501}, "reason_long", 400),
        ({"as": "engineer/maintenance"}, "not_yours", 403),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_what_is_wrong_is_said_in_words(
    visitor: TestClient, changed: dict[str, str], key: str, status: int, language: str
) -> None:
    answer = send(visitor, "/signin", **FIRST | {"lang": language} | changed)
    assert (answer.status_code, error(answer)) == (status, said(key, language))
    assert "kuai_session" not in str(answer.headers.get_list("set-cookie"))
    assert PASSWORD not in answer.text
    assert "49" not in re.sub(r'value="[0-9a-f]{64}"', "", answer.text)


def test_what_was_entered_comes_back_as_text(visitor: TestClient) -> None:
    answer = send(visitor, "/signin", **FIRST | {"name": '"><script>alert(1)</script>'})
    assert "<script" not in answer.text
    assert "&#34;&gt;&lt;script&gt;" in answer.text


def test_a_form_of_another_browser_is_refused(enter: Callable[..., TestClient]) -> None:
    one, other = enter(), enter()
    other.get("/signin")
    answer = other.post("/signin", data={**FIRST, "token": token(one.get("/signin").text)})
    assert (answer.status_code, error(answer)) == (403, said("expired"))


@pytest.mark.parametrize("sent", ["", "0" * 64, "é"])
def test_a_form_without_its_token_is_refused(visitor: TestClient, sent: str) -> None:
    visitor.get("/signin")
    assert visitor.post("/signin", data={**FIRST, "token": sent}).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://127.0.0.1"}, 400),
        ({"Origin": "http://127.0.0.1:81"}, 403),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://["}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 400),
    ],
)
def test_only_pages_of_this_site_may_send_anything(analyst: TestClient, headers: dict[str, str], status: int) -> None:
    assert analyst.post("/_dash-update-component", headers=headers, json={}).status_code == status


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.test", "/\\evil.test", "http://evil.test", "javascript:alert(1)", "/%0d%0aSet-Cookie:x=1\r\n", "x",
        "", "/signout", "/oidc/return?code=1", "/ä", "/a\tb", "/" + "a" * 2000, "\\\\evil.test", '/"onload=',
    ],
)  # fmt: skip
def test_the_way_on_never_leaves_this_site(wanted: str) -> None:
    assert onward(wanted) == "/"


@pytest.mark.parametrize("wanted", ["/", "/?lang=en&area=county:c1", "/account"])
def test_the_way_on_is_kept(wanted: str) -> None:
    assert onward(wanted) == wanted


def test_a_session_that_was_brought_along_is_not_gone_on_with(
    enter: Callable[..., TestClient], session_cookie: Callable[..., str]
) -> None:
    planted = session_cookie()
    client = enter()
    client.cookies.set("kuai_session", planted.partition("=")[2], "127.0.0.1", "/")
    send(client, "/signin", **FIRST)
    assert client.cookies["kuai_session"] != planted.partition("=")[2]
    assert enter(planted).get("/").status_code == 401
    assert enter("kuai_session=chosen-by-somebody").get("/").status_code == 401


def test_signing_out_ends_the_session_for_good(visitor: TestClient, enter: Callable[..., TestClient]) -> None:
    send(visitor, "/signin", **FIRST)
    cookie = f"kuai_session={visitor.cookies['kuai_session']}"
    shown = visitor.get("/account?lang=en").text
    assert all(part in shown for part in ("ana", "Analyst", "Planning of duty", "city:demo"))
    answer = send(visitor, "/signout", lang="en")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert "kuai_session" not in visitor.cookies
    assert enter(cookie).get("/").status_code == 401


def test_signing_out_cannot_be_done_to_somebody(analyst: TestClient) -> None:
    assert analyst.get("/signout").status_code == 404
    assert analyst.post("/signout", data={"token": "0" * 64}).status_code == 403
    assert analyst.get("/").status_code == 200


def test_a_one_time_password_is_good_for_nothing_but_another(
    visitor: TestClient, newcomer: tuple[str, str], enter: Callable[..., TestClient]
) -> None:
    name, once = newcomer
    answer = send(visitor, "/signin", **FIRST | {"name": name, "password": once})
    assert texts.text("gate.notice.one_time", "en") in answer.text
    assert "kuai_session" not in visitor.cookies
    fields = {"name": name, "password": once, "lang": "en", "token": token(answer.text)}
    for new, again, key in (("short", "short", "weak"), (once, once, "same"), (PASSWORD, "other", "differs")):
        assert error(visitor.post("/password", data={**fields, "new": new, "again": again})) == said(key)
    changed = visitor.post("/password", data={**fields, "new": PASSWORD, "again": PASSWORD})
    assert changed.headers["location"].startswith("/signin?lang=en")
    assert send(enter(), "/signin", **FIRST | {"name": name}).status_code == 303


def test_a_locked_account_is_told_the_same(visitor: TestClient, newcomer: tuple[str, str]) -> None:
    name, once = newcomer
    for _ in range(6):
        send(visitor, "/signin", **FIRST | {"name": name, "password": "wrong"})
    answer = send(visitor, "/signin", **FIRST | {"name": name, "password": once})
    assert (answer.status_code, error(answer)) == (403, said("refused"))


def test_a_display_comes_in_by_its_token_once_and_then_by_its_key(
    gatehouse: SignIn, enter: Callable[..., TestClient]
) -> None:
    enrolment = gatehouse.devices.add("hall", WHOLE_CITY, gatehouse.policy)
    display, other = enter(), enter()
    assert send(display, "/device", enrolment=enrolment).headers["location"] == "/"
    assert error(send(other, "/device", enrolment=enrolment, lang="en")) == said("enrolment")
    display.cookies.delete("kuai_session")
    assert display.get("/_dash-layout").status_code == 401
    assert display.get("/", headers={"Accept": "text/html"}).status_code == 200
    found = next(one for one in gatehouse.sessions.all() if one.name == "hall")
    assert (found.role, found.is_device) == ("wall", True)
    gatehouse.devices.revoke("hall")
    assert display.get("/", headers={"Accept": "text/html"}).status_code == 303


def test_whoever_comes_by_a_link_of_another_site_is_sent_once_more(visitor: TestClient) -> None:
    far = {"Accept": "text/html", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    answer = visitor.get("/?lang=en&area=county:c1", headers=far)
    assert '<meta http-equiv="refresh" content="0; url=/?lang=en&amp;area=county:c1">' in answer.text
    assert visitor.get("/", headers=far | {"Sec-Fetch-Site": "same-origin"}).status_code == 303


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("path", ["/signin", "/password", "/device"])
def test_every_field_has_a_label_and_no_text_is_missing(visitor: TestClient, path: str, language: str) -> None:
    page = visitor.get(f"{path}?lang={language}").text
    assert f'<html lang="{language}" class="gate">' in page
    fields = re.findall(r'<(?:input|select) id="(field-[a-z]+)"', page)
    assert fields
    assert sorted(fields) == sorted(re.findall(r'<label for="(field-[a-z]+)">[^<]+</label>', page))
    assert "<script" not in page
    assert "style=" not in page


def test_what_is_done_at_the_gate_is_in_the_audit(
    application: Callable[..., Any], enter: Callable[..., TestClient], tmp_path: Path
) -> None:
    log = AuditLog.open(Home(tmp_path))
    client = enter("", application(note=audited(log)))
    send(client, "/signin", **FIRST | {"password": "wrong"})
    send(client, "/signin", **FIRST | {"name": "my secret pass phrase"})
    send(client, "/signin", **FIRST)
    send(client, "/signout")
    log.close()
    span = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    found = lines(log.site, Settings.load(None, {}).serve, span)
    kept = [(one["action"], one["viewer"] or "", one["outcome"]) for one in found]
    assert kept == [
        ("refused-sign-in", "ana", "refused"), ("refused-sign-in", "", "refused"),
        ("sign-in", "ana", "answered"), ("sign-out", "ana", "answered"),
    ]  # fmt: skip


def test_without_an_audit_nobody_comes_in(application: Callable[..., Any], enter: Callable[..., TestClient]) -> None:
    def fail(*_: object) -> None:
        raise AuditError("the disk is full")

    client = enter("", application(note=fail))
    assert send(client, "/signin", **FIRST).status_code == 500
    assert "kuai_session" not in client.cookies
