"""Run the benchmarks named on the command line, all without a name: ``python -m benchmarks locate serving``."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time
from pathlib import Path
from types import ModuleType

from rich.console import Console

from kuai.errors import KuaiError, SettingsError, nearest

import benchmarks
from benchmarks.report import figure, machine, merge
from benchmarks.result import Result


def main(names: list[str]) -> int:
    """Exit code: 0 if every promise was kept, 1 if one was not, 2 if a benchmark broke down.

    Parameters
    ----------
    names : list of str
        Benchmarks to run; empty for all.
    """
    console, host = Console(), machine()
    console.print(f"[bold]Benchmarks[/] on {host}")
    kept = [_measure(module, console, host) for module in chosen(names)]
    return max(kept, default=0)


def chosen(names: list[str]) -> list[ModuleType]:
    """Benchmark modules of these names, all for none.

    Raises
    ------
    SettingsError
        If there is no benchmark of a name.
    """
    found = discovered()
    for name in names:
        if name not in found:
            raise SettingsError(f"no benchmark {name!r}", remedy=nearest(name, found))
    return [found[name] for name in names or found]


def discovered() -> dict[str, ModuleType]:
    """Modules of this package that have ``run()``, by name."""
    names = sorted(entry.name for entry in pkgutil.iter_modules(benchmarks.__path__) if not entry.name.startswith("_"))
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in names}
    return {name: module for name, module in modules.items() if callable(getattr(module, "run", None))}


def _measure(module: ModuleType, console: Console, host: str) -> int:
    name, begun = module.__name__.partition(".")[2], time.perf_counter()
    console.print(f"\n[cyan]{name}[/] {(module.__doc__ or '').splitlines()[0]}")
    try:
        results: list[Result] = module.run()
    except KuaiError as error:
        console.print(f"  [red]{error}[/]")
        return 2
    for one in results:
        console.print(_line(one))
    console.print(f"  [dim]{time.perf_counter() - begun:.0f} s[/]")
    merge(Path(benchmarks.__path__[0]), results, host)
    return int(not all(one.holds for one in results))


def _line(one: Result) -> str:
    verdict = "[green]holds[/]" if one.holds else "[red]does not hold[/]"
    peer = f"peer {figure(one.peer)} {one.unit}, " if one.peer else ""
    return f"  {one.name}: {figure(one.ours)} {one.unit}, {peer}ratio {figure(one.ratio)} ({one.goal}) {verdict}"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KuaiError as wrong:
        sys.exit(str(wrong))
