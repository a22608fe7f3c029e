"""Visits to every page in a real browser: what it asked for, what it complains of, what it says, and how."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from dashboards import turning

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PATIENCE = 60_000
"""Milliseconds that a busy machine is waited for."""
ANSWERED = re.compile(r"/_dash-update-component|/desk/answer")
"""Where a page that has been turned asks; the desk asks by itself, and Dash hears of it with the next pulse only."""
SIZE = {"width": 1366, "height": 768}
PLENTY = {"requests_a_minute": 1_000_000, "sign_ins_a_minute": 100_000}
"""Limits that tests keep within: their browsers have kept nothing of a page, and open one a second."""
_UNUSED = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess", "MediaRouter", "OptimizationHints",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "PaintHolding", "PreconnectToSearch", "AimEnabled",
    "NetworkTimeServiceQuerying",
)  # fmt: skip
"""Parts of the browser that no test needs: the menu below its address line alone costs as much as most pages.

The first three are Kuai's, the others those that Playwright leaves out: the last list given replaces the others.
"""
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", f"--disable-features={','.join(_UNUSED)}", "--js-flags=--no-opt,--no-maglev",
]  # fmt: skip
"""How the browser of tests runs: its pages live for seconds, too short for scripts that are translated well to pay."""
AUDITOR = ("eva", "auditor", "audit", "yearly review")
OF_AUDITORS = (turning.AUDIT,)
ROOMS = {"/unit/": ("/unit/station:s1", "/unit/county:c0", "/unit/station:s99")}
"""Examples of what has an address under each beginning; a new beginning without one fails."""

GATEHOUSE = {"/signin": False, "/device": False, "/account": True}
"""Pages beside those of Dash, and whether one has to have signed in."""

LOADING = """() =>
    !!document.querySelector("[data-dash-is-loading=true], .waiting, #react-entry-point > ._dash-loading")
    || document.querySelector("#leaf")?.children.length === 0
    || [...document.querySelectorAll(".ag-header")].some(
        one => one.offsetWidth && !one.querySelector(".ag-header-cell"))"""
TURN = """address => {
    window.history.pushState({}, "", address);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
}"""
TEXT = """() => {
    const more = [...document.querySelectorAll("[title], [placeholder], [aria-label]")].flatMap(
        one => [one.title || "", one.placeholder || "", one.getAttribute("aria-label") || ""]);
    const drawn = [...document.images].map(one => decodeURIComponent(one.src.startsWith("data:") ? one.src : ""));
    return [document.body.innerText, ...[...document.querySelectorAll("option")].map(one => one.text), ...more,
            ...drawn.map(one => one.replace(/<[^>]*>/g, " "))].join(" ");
}"""
UNSEEN = """([characters, none]) => {
    const canvas = new OffscreenCanvas(40, 40).getContext("2d", {willReadFrequently: true});
    canvas.font = `24px ${getComputedStyle(document.body).fontFamily}`;
    const look = (one) => {
        canvas.clearRect(0, 0, 40, 40);
        canvas.fillText(one, 4, 28);
        return canvas.getImageData(0, 0, 40, 40).data.join();
    };
    const box = look(none);
    return [...characters].filter(one => look(one) === box);
}"""
NO_LETTER = "\u0378"
"""A place in Unicode that no letter has and no font draws."""


@dataclass
class Visit:
    """One page that was opened once.

    Parameters
    ----------
    address, scheme : str
        Path and query; light or dark.
    asked, complaints : list of str
        Addresses that the browser asked for, and what it complained of.
    text : str
        All that is to be read.
    unseen : list of str
        Letters that no font of this computer draws.
    violations : list of dict
        What axe-core finds.
    """

    address: str
    scheme: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    text: str = ""
    unseen: list[str] = field(default_factory=list)
    violations: list[dict[str, Any]] = field(default_factory=list)

    @property
    def hosts(self) -> set[str]:
        """Hosts that something was asked of."""
        return {urlsplit(one).netloc for one in self.asked if urlsplit(one).scheme not in ("data", "blob", "about")}

    @property
    def serious(self) -> list[str]:
        """Rules that axe-core finds broken seriously, with what breaks them."""
        return [
            f"{one['id']}: {node['target']} {node.get('failureSummary', '')}"
            for one in self.violations
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]


@dataclass
class Watched:
    """A page with what it asked for and complained of.

    Parameters
    ----------
    page, site : Page, str
        The page, and the address of what it shows.
    asked, complaints : list of str
        Addresses that it asked for, and what it complained of.
    """

    page: Page
    site: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, search: str) -> Page:
        """The page of the map, once it says what its colours mean."""
        turn(self.page, f"{self.site}/{search}")
        return self.drawn()

    def drawn(self) -> Page:
        self.page.wait_for_selector(".legend", timeout=PATIENCE)
        self.page.wait_for_selector("[data-dash-is-loading=true]", state="detached", timeout=PATIENCE)
        self.page.wait_for_timeout(100)
        return self.page


@contextmanager
def running(path: str) -> Iterator[Browser]:
    """A browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield found
        found.close()


