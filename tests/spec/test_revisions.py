"""Which cells of a part that was published are corrected: those that are far from what they were."""

from __future__ import annotations

from tests.spec.sheet import result, rows

BOUNDS = {"hidden": 9, "least": 15}


def drawn(*cells: str, level: str = "block") -> str:
    lines = (f"m | {level} | {cell.split()[0]} | stock | 2026-01-01 | all | {cell.split()[1]}" for cell in cells)
    return "\n".join(["measure | level | area | period | start | category | value", *lines])


def test_a_cell_is_corrected_only_if_it_is_far_from_what_was_published() -> None:
    found = result(
        "revised_cell",
        "area value",
        BOUNDS,
        published=drawn("a 40", "b 40", "c 40"),
        built=drawn("a 54", "b 55", "c 25"),
    )
    assert found == rows("""
        a 40
        b 55
        c 25
    """)


def test_a_hidden_cell_counts_as_the_number_below_the_threshold() -> None:
    published, built = drawn("a 23", "b 24", "c 50"), drawn("c 50", "d 23", "e 24")
    assert result("revised_cell", "area value", BOUNDS, published=published, built=built) == rows("""
        a 23     # no longer counted, and too few to tell
        c 50
        e 24
    """)


def test_what_is_no_longer_released_stays_as_it_was() -> None:
    published = drawn("a 41", "b 60") + "\nm | block | a | stock | 2026-01-01 | male | 30"
    assert result("revised_cell", "area category value", BOUNDS, published=published, built=drawn("a 41")) == rows("""
        a all  41
        a male 30
    """)


def test_a_level_that_was_never_published_is_taken_as_it_is() -> None:
    built = drawn("a 41") + "\n" + drawn("s 12", level="station").splitlines()[1]
    assert result("revised_cell", "area value", BOUNDS, published=drawn("a 40"), built=built) == rows("""
        a 40
        s 12
    """)
