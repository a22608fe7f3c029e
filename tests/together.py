"""Which tests run in one process, and which of them begin: nobody waits for the last one."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from xdist.scheduler import LoadScopeScheduling

# What is dear is a fixture, or a library that only these files need.
SHARED = {
    "scene": ("jobs/test_crash.py", "jobs/test_cluster.py", "jobs/test_scan.py"),
    "spark": ("spark/test_session.py", "disclosure/test_cellkey.py", "disclosure/test_ptable.py"),
    "trees": ("house/test_docstrings.py", "house/test_imports.py", "house/test_size.py", "house/test_sql.py"),
    "engines": (
        "acceptance/test_wrong_words.py", "jobs/test_dirty.py", "lake/test_ledger.py", "lake/test_tables.py",
        "disclosure/test_epochs.py", "lake/test_history.py",
        "geography/test_kernel.py", "geography/test_locator.py", "geography/test_orientation.py",
        "landing/test_checked.py", "landing/test_needs.py", "landing/test_reading.py", "landing/test_screen.py",
    ),
    "pages": (
        "dashboards/test_adaptive.py", "dashboards/test_app.py", "dashboards/test_audit.py",
        "dashboards/test_bypass.py", "dashboards/test_caches.py", "dashboards/test_exports.py",
        "dashboards/test_gatehouse.py", "dashboards/test_guard.py", "dashboards/test_hours.py",
        "dashboards/test_map.py", "dashboards/test_peers.py", "dashboards/test_pictures.py",
        "dashboards/test_provider.py", "dashboards/test_second_step.py", "dashboards/test_shell.py",
        "dashboards/test_station.py", "desk/test_desk.py", "desk/test_judged.py",
        "mapping/test_kept.py", "mapping/test_layered.py", "mapping/test_routes.py", "wall/test_alarms.py",
        "wall/test_legible.py", "wall/test_pushes.py",
    ),
    "proofs": (
        "proofs/test_averaging.py", "proofs/test_differencing.py", "proofs/test_noise.py", "proofs/test_questions.py",
        "proofs/test_sums.py", "proofs/test_threshold.py",
    ),
    "generator": (
        "generator/test_people.py", "generator/test_run.py", "generator/test_territory.py", "generator/test_truth.py",
    ),
    "town": ("benchmarks/test_questions.py", "proofs/test_rollup.py", "proofs/test_utility.py"),
}  # fmt: skip
LONGEST = (
    *SHARED["scene"], "acceptance/test_chicago.py", *SHARED["pages"], "wall/test_wall_soak.py",
    *SHARED["engines"], "wall/test_wall_browser.py", "wall/test_sheets_browser.py", "acceptance/test_later_year.py",
    "dashboards/test_browser.py", "mapping/test_browser.py", "acceptance/test_fuzz.py", "dashboards/test_axe.py",
    "dashboards/test_audit_browser.py", "wall/test_alarms_browser.py", *SHARED["spark"],
    "dashboards/test_station_browser.py", "dashboards/test_http_fuzz.py", "desk/test_desk_browser.py",
    "jobs/test_release.py", "jobs/test_patches.py", "jobs/test_build.py",
    "jobs/test_retire.py", "statistics/test_funnel.py", *SHARED["generator"], *SHARED["proofs"],
    "jobs/test_new_city.py",
)  # fmt: skip

LONG = ("jvm", "browser", "slow")


class Together(LoadScopeScheduling):
    """Keeps the tests of a file in one process, and those of files that share a dear fixture."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((group for group, files in SHARED.items() if file.endswith(files)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Send tests to processes, the longest first."""
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest begin first."""

    def rank(item: pytest.Item) -> int:
        file = item.nodeid.partition("::")[0]
        return next((at for at, name in enumerate(LONGEST) if file.endswith(name)), len(LONGEST))

    items.sort(key=rank)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Nothing that is there once tests were found goes while they run; the quick ones leave too little to look for."""
    gc.freeze()
    if any(item.get_closest_marker(name) for item in session.items for name in LONG):
        gc.set_threshold(100_000, 20, 20)
        gc.enable()


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Tell the first process what came of a test, and no more: to send every step takes longer than most tests."""
    asked = item.config.option
    if not hasattr(item.config, "workerinput") or asked.durations is not None or asked.xmlpath:
        return None
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
    return True
