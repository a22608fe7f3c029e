"""Notebooks are executed, answer rightly where the answer is known, and are committed without output."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kuai.home import Home

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LAST = date(2018, 3, 31)
RATES = {"s1": (4, 4), "s2": (2, 9), "s3": (6, 1), "s4": (0, 0), "s5": (5, 6)}  # cases a day: before, in the last days


def run(name: str, options: dict[str, Any], question: str) -> Any:
    """Value of an expression after the notebook, in its kernel."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)  # type: ignore[no-untyped-call]
    notebook.cells.append(nbformat.v4.new_code_cell(f"import json; print(json.dumps({question}))"))  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute(**options)
    return json.loads(notebook.cells[-1].outputs[0].text)


@pytest.fixture
def planted(publish: Callable[..., Home]) -> Path:
    """Home of a city where stations s2 and s3 changed four weeks ago."""
    area = ["hierarchy | level | area | parent | name_zh | name_en | valid_from"]
    area += [f"police | station | {code} | demo | {code} | Station {code} | 2010-01-01" for code in RATES]
    cell = ["measure | level | area | period | start | category | value"]
    for age in range(56):
        day, is_now = LAST - timedelta(days=age), age < 28
        cell += [f"incident_count | station | {code} | day | {day} | all | {n[is_now]}" for code, n in RATES.items()]
    return publish(
        cell="\n".join(cell),
        area="\n".join(area),
        level="""
            hierarchy | level   | rank | name_zh | name_en | has_geometry
            police    | city    | 0    | 全市    | City    | false
            police    | station | 1    | 派出所  | Station | false
        """,
        coverage=f"measure | first | last\nincident_count | 2018-01-01 | {LAST}",
        released="measure | level | period\nincident_count | station | day",
        category="measure | category\nincident_count | all",
    ).root


@pytest.mark.slow
def test_beats_that_changed_are_found_and_no_other(planted: Path, command: Callable[[Path], dict[str, Any]]) -> None:
    found = run("which_beats_differ.ipynb", command(planted), "[sorted(differing.index), compared_with]")
    assert found == [["s2", "s3"], "the 28 days before"]


@pytest.mark.jvm
@pytest.mark.slow
def test_the_question_is_answered_of_the_generated_town(
    town_home: Path, command: Callable[[Path], dict[str, Any]]
) -> None:
    tested, left_out = run("which_beats_differ.ipynb", command(town_home), "[len(table), len(left_out)]")
    assert tested > 0
    assert left_out == 0


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_no_output_is_committed(path: Path) -> None:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert [cell["id"] for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []
