"""Stores that the whole pipeline made of known populations, each built once, and the table of the figures."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kuai.disclosure.cellkey import Noise
from kuai.disclosure.policy import Policy
from kuai.home import Home
from tests.proofs import populations, served
from tests.proofs.figures import Table
from tests.proofs.served import Answers
from tests.proofs.zone import IS_FULL, Zone

DOCUMENT = Path(__file__).parents[2] / "docs" / "disclosure.md"
HEADING = """# What an attacker reaches

Written by `make prove-disclosure`. Every number that is attacked came through the gate, from stores that the whole
build made of populations whose every cell is known. A slack in brackets is what chance allows at that number of tries.

What does not hold and is no failure of a test: A14 asks that 99 in 100 blocks be served, and the threshold hides by
design those with under ten residents, of which the generated city has more. On the population that the limit was set
for (544,320 residents in 1,440 blocks) it holds.

| not in the table | where it is tested |
|---|---|
| A1 perturbation tables, A2 the published example | `tests/kuai/disclosure/test_ptable.py`, `test_cellkey.py` |
| A3 uniform keys; A5 any partition and order, Spark and DuckDB | `tests/kuai/disclosure/test_cellkey.py` |
| A15, A16 files, logs and plans of a build on Spark | `tests/jobs/test_scan.py`, `tests/kuai/disclosure/test_keys.py` |
| A17 cost of the keys | `benchmarks/disclosure.py`, in `benchmarks/RESULTS.md` |
| sensitive attributes (D = 10) | not in the catalogue: there are no layers of such attributes |
| adaptive roll-up | `make prove-rollup`: what it shows; `tests/proofs/test_rollup.py` |

"""


@pytest.fixture(scope="session")
def table(pytestconfig: pytest.Config) -> Iterator[Table]:
    """Table of this run; a full one is printed, and kept beside the documents with what other files found before."""
    found = Table()
    yield found
    if IS_FULL and not _is_narrowed(pytestconfig):
        DOCUMENT.write_text(HEADING + found.beside(DOCUMENT.read_text("utf-8")).text(), "utf-8")
    if "KUAI_PROOFS" in os.environ:
        with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():  # type: ignore[union-attr]
            print(f"\n{found.text()}")  # noqa: T201 -- the table is what the run is for


def _is_narrowed(config: pytest.Config) -> bool:
    """Whether only some tests of a file run, so that some of its figures are not reached."""
    return bool(config.option.keyword) or any("::" in one for one in config.args)


@pytest.fixture(scope="session")
def noise() -> Noise:
    found = Policy.load().klass("person").noise
    assert found is not None
    return found


@pytest.fixture(scope="session")
def pairs() -> Zone:
    return populations.pairs(populations.SIZE)


@pytest.fixture(scope="session")
def pairs_home(pairs: Zone, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return served.publish(pairs, tmp_path_factory.mktemp("pairs"))


@pytest.fixture(scope="session")
def answers(pairs_home: Home) -> Iterator[Answers]:
    """What is served of the pairs."""
    with served.opened(pairs_home) as found:
        yield found


@pytest.fixture(scope="session")
def control_pairs() -> Zone:
    return populations.pairs(populations.CONTROL)


@pytest.fixture(scope="session")
def control(control_pairs: Zone, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """What would be served of the pairs if noise depended on nothing but who is counted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jobs.protect.protect_persons", served.set_keyed)
        home = served.publish(control_pairs, tmp_path_factory.mktemp("control"))
    with served.opened(home) as found:
        yield found


@pytest.fixture(scope="session")
def year() -> Zone:
    return populations.year()


@pytest.fixture(scope="session")
def year_answers(year: Zone, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """What is served of a year of registers."""
    with served.opened(served.publish(year, tmp_path_factory.mktemp("year"))) as found:
        yield found
        gc.collect()
