"""Ways into the application, as it lists them itself: every route, and every callback with every forged value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dash import Dash

EXAMPLES = {"package_name": "dash", "fingerprinted_path": "x.js", "snapshot": "s1", "level": "station",
            "on": "2018-03-01", "path": "whatever", "hierarchy": "police", "part": "lo", "edition": "1",
            "name": "maplibre-gl.js"}  # fmt: skip
FORGED: dict[str, list[Any]] = {
    "clickData": [{"area": code} for code in ("s4", "c1", "x")],
    "n_intervals": [1],
    "stand.data": [None, "s0"],
    "data": [None, "s1", "s0", [900, 600]],
    "alarms-url.search": ["?lang=en", "?lang=zh&role=leader&scope=city:demo"],
    "alarms-deed.data": [
        {"do": do, "number": number, "hours": "1", "reason": "forged"}
        for do, number in (("acknowledge", "1"), ("shelve", "2"), ("return", "2"), ("acknowledge", "5"))
    ],
    "pathname": ["/", "/unit/station:s4", "/unit/county:c1"],
    "value": ["s4", "c1"],
    "selectedData": [None],
    "cellClicked": [None],
    "legend": [None],
    "status": ["ready"],
}


def routes(app: Dash) -> Iterator[tuple[str, str]]:
    """Every route the application has, with its methods; its parts filled in."""
    for route in app.server.routes:
        path = route.path if hasattr(route, "endpoint") else f"{route.path}/x.js"
        parts = re.findall(r"{(\w+)(?::\w+)?}", path)
        assert set(parts) <= set(EXAMPLES), f"nobody knows what stands for {parts} in {path}: add it to EXAMPLES"
        for part in parts:
            path = re.sub(rf"{{{part}(:\w+)?}}", EXAMPLES[part], path)
        for method in sorted(getattr(route, "methods", None) or {"GET"}):
            yield method, path


def calls(app: Dash, some: list[str]) -> Iterator[dict[str, Any]]:
    """Every callback the application has, posted with every forged value."""
    for output, known in app.callback_map.items():
        fields = [*known["inputs"], *known["state"]]
        names = [one["property"] for one in fields]
        assert set(names) <= {*FORGED, "search"}, f"nobody knows what to forge for {names}: add it to FORGED"
        parts = [one.rpartition(".") for one in output.strip(".").split("...")]
        outputs = [{"id": one, "property": name} for one, _, name in parts]
        for values in _tried([forged(one, some) for one in fields]):
            given = [{**field, "value": value} for field, value in zip(fields, values, strict=True)]
            yield {
                "output": output, "outputs": outputs if output.startswith("..") else outputs[0],
                "inputs": given[: len(known["inputs"])], "state": given[len(known["inputs"]) :],
                "changedPropIds": [f"{given[0]['id']}.{given[0]['property']}"],
            }  # fmt: skip


def forged(field: dict[str, str], some: list[str]) -> list[Any]:
    """Values for a property of a component, or for any of that property; addresses of pages are given."""
    known = {"search": some, **FORGED}
    return known.get(f"{field['id']}.{field['property']}") or known[field["property"]]


def _tried(known: list[list[Any]]) -> Iterator[list[Any]]:
    """Each value of each field, with the first ones of the others."""
    for at, values in enumerate(known):
        for value in values[at > 0 :]:
            yield [value if number == at else first[0] for number, first in enumerate(known)]
