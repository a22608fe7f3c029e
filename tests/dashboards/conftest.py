"""The pages of a small city, who may come in, and browsers without a page."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from kuai.access import Place, Viewer
from kuai.access.account import Profile
from kuai.access.admission import Statement, admit
from kuai.access.signin import SignIn
from kuai.audit import AuditLog
from kuai.audit.overseer import Overseer
from kuai.home import Home
from kuai.serving import Serving
from kuai.settings import Settings
from tests.dashboards import city, uses, visiting
from tests.dashboards.visiting import Watched

from dashboards.caller import seen_as
from dashboards.cli import listen, transport
from dashboards.gatehouse.house import Note, log_entry, log_note
from dashboards.site import Site

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal
    from dash import Dash
    from playwright.sync_api import Browser, Page
    from starlette.testclient import TestClient

    from dashboards.mapping.mapping import Mapping

ANALYST = Viewer("ana", "analyst", (Place("city", "demo"),), "planning", session="s")
PASSWORD = "quiet violet harbour 41"  # noqa: S105 -- of an account that lives for a test
ORIGIN = "http://127.0.0.1"


@pytest.fixture
def issue(publish: Callable[..., Home]) -> Callable[[str], Home]:
    """Publish the city as a snapshot of that name, in the home of a test."""
    return lambda snapshot: publish(snapshot, **city.TABLES)


@pytest.fixture
def changing(issue: Callable[[str], Home]) -> Iterator[Serving]:
    """The city of a test, which may issue further snapshots."""
    with closing(Serving.open(issue("s1"), "demo")) as gate:
        yield gate


@pytest.fixture(scope="session")
def serving(publish_into: Callable[..., Home], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The city of all tests that leave it as it is."""
    home = publish_into(tmp_path_factory.mktemp("pages"), "s1", **city.TABLES)
    with closing(Serving.open(home, "demo")) as gate:
        yield gate


@pytest.fixture
def mapping(serving: Serving) -> Mapping:
    from dashboards.mapping.mapping import Mapping

    return Mapping(serving, log_entry, "en")


@pytest.fixture
def show(mapping: Mapping) -> Callable[[str], dict[str, Any]]:
    """Parts of the page of the map for an address, by component and property."""
    from dashboards.pages.map import SHOWN, MapPage

    return lambda search: dict(zip(SHOWN, MapPage(mapping).show(search), strict=True))


@pytest.fixture(autouse=True)
def as_analyst() -> Iterator[None]:
    """Whoever calls a part of the page directly is an analyst."""
    with seen_as(ANALYST):
        yield


@pytest.fixture
def as_viewer() -> Callable[..., AbstractContextManager[None]]:
    """Answer as somebody else: `with as_viewer(viewer)`."""
    return seen_as


