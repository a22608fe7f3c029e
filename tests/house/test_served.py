"""What is served comes from this host alone, and speaks both languages."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

from kuai import catalog

OUTSIDE = re.compile(
    r"(?:https?:)?//(?!(?:127\.0\.0\.1|localhost|0\.0\.0\.0)\b)([a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE
)
NEVER_FETCHED = ("//www.w3.org/",)  # names of XML namespaces
SERVED = (".py", ".js", ".css", ".html", ".svg", ".json", ".toml")
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_nothing_served_names_another_host(texts: dict[str, str]) -> None:
    wrong = [
        f"{path}: {match[0]}"
        for path, text in texts.items()
        if path.startswith(("dashboards/", "kuai/texts", "kuai/serving")) and path.endswith(SERVED)
        for match in OUTSIDE.finditer(text)
        if not any(known in match[0] + "/" for known in NEVER_FETCHED)
    ]
    assert wrong == []


def registry(root: Path) -> dict[str, dict[str, str]]:
    path = root / "kuai" / "texts.toml"
    if not path.is_file():
        pytest.skip("no texts yet")
    return flat(tomllib.loads(path.read_text("utf-8")))


def flat(table: dict[str, object], prefix: str = "") -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for key, value in table.items():
        if not isinstance(value, dict) or not value.keys().isdisjoint({"zh", "en"}):
            found[prefix + key] = value if isinstance(value, dict) else {}
        else:
            found |= flat(value, f"{prefix}{key}.")
    return found


def test_every_text_is_in_chinese_and_english(root: Path) -> None:
    wrong = [key for key, text in registry(root).items() if set(text) != {"zh", "en"} or not all(text.values())]
    assert wrong == []


def test_both_languages_are_filled_in_with_the_same_values(root: Path) -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    wrong = [key for key, text in registry(root).items() if fields(text["zh"]) != fields(text["en"])]
    assert wrong == []


def test_every_measure_and_metric_is_labelled_in_both_languages() -> None:
    labels = {one.id: (one.label, one.unit) for one in (*catalog.MEASURES, *catalog.METRICS)}
    wrong = [
        name
        for name, (label, unit) in labels.items()
        if not (HAN.search(label.zh) and label.en and unit.zh and unit.en)
    ]
    assert wrong == []


def plain_classes(text: str) -> set[str]:
    """Classes that a selector of a style sheet begins with, so that its rule is for whatever page has them."""
    bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    selectors = [one.strip() for rule in re.findall(r"([^{}]+)\{", bare) for one in rule.split(",")]
    return {found[1] for one in selectors if (found := re.match(r"\.([a-z][\w-]*)", one))}


def test_no_page_dresses_what_another_has_under_the_same_name(texts: dict[str, str]) -> None:
    shared = {"page.css", "theme.css", "theme_dark.css"}
    owners: dict[str, list[str]] = {}
    for path, text in texts.items():
        if path.startswith("dashboards/assets/") and path.endswith(".css") and Path(path).name not in shared:
            for one in plain_classes(text) - {"page", "failed"}:
                owners.setdefault(one, []).append(path)
    assert len(owners) > 50
    assert {one: paths for one, paths in owners.items() if len(paths) > 1} == {}
