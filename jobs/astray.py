"""Astray: what was counted in areas that lie in nothing on the day, so that it is missing between them and the city."""

from __future__ import annotations

from collections.abc import Sequence

from kuai import sql
from kuai.city import City

from jobs.cells import measures_of
from jobs.frame import Frame
from jobs.site import Site, files_view, usable_threads


def warnings(site: Site, frame: Frame, files: Sequence[str]) -> list[str]:
    """One sentence per located level and hierarchy of which leaf counts have no way up.

    Parameters
    ----------
    site : Site
        City.
    frame : Frame
        Frame of the dataset, with the ways up.
    files : sequence of str
        Files of leaf counts that were written.
    """
    tops = _tops(site.city)
    if not files or not tops:
        return []
    measure = next(one.id for one in measures_of(frame.dataset) if one.kind == "flow")
    with site.connect(threads=usable_threads(site.settings.engine.threads)) as connection:
        frame.show(connection, in_codes=False)
        files_view(connection, "leaf", list(files))
        connection.execute("CREATE TABLE top (leaf_level VARCHAR, level VARCHAR)")
        connection.executemany("INSERT INTO top VALUES (?, ?)", tops)
        found = connection.execute(sql.text("leaf_astray"), {"measure": measure}).fetchall()
    return [_sentence(frame.dataset, *row) for row in found]


def _tops(city: City) -> list[tuple[str, str]]:
    """Levels that points are located in, each with the highest level below the city of a hierarchy that it is in."""
    hierarchies = [one for one in city.hierarchies if one.locate and len(one.levels) > 1]
    return sorted({(one.locate, one.levels[1]) for one in hierarchies})


def _sentence(dataset: str, leaf_level: str, level: str, areas: int, n: int) -> str:
    where = f"areas of level {leaf_level} ({areas} in all) that belong to none of level {level} on the day"
    return f"{dataset}: {n} counted in {where}; above these and below the city they are missing"
