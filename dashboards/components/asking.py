"""What is asked of the audit: the view as links, and native fields whose names are those in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from dashboards.components.marks import chosen, labelled
from dashboards.inspection import GROUPS, VIEWS, Look

if TYPE_CHECKING:
    from dashboards.words import Words

_DATE: Any = "date"  # the browser's own; not among the declared types


def views(words: Words, look: Look) -> html.Nav:
    """Links to the views; the one that is shown is marked for those who do not see it, too."""
    links = [
        dcc.Link(words(f"audit_page.view_{one}"), href=look.but(view=one).search, id=f"view-{one}",
                 className="here" if one == look.view else "")
        for one in VIEWS
    ]  # fmt: skip
    here = html.Span(words("audit_page.here", view=words(f"audit_page.view_{look.view}")), className="unseen")
    return html.Nav([*links, here], className="views", **labelled(words("audit_page.views")))


def fields(words: Words, look: Look, levels: Mapping[str, str], areas: Sequence[tuple[str, str]]) -> list[Any]:
    """Fields of the view that is shown.

    Parameters
    ----------
    words : Words
        The reader's language.
    look : Look
        What is chosen.
    levels : mapping
        Names of the levels by code.
    areas : sequence of (str, str)
        Codes and names of areas that the field offers.
    """
    days = [_field(words, "since", _day(look, "since")), _field(words, "until", _day(look, "until"))]
    return [*_own(words, look, levels, areas), *days, _hidden("view", look.view), _hidden("lang", look.lang)]


def _own(words: Words, look: Look, levels: Mapping[str, str], areas: Sequence[tuple[str, str]]) -> list[Any]:
    if look.view == "seen":
        offered = html.Datalist([html.Option(name, value=code) for code, name in areas], id="known-areas")
        area = dcc.Input(id="field-area", name="area", type="text", value=look.area, list="known-areas", debounce=True,
                         placeholder=words("audit_page.area_hint"))  # fmt: skip
        return [
            _field(words, "level", _select("level", look.level, levels)),
            _field(words, "area", area),
            offered,
        ]
    if look.view == "use":
        groups = {one: words(f"column.{one}") for one in GROUPS}
        return [_field(words, "by", _select("by", look.by, groups))]
    return []


def _field(words: Words, name: str, entry: Any) -> html.Label:  # noqa: ANN401 -- a component
    return html.Label([html.Span(words(f"audit_page.{name}")), entry], className=f"field field-{name}")


def _select(name: str, value: str, options: Mapping[str, str]) -> html.Select:
    shown = [html.Option(text, value=code, selected=code == value) for code, text in options.items()]
    return html.Select(shown, id=f"field-{name}", name=name, **chosen(value))


def _day(look: Look, name: str) -> dcc.Input:
    day = getattr(look, name).isoformat()
    return dcc.Input(id=f"field-{name}", type=_DATE, value=day, name=name, debounce=True, required=True)


def _hidden(name: str, value: str) -> dcc.Input:
    return dcc.Input(type="hidden", name=name, value=value)
