"""What the wall shows can be read from where its readers are, and told apart by those who see fewer colours."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from kuai.alarms import legible
from kuai.alarms.declared import Display, Wall
from kuai.alarms.wallfile import load_wall
from kuai.city.load import load_city
from kuai.settings import conf_folder
from tests.dashboards import sight

from dashboards.figures.classes import MOST, RAMPS
from dashboards.figures.states import FILLS, INKS
from dashboards.wall.palette import GROUND, PAPER, RAMP

ASSETS = Path(__file__).parents[3] / "dashboards" / "assets"
MINUTES = {"zh": 30.0, "en": 16.0}
"""Minutes of arc that a character must fill."""

GAP, PADDING = 0.55, 0.6
"""Between tiles, in hundredths of the display's width; within a tile, in letters of text."""

SEEN = ("", *sight.SIMULATIONS)
PALETTES = {**RAMPS, "wall": RAMP}


@pytest.fixture(scope="module", params=["shifan", "chicago"])
def wall(request: pytest.FixtureRequest) -> Wall:
    pack = load_city(request.param, conf_folder() / "cities")
    return load_wall(pack, pack.folder / "wall.toml")


@pytest.fixture(scope="module")
def css() -> str:
    return re.sub(r"/\*.*?\*/", "", (ASSETS / "wall" / "wall.css").read_text("utf-8"), flags=re.DOTALL)


def minutes(height_mm: float, display: Display) -> float:
    """Minutes of arc that a height fills from where it is read."""
    from math import atan, degrees

    return 60 * degrees(atan(height_mm / 1000 / display.distance_m))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_smallest_character_fills_its_minutes_of_arc(wall: Wall, language: str) -> None:
    from dashboards.pages.wall import sizes

    share = float(sizes(wall.display)[f"--smallest-{language}"].removesuffix("vw")) / 100
    height = share * wall.display.width_mm * legible.FACE[language]
    assert minutes(height, wall.display) >= MINUTES[language] - 1e-3
    assert height >= 1000 * wall.display.distance_m / {"zh": 115, "en": 215}[language]


def test_no_size_on_the_wall_is_under_the_smallest(css: str) -> None:
    """Every size of a letter is one of three, none of which is less than the smallest in its language."""
    given = set(re.findall(r"font-size:\s*([^;}]+)", css))
    assert given <= {"var(--small)", "var(--plain)", "var(--large)", "min(4.4vw, 17cqw)"}
    factors = [float(one) for one in re.findall(r"--(?:small|plain|large): calc\(([\d.]+) \*", css)]
    assert len(factors) == 5
    assert min(factors) >= 1
    assert "font:" not in css


def test_numbers_are_the_largest_of_all_on_the_narrowest_tile_too(wall: Wall, css: str) -> None:
    from dashboards.pages.wall import sizes

    smallest = max(float(one.removesuffix("vw")) for one in sizes(wall.display).values())
    wide = float(re.findall(r"has-wide \{ grid-template-columns: repeat\(2, .*?, ([\d.]+)fr", css)[0])
    narrowest = (100 - 4 * GAP) / (2 + wide) - 2 * PADDING * 1.2 * smallest
    of_page, of_tile = (float(one) for one in re.findall(r"min\(([\d.]+)vw, ([\d.]+)cqw\)", css)[0])
    assert min(of_page, of_tile / 100 * narrowest) >= 1.35 * smallest


def tokens() -> dict[str, str]:
    """Named colours of the dark."""
    dark = (ASSETS / "theme_dark.css").read_text("utf-8")
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})", dark))


def test_the_palette_knows_the_grounds_of_the_page() -> None:
    known = tokens()
    assert (known["ground"], known["paper"]) == (GROUND, PAPER)


@pytest.mark.parametrize("ground", ["ground", "paper", "#33241a", "#2a1f18", "#3a2c14", "#1f2c3a"])
@pytest.mark.parametrize("ink", ["ink", "soft"])
def test_text_stands_out(ink: str, ground: str, css: str) -> None:
    known = tokens()
    assert ground in known or ground in css
    assert sight.contrast(known[ink], known.get(ground, ground)) >= 4.5


@pytest.mark.parametrize(("ink", "ground"), [("#fff", "#5c3113"), ("#fff", "#6b1d24"), ("#fff", "#591820")])
def test_what_is_wrong_stands_out_more(ink: str, ground: str, css: str) -> None:
    assert ground in css
    assert sight.contrast(ink, ground) >= 7


SHAPES = ["#9fc7ea", "#829ab1", "#ffd27a", "#ffb454", "#ff9c9c", *RAMP]


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_stand_out(shape: str, css: str) -> None:
    assert shape in css or shape in RAMP
    assert min(sight.contrast(shape, GROUND), sight.contrast(shape, PAPER)) >= 3


def test_the_line_stands_out_of_its_band(css: str) -> None:
    assert ".band { fill: #36506a; stroke: #829ab1;" in css
    assert sight.contrast("#9fc7ea", "#36506a") >= 3
    assert sight.contrast(tokens()["stale"], PAPER) >= 3


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("name", PALETTES)
def test_classes_are_told_apart(name: str, seen: str) -> None:
    palette = PALETTES[name]
    assert len(palette) <= MOST
    assert min(sight.distance(*pair, seen) for pair in itertools.combinations(palette, 2)) >= 10


def test_on_the_dark_more_is_lighter() -> None:
    steps = [sight.lightness(one) for one in RAMP]
    assert steps == sorted(steps)


@pytest.mark.parametrize("state", FILLS)
def test_a_states_pattern_stands_out_of_its_fill(state: str) -> None:
    assert sight.contrast(INKS[state], FILLS[state]) >= 3


def test_simulations_are_those_published() -> None:
    """Grey stays grey to everybody; pure red and green draw near for those who see no red."""
    for name in sight.SIMULATIONS:
        assert sight.distance("#808080", "#818181", name) < 1
        assert abs(sight.lab(sight.parsed("#808080"), name)[1]) < 1
    assert sight.distance("#ff0000", "#00a000", "deuteranopia") < sight.distance("#ff0000", "#00a000") / 2
    assert sight.contrast("#000", "#fff") == pytest.approx(21)
