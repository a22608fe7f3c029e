"""Size of functions and modules: small enough to be read at once."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median, quantiles
from typing import Any

MEDIAN, NINETEEN_OF_TWENTY, LONGEST = 6, 25, 40
MODULE, TEST_MODULE = 250, 300
ARGUMENTS = 5

Function = ast.FunctionDef | ast.AsyncFunctionDef


def size(function: Function) -> int:
    """Lines of the body; the docstring is not counted."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def arguments(function: Function) -> int:
    own = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return len([one for one in own if one.arg not in {"self", "cls"}])


def test_no_function_is_long(modules: list[Any], test_modules: list[Any]) -> None:
    long = [
        f"{module.path}:{one.lineno} {one.name}: {size(one)} lines"
        for module in [*modules, *test_modules]
        for one in module.functions
        if size(one) > LONGEST
    ]
    assert long == []


def test_most_functions_are_short(modules: list[Any]) -> None:
    sizes = [size(one) for module in modules for one in module.functions]
    assert median(sizes) <= MEDIAN
    assert quantiles(sizes, n=20)[-1] <= NINETEEN_OF_TWENTY


def test_no_function_takes_many_arguments(modules: list[Any]) -> None:
    many = [
        f"{module.path}:{one.lineno} {one.name}: {arguments(one)} arguments"
        for module in modules
        for one in module.functions
        if arguments(one) > ARGUMENTS and not is_command(one)
    ]
    assert many == []


def is_command(function: Function) -> bool:
    """Whether it is a command, whose arguments are the options of its command line."""
    own = [*function.args.args, *function.args.kwonlyargs]
    return any(one.annotation is not None and "'typer'" in ast.dump(one.annotation) for one in own)


def test_no_module_is_long(modules: list[Any], test_modules: list[Any]) -> None:
    lines = {module.path: len(module.text.splitlines()) for module in [*modules, *test_modules]}
    limit = {path: TEST_MODULE if path.startswith("tests/") else MODULE for path in lines}
    assert {path: count for path, count in lines.items() if count > limit[path]} == {}


def test_no_script_is_long(files: list[str], root: Path) -> None:
    lines = {
        path: len((root / path).read_text("utf-8").splitlines()) for path in files if path.endswith((".js", ".css"))
    }
    assert lines
    assert {path: count for path, count in lines.items() if count > MODULE} == {}
