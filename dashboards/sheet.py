"""One look at the audit: the answer to the question that the address asks, as parts of the page."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dash import dcc

from kuai.audit.reading import Part, Sought
from kuai.errors import GateError

from dashboards import inspection
from dashboards.caller import viewer
from dashboards.components import asking, lines, notice
from dashboards.figures.use import use
from dashboards.inspection import Look
from dashboards.tally import tally
from dashboards.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from kuai.audit.overseer import Overseer
    from kuai.serving import Serving

_OFFERED, _TALL = 400, "300px"


class Sheet:
    """The view that is shown, with its fields.

    Parameters
    ----------
    serving : Serving
        Knows the areas of the city.
    overseer : Overseer
        Gate to the audit.
    words : Words
        The reader's language.
    look : Look
        What is chosen.
    """

    def __init__(self, serving: Serving, overseer: Overseer, words: Words, look: Look) -> None:
        self._serving, self._overseer, self._words = serving, overseer, words
        self._levels = {row["level"]: words.name(row) for row in serving.levels()}
        self.look = look if look.level in self._levels else replace(look, level=next(reversed(self._levels)))

    @property
    def fields(self) -> list[Any]:
        """Fields of the view."""
        return asking.fields(self._words, self.look, self._levels, self._offered())

    @property
    def body(self) -> list[Any]:
        """What the view shows."""
        shown = {"use": self._use, "seen": self._seen, "refused": self._refused}
        return shown[self.look.view]()

    def _use(self) -> list[Any]:
        rows, group = self._overseer.use(viewer(), self.look.span), self.look.by
        if not rows:
            return [notice.nothing(self._words, "notice.no_questions")]
        drawn = tally(rows, group, self._names.of)
        figure = use(drawn.days, drawn.counts, self._words("column.questions"))
        chart = dcc.Graph(figure=figure, config={"displayModeBar": False}, className="chart", responsive=True,
                          style={"height": _TALL})  # fmt: skip
        return [chart, lines.use(self._names.words, group, drawn.totals)]

    def _seen(self) -> list[Any]:
        if not self.look.area:
            return [notice.nothing(self._words, "notice.no_area")]
        place = inspection.place(self.look, self._areas)
        city = str(self._serving.snapshot()["city"])
        sought = Sought(place, self._serving.above(place), city, *self.look.span)
        found = self._overseer.seen(viewer(), sought, self._part)
        if not found.total:
            return [notice.nothing(self._words, "notice.nobody_saw")]
        answers = lines.answers(self._names, found.answers, self.look, found.total)
        return [lines.viewers(self._names, found.viewers), answers, lines.pager(self._words, self.look, found.total)]

    def _refused(self) -> list[Any]:
        rows = self._overseer.refused(viewer(), self.look.span, self._part)
        if not rows and self.look.part > 1:
            raise GateError(f"there is no part {self.look.part} of the rows", "part", "begin with the first")
        if not rows:
            return [notice.nothing(self._words, "notice.nothing_refused")]
        total = int(rows[0]["total"])
        return [lines.refused(self._names, rows, self.look, total), lines.pager(self._words, self.look, total)]

    @property
    def _part(self) -> Part:
        return Part(self.look.skipped, inspection.PART)

    @cached_property
    def _areas(self) -> pd.DataFrame:
        return self._serving.areas(self.look.level)

    def _offered(self) -> list[tuple[str, str]]:
        """Areas to choose from: those of the level, or of a large level those that begin with what was entered."""
        if self.look.view != "seen":
            return []
        areas, name = self._areas, self._areas[f"name_{self._words.language}"]
        near = areas[areas["area"].str.startswith(self.look.area) | name.str.startswith(self.look.area)]
        chosen = (areas if len(areas) <= _OFFERED else near).head(_OFFERED)
        return list(zip(chosen["area"], chosen[name.name], strict=True))

    @cached_property
    def _names(self) -> lines.Names:
        policy, language = self._overseer.policy, self._words.language
        roles = {one.name: one.label.to(language) for one in policy.roles.values()}
        purposes = {one.name: one.label.to(language) for role in policy.roles.values() for one in role.purposes}
        return lines.Names(self._words, roles, purposes, self._levels)
