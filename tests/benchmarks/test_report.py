from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from benchmarks.report import figure, machine, merge, row
from benchmarks.result import Result, compared

HOST = "2 cores, 8 GB, x86_64"


def test_a_result_says_whether_its_goal_is_kept() -> None:
    assert compared("locate", 20.0, 2.0, ">= 10", ("M/s", "")).holds
    assert not compared("locate", 19.0, 2.0, ">= 10", ("M/s", "")).holds
    assert compared("build", 3.0, 2.0, "<= 1.5", ("s", "")).holds
    assert not compared("build", 3.1, 2.0, "<= 1.5", ("s", "")).holds


def test_results_are_written_for_machines_with_exactly_five_numbers(tmp_path: Path) -> None:
    merge(tmp_path, [compared("build", 3.0, 2.0, "<= 1.5", ("s", "a note"))], HOST)
    assert json.loads((tmp_path / "results.json").read_text()) == {
        "build": {"ours": 3.0, "peer": 2.0, "ratio": 1.5, "goal": "<= 1.5", "holds": True}
    }


def test_a_benchmark_that_was_not_run_again_keeps_its_row(tmp_path: Path) -> None:
    merge(tmp_path, [compared("a", 1.0, 2.0, "<= 1", ("s", "")), compared("b", 1.0, 2.0, "<= 1", ("s", ""))], HOST)
    merge(tmp_path, [compared("b", 9.0, 2.0, "<= 1", ("s", ""))], HOST)
    told = json.loads((tmp_path / "results.json").read_text())
    lines = [line for line in (tmp_path / "RESULTS.md").read_text().splitlines() if line.startswith(("| a ", "| b "))]
    assert (told["a"]["ours"], told["b"]["ours"]) == (1.0, 9.0)
    assert [line.split(" | ")[1] for line in lines] == ["1", "9"]


def test_a_promise_that_is_not_kept_stands_out() -> None:
    result = Result("growth", 1.0, 0.0, 2.0, "<= 1", holds=False, unit="s", note="16 times the rows")
    assert row(result, HOST, date(2020, 1, 2)) == (
        f"| growth | 1 | – | s | 2 | <= 1 | **no** | 2020-01-02 | {HOST} | 16 times the rows |"
    )


@pytest.mark.parametrize(("value", "text"), [(0.01234, "0.0123"), (1.234, "1.23"), (1234.4, "1,234"), (99.96, "100")])
def test_a_figure_has_three_digits_that_count(value: float, text: str) -> None:
    assert figure(value) == text


def test_the_machine_is_named_by_what_counts_alone() -> None:
    assert [part.split()[-1] for part in machine().split(", ")][:2] == ["cores", "GB"]