def enter(context: BrowserContext, site: str, cookie: str = "") -> None:
    """Have a browser come as whoever has the session, or as nobody."""
    if not cookie:
        context.clear_cookies()
    else:
        name, _, token = cookie.partition("=")
        context.add_cookies([{"name": name, "value": token, "url": site}])


def addresses() -> Iterator[tuple[str, str | None]]:
    """Path of every page, with who opens it: an analyst, an auditor, or nobody."""
    yield from ((path, "auditor" if path in OF_AUDITORS else "analyst") for path in sorted(turning.ADDRESSES))
    yield from ((path, "analyst") for path in OF_AUDITORS)
    yield from ((path, "analyst") for room in turning.ROOMS for path in ROOMS[room])
    yield from ((path, "analyst" if is_in else None) for path, is_in in GATEHOUSE.items())


def visits(browser: Browser, site: str, cookie: Callable[..., str]) -> Iterator[Visit]:
    """Two visits to every page: one in English and light, one in Chinese and dark; each on one page, turned on."""
    tokens = {"auditor": cookie(*AUDITOR), "analyst": cookie(), None: ""}
    for language, scheme in (("en", "light"), ("zh", "dark")):
        page = browser.new_context(viewport=SIZE, color_scheme=scheme).new_page()  # type: ignore[arg-type]
        for path, who in addresses():
            if who is None:
                page.goto("about:blank")  # what a page asks as nobody is refused, and it complains
            enter(page.context, site, tokens[who])
            yield visit(page, site, f"{path}?lang={language}", scheme)
        page.context.close()


def visit(page: Page, site: str, address: str, scheme: str) -> Visit:
    """Turn to a page and look at it closely."""
    found = Visit(address, scheme)
    with heard(page, found):
        turn(page, site + address)
        settle(page)
        found.text = page.evaluate(TEXT)
        found.unseen = unseen(page, found.text)
        found.violations = axe(page)
    return found


@contextmanager
def heard(page: Page, found: Any, kinds: tuple[str, ...] = ("error",)) -> Iterator[None]:
    """Keep what a page asks for (`found.asked`), and what it complains of on its console (`found.complaints`)."""
    hearing = {
        "request": lambda request: found.asked.append(request.url),
        "pageerror": lambda error: found.complaints.append(str(error)),
        "console": lambda said: found.complaints.append(said.text) if said.type in kinds else None,
        "response": lambda told: found.complaints.append(told.url) if told.status >= 400 else None,
    }
    for event, hear in hearing.items():
        page.on(event, hear)  # type: ignore[call-overload]
    yield
    for event, hear in hearing.items():
        page.remove_listener(event, hear)


def chromium() -> str | None:
    """Path of the browser; None if there is none on this machine."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def settle(page: Page, still: float = 300) -> None:
    """Wait until a page shows what it was asked for, and for so many milliseconds more.

    Its rules let no text be run to wait for.
    """
    deadline = time.monotonic() + PATIENCE / 1000
    page.wait_for_timeout(still * 2 / 3)
    while page.evaluate(LOADING):
        assert time.monotonic() < deadline, f"{page.url} is still on its way"
        page.wait_for_timeout(still / 3)
    page.wait_for_timeout(still)


def turn(page: Page, address: str) -> None:
    """Turn a page that is there to an address, as a link within it does: a page anew costs more than most tests.

    Where there is none yet, or another site's, it is opened; where it shows that address, it stays.
    """
    site = "/".join(address.split("/", 3)[:3])
    if not page.url.startswith(f"{site}/") or not page.evaluate("!!document.querySelector('#leaf > *')"):
        page.goto(address)
    elif page.url != address:
        with page.expect_response(ANSWERED, timeout=PATIENCE):
            page.evaluate(TURN, address)
        settle(page, 50)


def unseen(page: Page, text: str) -> list[str]:
    """Letters of a text that no font of this computer draws."""
    letters = "".join(sorted({one for one in text if not one.isspace() and one.isprintable()}))
    found: list[str] = page.evaluate(UNSEEN, [letters, NO_LETTER])
    return found


def axe(page: Page) -> list[dict[str, Any]]:
    """What axe-core finds on a page."""
    import axe_core_python

    if not page.evaluate("'axe' in window"):
        page.evaluate((Path(axe_core_python.__file__).parent / "axe.min.js").read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
    )
    return found


def keys(text: str, known: set[str]) -> set[str]:
    """Keys of the registry of texts that stand in a text, where their wording should."""
    return {one for one in re.findall(r"\b[a-z_]+(?:\.[a-z0-9_-]+)+\b", unquote(text)) if one in known}
