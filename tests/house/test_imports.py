"""Direction of imports: jobs → expectations → kuai ← dashboards, notebooks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

MAY_IMPORT = {
    "kuai": {"kuai"},
    "expectations": {"kuai", "expectations"},
    "jobs": {"kuai", "expectations", "jobs"},
    "dashboards": {"kuai", "dashboards"},
    "benchmarks": {"kuai", "expectations", "jobs", "dashboards", "benchmarks"},
}
ENGINES = {
    "dash", "duckdb", "fastapi", "great_expectations", "numba", "numpy", "pandas", "plotly", "py4j", "pyarrow",
    "pyiceberg", "pyspark", "scipy", "shapely",
}  # fmt: skip
FORBIDDEN = {
    "dashboards": {"pyspark", "pyiceberg", "duckdb", "kuai.lake", "kuai.store", "kuai.spark", "kuai.identity"},
    "jobs": {"dash", "plotly"},
    "expectations": {"dash", "plotly", "pyspark"},
}
DECLARATIONS = ("kuai/contracts.py", "kuai/metrics.py", "kuai/catalog/")
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base"}
READS_AT_IMPORT = {
    "connect",
    "environ",
    "getenv",
    "glob",
    "iterdir",
    "open",
    "read_bytes",
    "read_text",
    "rglob",
    "walk",
}


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def test_packages_import_in_one_direction_only(modules: list[Any]) -> None:
    wrong = [
        f"{module.path}:{line} imports {name}"
        for module in modules
        for line, name in module.imports
        if name.partition(".")[0] in MAY_IMPORT.keys() - MAY_IMPORT[module.package]
    ]
    assert wrong == []


def test_packages_keep_away_from_what_is_not_theirs(modules: list[Any]) -> None:
    wrong = [
        f"{module.path}:{line} imports {name}"
        for module in modules
        for line, name in module.imports
        if any(is_within(name, far) for far in FORBIDDEN.get(module.package, ()))
    ]
    assert wrong == []


def test_declarations_import_no_engine(modules: list[Any]) -> None:
    wrong = [
        f"{module.path}:{line} imports {name}"
        for module in modules
        for line, name in module.imports
        if module.path.startswith(DECLARATIONS) and name.partition(".")[0] in ENGINES
    ]
    assert wrong == []


def test_no_module_is_named_after_nothing(modules: list[Any]) -> None:
    assert [one.path for one in modules if BANNED_NAMES & set(one.name.split("."))] == []


def test_importing_a_module_does_no_work(modules: list[Any]) -> None:
    wrong = [f"{module.path}:{line}" for module in modules for line in work_at_import(module.tree)]
    assert wrong == []


def work_at_import(tree: ast.Module) -> Iterator[int]:
    for statement in tree.body:
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if isinstance(statement, ast.Expr | ast.For | ast.While | ast.With | ast.Try) and not is_text:
            yield statement.lineno
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            yield from (node.lineno for node in evaluated(statement) if named(node) in READS_AT_IMPORT)


def evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes that are run with the statement: all but the bodies of lambdas."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.Lambda):
            yield from evaluated(child)


def named(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
