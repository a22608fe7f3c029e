"""The table of figures keeps what files that did not run found before."""

from __future__ import annotations

from tests.proofs.figures import HEAD, Table


def test_figures_of_other_tests_stay_and_those_of_this_one_are_replaced() -> None:
    written, now = Table(), Table()
    written.hold("A8", "left", 0.5, ">= 0.65", 0.1)
    written.note("A11", "gone", 1.0)
    now.hold("A11", "block", 0.3, "<= 0.4")
    found = now.beside("# Heading\n\n| other | table |\n|---|---|\n| A9 | x |\n\n" + written.text()).text()
    assert found == HEAD + "| A8 | left | 0.5 | >= 0.65 (-0.1) | NO |\n| A11 | block | 0.3 | <= 0.4 | yes |\n"


def test_tests_of_the_gate_stand_in_their_order() -> None:
    table = Table()
    for name in ("G10", "G2"):
        table.note(name, "figure", 1.0)
    assert [line.split()[1] for line in table.text().removeprefix(HEAD).splitlines()] == ["G2", "G10"]
