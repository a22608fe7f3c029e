from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kuai.city.model import Source
from kuai.errors import SourceError

from jobs.discover import Delivery, digest
from jobs.names import named_days
from jobs.record import as_of, require_unchanged


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("cases_2012.csv.gz", "2012-01-01", "2012-12-31"),
        ("sub/2011/cases_2012-02.csv", "2012-02-01", "2012-02-29"),
        ("cases_2012-12.csv", "2012-12-01", "2012-12-31"),
        ("cases_2012-02-03.csv", "2012-02-03", "2012-02-03"),
        ("county_6801_2012-02-03.csv", "2012-02-03", "2012-02-03"),
        ("persons_680102__2026-06-30.parquet", "2026-06-30", "2026-06-30"),
    ],
)
def test_the_days_of_a_name_are_those_that_stand_last(name: str, first: str, last: str) -> None:
    assert named_days(name) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "name", ["cases.csv", "cases_9999.csv", "cases_20120203.csv", "cases_2012-13.csv", "cases_2012-02-30.csv", "v12"]
)
def test_a_name_without_a_day_there_is_has_none(name: str) -> None:
    assert named_days(name) is None


def test_a_digest_tells_parts_from_their_joint() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert len(digest("")) == 16


def delivery(path: Path, pattern: str = "") -> Delivery:
    source = Source("s", "core.person", "", "*", "SELECT 1", Path("s.sql"), as_of=pattern)
    return Delivery(source, path, path.name, "recipe")


def test_the_day_of_a_snapshot_stands_in_the_name() -> None:
    pattern = r"__(\d{4}-\d{2}-\d{2})"
    assert as_of(delivery(Path("posts__2018-03-04.csv"), pattern)) == date(2018, 3, 4)
    assert as_of(delivery(Path("posts.csv"))) is None


@pytest.mark.parametrize("name", ["posts.csv", "posts__2018-02-30.csv"])
def test_a_snapshot_without_its_day_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match="does not hold the day of the snapshot") as caught:
        as_of(delivery(Path(name), r"__(\d{4}-\d{2}-\d{2})"))
    assert caught.value.where == name


def test_a_file_that_changed_is_no_version_of_itself(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("a")
    before = path.stat()
    require_unchanged(delivery(path), before)
    path.write_text("ab")
    with pytest.raises(SourceError, match="changed while it was read"):
        require_unchanged(delivery(path), before)
