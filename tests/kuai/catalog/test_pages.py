from __future__ import annotations

from pathlib import Path

import pytest

from kuai.catalog import CONTRACTS, MEASURES, METRICS
from kuai.catalog.pages import NAMES, catalog_page, cli_page, metrics_page, page, write
from kuai.contracts import Column, Contract, Expectation

DOCS = Path(__file__).parents[3] / "docs"
KIND = Column("kind", "string", "Kind | sort", allowed=("gas", "led")).must()
LIGHT = Contract(
    "core.light", "One row per street light",
    (KIND, Column("power", "double", "Power", "W", minimum=0)),
    key=("kind",), rules=(("odd", "power = 13"),), expectations=(Expectation("accepted", minimum=1, maximum=9),),
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_page_in_docs_is_what_the_declarations_say(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == page(name), "run: make docs"


def test_a_dataset_tells_its_grain_columns_rules_and_bounds() -> None:
    page = catalog_page([LIGHT])
    assert "Grain: one row per street light. Key within a file: `kind`." in page
    assert "| `kind` | string | Kind \\| sort | – | required, one of `gas`, `led` | – |" in page
    assert "| `power` | double | Power | W | ≥ 0 | – |" in page
    assert "- `odd`: a row for which `power = 13`" in page
    assert "- `accepted` ≥ 1 and ≤ 9 (blocking)" in page


def test_every_declaration_has_its_place() -> None:
    datasets, numbers = catalog_page(CONTRACTS), metrics_page(MEASURES, METRICS)
    assert [one.name for one in CONTRACTS if f"## {one.name}\n" not in datasets] == []
    assert [one.id for one in (*MEASURES, *METRICS) if f"| `{one.id}` |" not in numbers] == []


def test_every_command_is_told() -> None:
    page = cli_page()
    assert [
        name for name in ("build", "explain", "generate", "query", "serve", "status") if f"## kuai {name}\n" not in page
    ] == []


def test_pages_are_written_into_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "docs")
    assert sorted(path.name for path in (tmp_path / "docs").iterdir()) == sorted(NAMES)
