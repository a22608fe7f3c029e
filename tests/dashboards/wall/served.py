"""Serves the wall of a test from a process that can be killed: `python served.py HOME PACKS PORT [MOMENT]`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from kuai.alarms import wallfile
from kuai.home import Home
from kuai.serving import Serving
from kuai.settings import Settings

from dashboards.app import create
from dashboards.cli import listen, run
from dashboards.site import Site


def main(home: str, packs: str, port: str, moment: str = "") -> None:
    """Serve until killed; the gate's clock goes on from a moment."""
    wallfile.shipped = lambda: Path(packs)
    at, settings = Home(Path(home)), Settings.load(Home(Path(home)).settings)
    serving = Serving.open(at, "demo", settings)
    if moment:
        ahead = datetime.fromisoformat(moment) - datetime.now(UTC)
        serving._clock = lambda: datetime.now(UTC) + ahead
    with listen("127.0.0.1", int(port)) as listener:
        run(create(serving, Site.of(at, settings, "en", at.chosen("demo"))).server, listener, settings.http)


if __name__ == "__main__":
    main(*sys.argv[1:])
