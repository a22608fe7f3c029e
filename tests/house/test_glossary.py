"""One word per idea: no term of the glossary has two lines, in either language."""

from __future__ import annotations

from pathlib import Path

ROWS = [
    [cell.strip() for cell in line.strip("| \n").split(" | ")]
    for line in (Path(__file__).parents[2] / "GLOSSARY.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| term ")
]


def repeated(words: list[str]) -> set[str]:
    return {one for one in words if words.count(one) > 1}


def test_every_term_is_told_once_in_both_languages() -> None:
    assert len(ROWS) > 100
    assert {len(row) for row in ROWS} == {3}
    assert repeated([row[0] for row in ROWS]) == set()
    assert repeated([row[1] for row in ROWS]) == set()
