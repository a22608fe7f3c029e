"""What the house rules look at: every file of the repository, and the syntax trees of the packages."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("kuai", "jobs", "expectations", "dashboards", "benchmarks")


@dataclass(frozen=True)
class Module:
    path: str
    text: str
    tree: ast.Module

    @cached_property
    def statements(self) -> list[ast.AST]:
        return list(_within(self.tree))

    @cached_property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        return [node for node in self.statements if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    @cached_property
    def imports(self) -> list[tuple[int, str]]:
        """Line and full name of everything imported."""
        return [found for node in self.statements for found in _imported(node)]

    @property
    def package(self) -> str:
        return self.path.partition("/")[0]

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def files() -> list[str]:
    """Paths of the files that are, or would be, committed."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if told.returncode:
        pytest.skip("not a git checkout: which files belong to it is unknown")
    return [path for path in sorted(set(told.stdout.splitlines())) if (ROOT / path).is_file()]


@pytest.fixture(scope="session")
def texts(files: list[str]) -> dict[str, str]:
    """Text of every such file that is text."""
    found = {}
    for path in files:
        try:
            found[path] = (ROOT / path).read_text("utf-8")
        except UnicodeDecodeError:
            continue
    return found


@pytest.fixture(scope="session")
def modules() -> list[Module]:
    """Modules of the packages, without their tests."""
    return [_module(path) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


@pytest.fixture(scope="session")
def test_modules() -> list[Module]:
    return [_module(path) for path in sorted((ROOT / "tests").rglob("*.py"))]


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """Statements within another, whole blocks first; the expressions in them, which are most nodes, are left out."""
    for block in ("body", "handlers", "orelse", "finalbody", "cases"):
        for statement in getattr(node, block, ()):
            yield statement
            yield from _within(statement)


def _imported(node: ast.AST) -> list[tuple[int, str]]:
    if isinstance(node, ast.Import):
        return [(node.lineno, alias.name) for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return []


def _module(path: Path) -> Module:
    text = path.read_text("utf-8")
    return Module(path.relative_to(ROOT).as_posix(), text, ast.parse(text))
