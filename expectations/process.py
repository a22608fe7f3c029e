"""The process that expectations are looked at in, begun before it is needed: their library takes seconds to import."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE, Popen


@contextmanager
def examiner() -> Iterator[Popen[str]]:
    """Lend a process that takes numbers by dataset as JSON on its input and gives findings as JSON on its output."""
    process = Popen([sys.executable, "-m", "expectations"], stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
