"""The policy of release: what is in force, and that a wrong file is refused with the way out."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from kuai.catalog import MEASURES
from kuai.disclosure.klasses import Rule
from kuai.disclosure.policy import Policy, resolutions
from kuai.disclosure.policyfile import AUDIENCES, CLASSES, RESOLUTIONS
from kuai.errors import GateError, SettingsError
from kuai.periods import PERIODS
from kuai.settings import conf_folder


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.load()


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, str], Path]:
    """Copy of the policy file with one text replaced."""

    def make(old: str, new: str) -> Path:
        text = (conf_folder() / "privacy.toml").read_text("utf-8")
        assert old in text
        (tmp_path / "privacy.toml").write_text(text.replace(old, new, 1), "utf-8")
        return tmp_path / "privacy.toml"

    return make


def test_every_measure_has_a_class_with_rules_for_every_audience_and_resolution(policy: Policy) -> None:
    assert set(policy.klasses) == set(CLASSES) >= {measure.klass for measure in MEASURES}
    for klass in CLASSES:
        assert all(policy.rule(klass, audience) for audience in AUDIENCES)
        assert all(set(policy.released(klass, one)) <= set(PERIODS) for one in RESOLUTIONS)


def test_persons_are_protected_and_coarse_at_the_leaf(policy: Policy) -> None:
    person = policy.klass("person")
    assert person.is_protected
    assert (person.noise.reach, person.noise.threshold) == (5, 10)  # type: ignore[union-attr]
    assert policy.released("person", "leaf") == ()
    assert "day" not in policy.released("person", "upper")
    assert (policy.rhythm("person", "leaf"), policy.rhythm("person", "middle")) == ("half", "month")
    assert (policy.breakdown("person", "leaf"), policy.breakdown("place", "leaf")) == ("year", "day")
    assert policy.suppressed_most("person", "wall") == 9


def test_no_audience_gets_unprotected_persons(policy: Policy) -> None:
    path = conf_folder() / "privacy.toml"
    declared = tomllib.loads(path.read_text("utf-8"))["class"]["person"]["audience"]
    assert set(declared.values()) <= {"protected", "not_permitted"}
    assert not policy.rule("person", "engineer").is_permitted


def test_other_classes_are_stored_as_counted_and_ruled_by_audience(policy: Policy) -> None:
    assert not policy.klass("incident").is_protected
    assert [policy.suppressed_most("incident", one) for one in ("analyst", "wall")] == [0, 2]
    assert policy.rule("incident", "analyst") == Rule()
    assert policy.rule("incident", "wall").minimum == 3
    assert policy.ratio.min_denominator == 50


@pytest.mark.parametrize(
    ("levels", "locate", "expected"),
    [
        (("city", "district", "beat"), "beat", "upper upper leaf"),
        (("city", "community", "tract", "block"), "tract", "upper upper leaf leaf"),
        (("city", "county", "town", "community", "block"), "block", "upper upper middle middle leaf"),
        (("city", "county", "town"), "", "upper upper leaf"),
        (("city", "block"), "block", "upper leaf"),
        (("city",), "", "upper"),
    ],
)
def test_resolution_follows_the_place_in_the_hierarchy(levels: tuple[str, ...], locate: str, expected: str) -> None:
    assert " ".join(resolutions(levels, locate).values()) == expected


def test_city_pack_may_say_otherwise() -> None:
    assert resolutions(("city", "district", "beat"), "beat", {"beat": "middle", "tract": "leaf"})["beat"] == "middle"
    with pytest.raises(SettingsError, match="did you mean middle"):
        resolutions(("city", "beat"), "beat", {"beat": "midle"})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("min_denominator = 50", "min_denominater = 50", "did you mean min_denominator"),
        ("min_denominator = 50", "min_denominator = 0", "at least 1"),
        ("epoch = 1", 'epoch = "1"', "epoch must be a whole number"),
        ("epoch = 1\n", "", "epoch is missing"),
        ("[class.person]", "[class.persons]", "did you mean person"),
        ('method = "cell_key"', 'method = "cellkey"', "did you mean cell_key"),
        ("threshold = 10 ", "threshold = 9 ", "twice the reach"),
        ("reach = 5 ", "reach = 6 ", "has reach 5, not 6"),
        ("variance = 3.0", "variance = 2.0", "variance 3.0000"),
        ("16285914,", "16285914.5,", "list of whole numbers"),
        ("16285914,", "162859140000000000000000,", "list of whole numbers from 0"),
        ("variance = 3.0", "variance = nan", "variance must be a number"),
        ("variance = 3.0", 'variance = "3"', "variance must be a number"),
        ('method = "rule"', 'method = ["rule"]', "method cannot be ['rule']"),
        ('purposes = ["quality"]', 'purposes = [["quality"]]', "cannot hold ['quality']"),
        ('analyst = "protected"', 'analyst = "exact"', "class.person.audience.analyst cannot hold 'exact'"),
        ('leaf = "quarter"', 'leaf = "quater"', "did you mean quarter"),
        ('upper = "quarter"', 'upper = "day"', "categories by the month, or by a longer period"),
        ('middle = "month"', 'middle = "week"', "class.person.breakdown.middle is 'year'"),
        ("leaf = []", 'leaf = "month"', "must be a list of periods"),
        ("leaf = []", 'leaf = ["months"]', "did you mean month"),
        ("wall = 3", "wall = 1", "at least 2"),
        ("wall = 3", "wall = true", "at least 2"),
        ("[ratio]\nmin_denominator = 50", "ratio = 50", "ratio must be a table"),
        ("epoch = 1", "epoch = ", "cannot be read as TOML"),
    ],
)
def test_wrong_policy_is_refused_with_the_way_out(
    changed: Callable[[str, str], Path], old: str, new: str, said: str
) -> None:
    path = changed(old, new)
    with pytest.raises(SettingsError) as caught:
        Policy.load(path)
    assert said in str(caught.value)
    assert caught.value.where == str(path)


def test_unknown_names_are_refused_with_the_nearest(policy: Policy) -> None:
    with pytest.raises(GateError, match="did you mean analyst"):
        policy.rule("incident", "analist")
    with pytest.raises(SettingsError, match="did you mean incident"):
        policy.released("incidents", "leaf")
    with pytest.raises(SettingsError, match="did you mean leaf"):
        policy.rhythm("incident", "leef")


def test_version_follows_the_rules_and_not_the_comments(policy: Policy, changed: Callable[[str, str], Path]) -> None:
    assert Policy.load(changed("# What may be", "# Whatever may be")).version == policy.version
    assert Policy.load(changed("wall = 3", "wall = 4")).version != policy.version
