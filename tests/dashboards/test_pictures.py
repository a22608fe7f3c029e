"""Pictures for the documentation: which pages they are of, and that they are small enough to be kept."""

from __future__ import annotations

import io
from random import Random

import pytest
from PIL import Image

from kuai.serving import Serving
from tests.dashboards import pictures

from dashboards import turning


def drawn(colours: int) -> bytes:
    """A picture of single pixels in many colours, which no format makes small."""
    chance, file = Random(3), io.BytesIO()  # noqa: S311 -- no secret
    picture = Image.new("RGB", (150, 100))
    picture.putdata([(chance.randrange(colours), 90, chance.randrange(colours)) for _ in range(150 * 100)])
    picture.save(file, "PNG")
    return file.getvalue()


def test_every_picture_is_of_a_page_that_there_is(serving: Serving) -> None:
    found = pictures.pages(serving)
    assert {"map", "unit", "sign-in"} <= set(found)
    assert found["unit"] == "/unit/station:s0"
    assert all(turning.is_page(path) for name, path in found.items() if name != "sign-in")


@pytest.mark.parametrize("limit", [pictures.LARGEST, 9_000])
def test_a_picture_takes_as_few_colours_as_it_must(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(pictures, "LARGEST", limit)
    kept = pictures.small(drawn(200))
    shown = Image.open(io.BytesIO(kept))
    assert (shown.mode, shown.size) == ("P", (150, 100))
    assert len(kept) <= limit
    assert (len(shown.getcolors() or []) > 128) == (limit > 9_000)
