"""Files of one source that tell the same: one counts, the other is told, and takes its place when it goes away."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kuai.city.model import Source

from jobs.cli import _warnings
from jobs.job import Report
from jobs.names import decided
from jobs.twins import Twin

Served = Callable[..., dict[str, list[Any]]]
ROWS = [f"p{i};2025-06-01 0{i + 6}:00;{i + 3}" for i in range(3)]
FIRST, SECOND = "流量_2025-06.csv", "流量_2025-06-redelivery.csv"


@pytest.fixture(autouse=True)
def plain_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expectations.validate.validate", lambda _: [])


@pytest.fixture
def june(town: Any, home: Path, served: Served) -> Callable[[], tuple[float, Report]]:
    """Passages of June in the town after a build, and its report. The first file of passages has been delivered."""
    town.write("卡口__2025-01-01.csv", "号;名;东;北", [f"p{i};岗{i};{500_500 + 1000 * i};4400500" for i in range(3)])
    town.write(FIRST, "号;时;数", ROWS)

    def count() -> tuple[float, Report]:
        report = town.build(home)
        assert report.failures == []
        cells = served(home)["cell"]
        return sum(
            one[6] for one in cells if one[:2] == ("passage_count", "town") and one[3::2][:2] == ("month", "all")
        ), report

    return count


def traffic(report: Report) -> list[tuple[str, int]]:
    return [(one.path, one.accepted) for one in report.batches if one.source == "traffic"]


@pytest.mark.slow
def test_a_second_file_of_the_same_content_is_told_and_not_counted(
    june: Callable[[], tuple[float, Report]], town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert june()[0] == 12
    shutil.copyfile(town.data / FIRST, town.data / SECOND)
    count, report = june()
    assert (count, report.twins, report.is_new) == (12, [Twin("traffic", SECOND, FIRST)], False)
    for language, word in (("zh", "内容相同"), ("en", "has the content of")):
        monkeypatch.setenv("KUAI_LANG", language)
        said = _warnings(report)[-1]
        assert all(one in said for one in (FIRST, SECOND, word))


@pytest.mark.slow
def test_both_delivered_at_once_count_once_and_either_may_go(
    june: Callable[[], tuple[float, Report]], town: Any
) -> None:
    shutil.copyfile(town.data / FIRST, town.data / SECOND)
    count, report = june()
    assert (count, len(report.twins), len(traffic(report))) == (12, 1, 1)
    (held,) = (path for path, _ in traffic(report))
    other = SECOND if held == FIRST else FIRST
    (town.data / held).unlink()
    count, report = june()
    assert (count, report.twins, traffic(report)) == (12, [], [(other, 3)])
    town.write(other, "号;时;数", [*ROWS, "p0;2025-06-02 08:00;7"])
    count, report = june()
    assert (count, traffic(report)) == (19, [(other, 4)])


@pytest.mark.slow
def test_a_file_that_becomes_a_copy_of_another_no_longer_counts(
    june: Callable[[], tuple[float, Report]], town: Any
) -> None:
    town.write(SECOND, "号;时;数", ["p0;2025-06-02 08:00;7"])
    assert june()[0] == 19
    shutil.copyfile(town.data / FIRST, town.data / SECOND)
    count, report = june()
    assert (count, report.twins, traffic(report)) == (12, [Twin("traffic", SECOND, FIRST)], [(SECOND, 0), (FIRST, 3)])
    assert june()[1].is_new is False
    (town.data / FIRST).unlink()
    count, report = june()
    assert (count, traffic(report)) == (12, [(SECOND, 3)])


@pytest.mark.slow
def test_files_without_rows_are_no_news(june: Callable[[], tuple[float, Report]], town: Any) -> None:
    for month in ("2025-08", "2025-09"):
        town.write(f"流量_{month}.csv", "号;时;数", [])
    assert june()[1].twins == []


SOURCE = Source("s", "core.case", "", "*", "SELECT line FROM raw -- a file", Path("s.sql"))


@pytest.mark.parametrize(
    ("declared", "name", "other", "is_same"),
    [
        ({"coverage": "observed"}, "a_2025-06.csv", "a_2025-07.csv", True),
        ({"coverage": "name"}, "a_2025-06.csv", "a_2025-06-again.csv", True),
        ({"coverage": "name"}, "a_2025-06.csv", "a_2025-07.csv", False),
        ({"as_of": r"__(\d{4}-\d{2}-\d{2})"}, "a__2025-01-01.csv", "b__2025-01-01.csv", True),
        ({"as_of": r"__(\d{4}-\d{2}-\d{2})"}, "a__2025-01-01.csv", "a__2025-04-01.csv", False),
        ({"sql": "SELECT line, file AS area FROM raw"}, "a.csv", "b.csv", False),
    ],
)
def test_a_name_that_decides_something_makes_another_file(
    declared: dict[str, Any], name: str, other: str, *, is_same: bool
) -> None:
    source = replace(SOURCE, **declared)
    assert (decided(source, name) == decided(source, other)) is is_same
