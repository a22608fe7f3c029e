"""Serves walls of tests, each from a process of its own that can be killed and begins at once.

`python served.py` has imported what a server needs. A line of JSON, [home, packs, port, moment], begins a server, which
answers with its process and then with its address. The number of a process as a line kills that, and is answered.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

from kuai.alarms import wallfile
from kuai.home import Home
from kuai.serving import Serving
from kuai.settings import Settings

import dashboards
from dashboards.app import create
from dashboards.cli import listen, run
from dashboards.site import Site

LATER = (
    "flask",
    "pandas",
    "dash",
    "dash_ag_grid",
    "dash_mantine_components",
    "plotly.graph_objects",
    "fastapi",
    "uvicorn",
)
"""What a server imports once it begins, beside the pages."""


def serve(home: str, packs: str, port: int, moment: str) -> None:
    """Serve until killed; the gate's clock goes on from a moment."""
    wallfile.shipped = lambda: Path(packs)
    at, settings = Home(Path(home)), Settings.load(Home(Path(home)).settings)
    serving = Serving.open(at, "demo", settings)
    if moment:
        ahead = datetime.fromisoformat(moment) - datetime.now(UTC)
        serving._clock = lambda: datetime.now(UTC) + ahead
    with listen("127.0.0.1", port) as listener:
        run(create(serving, Site.of(at, settings, "en", at.chosen("demo"))).server, listener, settings.http)


def begin(*told: Any) -> int:
    """Process of a new server."""
    if process := os.fork():
        return process
    try:
        print(os.getpid(), flush=True)  # noqa: T201
        serve(*told)
    except BaseException:  # noqa: BLE001 -- whoever waits for the address is told
        traceback.print_exc()
        print("failed", flush=True)  # noqa: T201
    finally:
        os._exit(1)


def end(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def main() -> None:
    """Begin and kill servers until nobody is there to tell more."""
    for name in [*LATER, *(one.name for one in walk_packages(dashboards.__path__, "dashboards."))]:
        import_module(name)
    begun = set()
    for line in sys.stdin:
        if isinstance(told := json.loads(line), list):
            begun.add(begin(*told))
        else:
            end(told)
            begun.remove(told)
            print("killed", flush=True)  # noqa: T201
    for process in begun:
        end(process)


if __name__ == "__main__":
    main()
