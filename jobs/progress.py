"""Progress: what a build says while it works, to people and to nobody."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from jobs.engine import Tick

_PLAIN_SECONDS = 5.0


class Reporter(Protocol):
    """Shows the stages of a build."""

    @contextmanager
    def stage(self, name: str, tasks: int, size: int) -> Iterator[Tick]:
        """Show one stage while it runs; the tick takes tasks, bytes and rows done."""
        ...


class Bars:
    """A bar per stage with rows per second and the time left, on a terminal; lines of text elsewhere.

    Parameters
    ----------
    console : Console
        Where to show them.
    """

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def stage(self, name: str, tasks: int, size: int) -> Iterator[Tick]:
        """Show one stage while it runs."""
        if not tasks:
            yield lambda *_: None
        elif self._console.is_terminal:
            with self._bar(name, tasks, size) as tick:
                yield tick
        else:
            yield self._lines(name, tasks, size)

    @contextmanager
    def _bar(self, name: str, tasks: int, size: int) -> Iterator[Tick]:
        columns = (
            TextColumn("[bold]{task.description:<12}"),
            BarColumn(),
            TextColumn("{task.fields[done]}/{task.fields[tasks]}"),
            TextColumn("{task.fields[rows]:>12,} rows {task.fields[speed]:>10,}/s"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        began = time.monotonic()
        with Progress(*columns, console=self._console) as progress:
            bar = progress.add_task(name, total=max(size, 1), done=0, tasks=tasks, rows=0, speed=0)

            def tick(done: int, read: int, rows: int) -> None:
                speed = round(rows / max(time.monotonic() - began, 0.001))
                progress.update(bar, completed=read, done=done, rows=rows, speed=speed)

            yield tick

    def _lines(self, name: str, tasks: int, size: int) -> Tick:
        began = last = time.monotonic()

        def tick(done: int, read: int, rows: int) -> None:
            nonlocal last
            now = time.monotonic()
            if done < tasks and now - last < _PLAIN_SECONDS:
                return
            last, seconds = now, max(now - began, 0.001)
            left = round(seconds * (size - read) / read) if read else 0
            tail = f"about {left} s left" if done < tasks and left else f"{seconds:.1f} s"
            line = f"{name:<12} {done}/{tasks}  {rows:,} rows, {round(rows / seconds):,} rows/s, {tail}"
            self._console.print(line, highlight=False)

        return tick


class Silent:
    """Shows nothing."""

    @contextmanager
    def stage(self, name: str, tasks: int, size: int) -> Iterator[Tick]:
        """Run one stage without a word."""
        del name, tasks, size
        yield lambda *_: None
