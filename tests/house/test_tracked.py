"""What is committed: the project and nothing of the machine it was written on, nor of how."""

from __future__ import annotations

import re
from pathlib import Path

# Written in pieces, so that this file does not contain what it looks for.
MACHINE_PATH = re.compile(
    "|".join((r"/ho" + r"me/\w", r"/ro" + r"ot/", r"/Us" + r"ers/\w", r"/wo" + r"rk/", r"/o" + r"pt/wheels"))
)
REGISTRY = re.compile("|".join((r"pypi\.o" + "rg", "pythonho" + "sted", r"registry\.n" + "pm", r"deb\.deb" + "ian")))
INDEX_LINE = re.compile(r"^\s*(-i|--index-url|--extra-index-url|-f|--find-links|--trusted-host)\b", re.MULTILINE)
TALK = re.compile(
    r"\b("
    + "|".join(
        ("cla" + "ude", "anthro" + "pic", "open" + "ai", "chat" + "gpt", "cop" + "ilot", "sub" + "agent", "l" + "lm")
    )
    + r")\b",
    re.IGNORECASE,
)
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error")) + r")\b")
LARGEST = 512 * 1024


def hits(texts: dict[str, str], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number} {match[0]}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if (match := pattern.search(line))
    ]


def test_no_path_of_a_machine(texts: dict[str, str]) -> None:
    assert hits(texts, MACHINE_PATH) == []


def test_no_host_of_a_registry(texts: dict[str, str]) -> None:
    assert hits(texts, REGISTRY) == []


def test_locks_name_no_index_and_pin_every_hash(texts: dict[str, str]) -> None:
    locks = {path: text for path, text in texts.items() if path.startswith("requirements") and path.endswith(".lock")}
    assert locks
    assert [path for path, text in locks.items() if INDEX_LINE.search(text)] == []
    entries = [entry for text in locks.values() for entry in re.split(r"\n(?=\S)", text.strip())]
    assert [
        entry for entry in entries if not re.match(r"[a-z0-9-]+==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", entry)
    ] == []


def test_nothing_speaks_of_how_it_is_written(texts: dict[str, str]) -> None:
    assert hits(texts, TALK) == []


def test_nothing_is_left_for_later(texts: dict[str, str]) -> None:
    assert hits({path: text for path, text in texts.items() if path.endswith((".py", ".sql", ".js"))}, UNFINISHED) == []


def test_no_data_is_committed(files: list[str], root: Path) -> None:
    assert [path for path in files if (root / path).stat().st_size > LARGEST] == []
    assert [path for path in files if path.endswith((".parquet", ".duckdb", ".csv.gz", ".whl", ".jar"))] == []


def test_top_level_folders_are_the_ones_of_the_layout(files: list[str]) -> None:
    layout = {"conf", "kuai", "jobs", "expectations", "dashboards", "notebooks", "benchmarks", "tests", "docs", ".ci"}
    assert {path.partition("/")[0] for path in files if "/" in path} - layout == set()


def test_tests_are_no_packages(files: list[str]) -> None:
    assert [path for path in files if path.startswith("tests/") and path.endswith("__init__.py")] == []
