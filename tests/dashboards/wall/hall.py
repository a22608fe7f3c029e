"""A display before a server of its own, which can be killed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kuai.access import Place
from kuai.access.signin import SignIn
from kuai.alarms.book import Book
from kuai.alarms.declared import Wall
from kuai.home import Home

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATIENCE = 30_000


class Nursery:
    """What servers come from: a process that has imported all they need, and waits."""

    def __init__(self, command: dict[str, Any]) -> None:
        piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("served.py"))], **piped, **command
        )

    def tell(self, what: Any) -> str:
        """Answer to a line."""
        assert self._process.stdin
        self._process.stdin.write(f"{json.dumps(what)}\n")
        self._process.stdin.flush()
        return self.hear()

    def hear(self) -> str:
        """The next line of an answer."""
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.communicate(timeout=PATIENCE / 1000)


class Hall:
    """A display before a server of its own."""

    def __init__(self, home: Home, packs: Path, nursery: Nursery) -> None:
        from dashboards.cli import listen

        with listen("127.0.0.1", 0) as free:
            self.port = free.getsockname()[1]
        self.home, self._packs, self._nursery = home, packs, nursery
        self.site, self.book = f"http://127.0.0.1:{self.port}", Book(home.city("demo").alarms)
        self.process = 0

    def serve(self, moment: datetime | None = None) -> None:
        """Begin the server; the gate's clock goes on from a moment."""
        told = [str(self.home.root), str(self._packs), self.port, moment.isoformat() if moment else ""]
        self.process = int(self._nursery.tell(told))
        assert self._nursery.hear() == self.site

    def kill(self) -> None:
        if self.process:
            assert self._nursery.tell(self.process) == "killed"
        self.process = 0

    def enter(self, page: Page) -> None:
        """Enrol the display, which leads to its wall."""
        signin = SignIn.open(self.home)
        token = signin.devices.add("hall", (Place("city", "demo"),), signin.policy)
        page.goto(f"{self.site}/device?lang=en")
        page.fill("#field-enrolment", token)
        page.keyboard.press("Enter")
        page.wait_for_selector(".tile", timeout=PATIENCE)

    def come_back(self, page: Page) -> None:
        """Open the wall of a display that is enrolled."""
        page.goto(f"{self.site}/wall?lang=en")
        page.wait_for_selector(".tile", timeout=PATIENCE)


@pytest.fixture(scope="module")
def nursery(command: Callable[[Path], dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    found = Nursery(command(tmp_path_factory.mktemp("nursery")))
    yield found
    found.close()


@pytest.fixture
def hall(issue: Callable[[str], Home], wall: Wall, nursery: Nursery) -> Iterator[Hall]:
    found = Hall(issue("s1"), wall.city.folder.parent, nursery)
    yield found
    found.kill()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    yield context.new_page()
    context.close()


def linked(page: Page) -> str:
    return str(page.evaluate("document.getElementById('wall').dataset.link"))


def wait_for(holds: Callable[[], bool], seconds: float) -> float:
    """Seconds until something holds."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds
        time.sleep(0.2)
    return time.monotonic() - begun