@pytest.fixture(scope="session")
def gatehouse(tmp_path_factory: pytest.TempPathFactory) -> SignIn:
    """Accounts of tests, whose passwords cost next to nothing, as no setting may make them."""
    settings = Settings.load(None, {})
    cheap = replace(settings.access, hash_passes=1, hash_memory_kb=8, hash_lanes=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kuai.access.signin.Settings.load", lambda *_: replace(settings, access=cheap))
        signin = SignIn.open(Home(tmp_path_factory.mktemp("gatehouse")))
    signin.accounts.add(Profile("ana", "Ana", ("analyst", "leader"), (Place("city", "demo"),)))
    signin.accounts.add(Profile("eva", "Eva", ("auditor", "oversight")))
    for name in ("ana", "eva"):
        signin.accounts.set_password(name, PASSWORD)
    signin.factors.enable("eva")
    return signin


@pytest.fixture(scope="session")
def overseer(gatehouse: SignIn, tmp_path_factory: pytest.TempPathFactory) -> Overseer:
    """Gate to an audit of some hundred lines, to which every look adds."""
    at = uses.site(tmp_path_factory.mktemp("audit"), segment_lines=150)
    uses.fill(at, 400, datetime.now(UTC).date())
    return Overseer.of(at, Settings.load(None, {}).serve, gatehouse.policy, AuditLog(at).write)


@pytest.fixture(scope="session")
def session_cookie(gatehouse: SignIn) -> Callable[..., str]:
    """Cookie of a new session: `session_cookie()`."""

    def begin(name: str = "ana", role: str = "analyst", purpose: str = "planning", reason: str = "") -> str:
        request = gatehouse.accounts.get(name).request(Statement(role, purpose, reason))
        return f"kuai_session={gatehouse.sessions.begin(admit(gatehouse.policy, request)).token}"

    return begin


@pytest.fixture(scope="session")
def application(serving: Serving, gatehouse: SignIn, overseer: Overseer) -> Callable[..., Dash]:
    """Application of the city that stays as it is: `application(body_kb=16)` has another limit."""
    from dashboards.app import create

    def made(note: Note = log_note, **limits: Any) -> Dash:
        http = replace(Settings.load(None, {}).http, **visiting.PLENTY | limits)
        return create(serving, Site(gatehouse, http, language="en", note=note, overseer=overseer))

    return made


@pytest.fixture(scope="session")
def usual_application(application: Callable[..., Dash]) -> Dash:
    return application()


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """The one event loop of the applications of a test process, in a thread of its own."""
    from anyio.from_thread import start_blocking_portal

    with start_blocking_portal() as found:
        yield found


@pytest.fixture
def enter(usual_application: Dash, portal: BlockingPortal) -> Callable[..., TestClient]:
    """Browser without a page: `enter()` as nobody, `enter(cookie)` as whoever has the session."""
    from starlette.testclient import TestClient

    def open_client(cookie: str = "", app: Dash | None = None) -> TestClient:
        sent = {"Origin": ORIGIN, **({"Cookie": cookie} if cookie else {})}
        server = (app or usual_application).server
        client = TestClient(server, ORIGIN, follow_redirects=False, headers=sent, raise_server_exceptions=False)
        client.portal = portal
        return client

    return open_client


@pytest.fixture
def visitor(enter: Callable[..., TestClient]) -> TestClient:
    """Somebody who has not signed in."""
    return enter()


@pytest.fixture
def analyst(enter: Callable[..., TestClient], session_cookie: Callable[..., str]) -> TestClient:
    """Somebody who has."""
    return enter(session_cookie())


@pytest.fixture(scope="session")
def ask(usual_application: Dash) -> Callable[..., dict[str, Any]]:
    """Call of the callback that draws the page: `ask("?lang=en")`."""
    output = next(name for name in usual_application.callback_map if "map.valuesUrl" in name)
    fields = [one.rpartition(".") for one in output.strip(".").split("...")]
    outputs = [{"id": one, "property": name} for one, _, name in fields]

    def call(search: object) -> dict[str, Any]:
        given = {"url.search": search, "stand.data": None}
        inputs = [dict(zip(("id", "property"), name.split("."), strict=True), value=given[name]) for name in given]
        return {"output": output, "outputs": outputs, "inputs": inputs, "changedPropIds": ["url.search"]}

    return call


@pytest.fixture(scope="session")
def answering(gatehouse: SignIn, overseer: Overseer) -> Callable[..., AbstractContextManager[str]]:
    """Serve the pages from a thread: `with answering(serving) as address`; more parts of the site by name."""
    return partial(_answering, gatehouse, overseer)


@pytest.fixture(scope="module")
def site(serving: Serving, gatehouse: SignIn, overseer: Overseer) -> Iterator[str]:
    """Address of the pages of the city that stays as it is."""
    with _answering(gatehouse, overseer, serving) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser without a window, for the tests of a file."""
    path = visiting.chromium()
    if path is None:
        pytest.skip("no Chromium on this machine")
    with visiting.running(path) as found:
        yield found


@pytest.fixture(scope="module")
def leaf(browser: Browser) -> Page:
    """The one page of a file's tests, which go on with what it has loaded: a page anew costs more than most tests."""
    context = browser.new_context(viewport=visiting.SIZE)
    context.set_default_timeout(visiting.PATIENCE)
    return context.new_page()


@pytest.fixture
def entered(leaf: Page, site: str, session_cookie: Callable[..., str]) -> Page:
    """Page, empty or as a test before has left it, of an analyst who has signed in."""
    if leaf.viewport_size != visiting.SIZE:
        leaf.set_viewport_size(visiting.SIZE)
    visiting.enter(leaf.context, site, session_cookie())
    return leaf


@pytest.fixture
def watched(entered: Page, site: str) -> Iterator[Watched]:
    """Page of an analyst, whose requests and complaints are kept."""
    found = Watched(entered, site)
    with visiting.heard(entered, found):
        yield found


@contextmanager
def _answering(gatehouse: SignIn, usual: Overseer, serving: Serving, **parts: Any) -> Iterator[str]:
    import uvicorn

    from dashboards.app import create

    listener, http = listen("127.0.0.1", 0), replace(Settings.load(None, {}).http, **visiting.PLENTY)
    application = create(serving, Site(gatehouse, http, **{"language": "en", "overseer": usual, **parts})).server
    server = uvicorn.Server(uvicorn.Config(application, **transport(http)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


def said(component: Any) -> str:
    """Every text of a tree of components."""
    if component is None or isinstance(component, int | float):
        return ""
    if isinstance(component, str):
        return component
    if isinstance(component, list | tuple):
        return " ".join(text for one in component if (text := said(one)))
    if isinstance(component, dict):
        return said(component["props"].get("children"))
    return said(getattr(component, "children", None))


@pytest.fixture(name="said")
def said_fixture() -> Callable[[Any], str]:
    return said
