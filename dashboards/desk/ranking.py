"""Ranking: the areas that stand out first, each with its value, its change, and whether that is more than chance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
from dash import html

from dashboards.components import states
from dashboards.desk.choice import Choice
from dashboards.desk.finding import SIGNS
from dashboards.desk.tree import Tag, tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dashboards.desk.judged import Table
    from dashboards.desk.study import Study
_MOST = 12
Row = dict[Any, Any]


def ranking(study: Study, rows: Table) -> html.Div | Tag:
    """The first areas of a judged page; one that is not among them but picked comes last."""
    words = study.words
    if not len(rows["area"]):
        return states.state(words, "empty")
    shown = records(rows, slice(_MOST))
    if study.choice.pick and study.choice.pick not in {row["area"] for row in shown}:
        shown += records(rows, rows["area"] == study.choice.pick)
    heads = [words(f"desk.column.{one}") for one in ("area", "value", _then(study), "change", "verdict")]
    caption = words("desk.ranked", shown=f"{len(shown):,}", total=f"{len(rows['area']):,}")
    way = study.choice.but(pick="").search
    head = tag("Thead", tag("Tr", [tag("Th", one, scope="col") for one in heads]))
    body = tag("Tbody", [_row(study, row, way) for row in shown])
    return tag("Table", [tag("Caption", caption), head, body], className="ranked", **{"data-of": study.choice.search})


def records(rows: Table, at: slice | NDArray[np.bool_]) -> list[Row]:
    """Some rows one by one, each by the names of its columns."""
    columns = (column[at].tolist() for column in rows.values())
    return [dict(zip(rows, row, strict=True)) for row in zip(*columns, strict=True)]


def _then(study: Study) -> str:
    return "usual" if study.choice.compare == "usual" else "then"


def _row(study: Study, row: Row, way: str) -> Tag:
    words, code = study.words, row["area"]
    link = tag("A", words.name(row), href=f"{way}&pick={quote(code)}", className="go")
    cells = [tag("Td", one, className=name) for name, one in (
        (f"number state-{row['state']}", value(study, row)), ("number soft", then(study, row)),
        ("number", change(row) or words("desk.small_base") if row["verdict"] in ("more", "fewer", "within") else ""),
        (f"judged judged-{row['verdict']}", f"{SIGNS[row['verdict']]} {words('desk.verdict.' + row['verdict'])}"),
    )]  # fmt: skip
    picked = " picked" if code == study.choice.pick else ""
    return tag("Tr", [tag("Th", link, scope="row"), *cells], className=f"is-{row['verdict']}{picked}")


def value(study: Study, row: Row) -> str:
    """Value of a row, or the name of its state."""
    if row["state"] != "value":
        return study.words.state(row["state"])
    return study.words.number(study.metric, row["value"])


def then(study: Study, row: Row) -> str:
    """What a row is compared with: its usual range, or the value then."""
    return compared(f",.{study.metric.digits}f", row["low"], row["high"], row["then"])


def compared(form: str, low: float, high: float, one: float) -> str:
    """A usual range, or where it is none one value, in the form of numbers; empty where there is none of both."""
    if not math.isnan(low):
        return f"{low:{form}} – {high:{form}}"
    return "" if math.isnan(one) else format(one, form)


def change(row: Row) -> str:
    """Ratio with its interval; empty below the base on which one may be told."""
    return changed(row["ratio"], row["ratio_low"], row["ratio_high"]) if row["is_shown"] else ""


def changed(ratio: float, low: float, high: float) -> str:
    """A ratio with its interval; empty if it is none."""
    return "" if math.isnan(ratio) else f"× {ratio:.2f} ({low:.2f} – {high:.2f})"


def subject(study: Study, below: str, unit: str) -> list[Any]:
    """Name of what trend and calendar are of, with the ways on from there.

    Parameters
    ----------
    study : Study
        What is shown.
    below : str
        Level that lies within the areas shown; empty if none is offered.
    unit : str
        Address of the page of the area picked; empty if it has none.
    """
    words, choice = study.words, study.choice
    parts: list[Any] = [html.Strong(words.name(vars(study.subject)))]
    if choice.pick and below:
        parts.append(html.A(words("desk.within"), href=_within(choice, below).search, className="go"))
    if choice.pick and unit:
        parts.append(html.A(words("desk.unit_page"), href=unit))
    if choice.pick:
        parts.append(html.A(words("desk.whole"), href=choice.but(pick="", other="").search, className="go", id="whole"))
    return parts


def _within(choice: Choice, below: str) -> Choice:
    from dashboards.filters import Place

    return choice.but(area=Place(choice.filters.level, choice.pick), level=below, pick="", other="")
