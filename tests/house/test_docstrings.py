"""Everything public says in its first line what it gives."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def public(tree: ast.Module | ast.ClassDef) -> Iterator[Documented]:
    """Public classes and functions, and the methods of the classes; overloads speak through the last of them."""
    for node in tree.body:
        if isinstance(node, Documented) and not node.name.startswith("_") and not is_overload(node):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def is_overload(node: Documented) -> bool:
    return any("overload" in ast.dump(decorator) for decorator in node.decorator_list)


def places(module: Any) -> Iterator[tuple[str, str]]:
    yield f"{module.path}:1", ast.get_docstring(module.tree) or ""
    for node in public(module.tree):
        yield f"{module.path}:{node.lineno} {node.name}", ast.get_docstring(node) or ""


def test_everything_public_has_a_docstring(modules: list[Any]) -> None:
    assert [place for module in modules for place, text in places(module) if not text] == []


def test_the_first_line_is_one_sentence(modules: list[Any]) -> None:
    wrong = [
        place
        for module in modules
        for place, text in places(module)
        if text
        and (not text.splitlines()[0].endswith((".", "?", "…")) or len((text + "\n\n").split("\n")[1].strip()) > 0)
    ]
    assert wrong == []


def test_sections_are_those_of_numpy(modules: list[Any]) -> None:
    foreign = re.compile(
        r"^\s*(Args:|Arguments:|Returns:|Raises:|Yields:)\s*$|^\s*:(param|returns?|raises)\b", re.MULTILINE
    )
    wrong = [place for module in modules for place, text in places(module) if foreign.search(text)]
    assert wrong == []
