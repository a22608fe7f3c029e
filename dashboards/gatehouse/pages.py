"""Pages of the gatehouse: rendered here, whole without a script, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from dashboards import headers
from dashboards.words import OTHER, Words

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup
    from starlette.responses import Response

Group = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Field:
    """One field of a form.

    Parameters
    ----------
    name, label : str
        Name in the form, and key of its label under `gate.field`.
    kind : str
        Type of the input.
    value, hint, autocomplete : str
        What stands in it, what is said below it, and what the browser may fill in.
    required, focus, wrong : bool
        Whether it must be filled in, has the focus, and is what the error is about.
    groups : tuple
        Options by group, for a choice.
    longest : int
        Characters it takes.
    """

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    hint: str = ""
    autocomplete: str = "off"
    required: bool = True
    focus: bool = False
    wrong: bool = False
    groups: tuple[Group, ...] = ()
    longest: int = 128


@dataclass(frozen=True)
class Page:
    """What a page says and asks.

    Parameters
    ----------
    name : str
        Name, from which the title follows: `gate.<name>.title`.
    fields : tuple of Field
        What it asks for.
    actions : tuple of (str, str)
        Where its form goes, with the key of the button under `gate.action`; the first is the usual one.
    error, notice : str
        What went wrong, and what else is to be said.
    facts : tuple of (str, str)
        Names and values.
    links : tuple of (str, str)
        Addresses and texts.
    status : int
        HTTP status.
    """

    name: str
    fields: tuple[Field, ...] = ()
    actions: tuple[tuple[str, str], ...] = ()
    error: str = ""
    notice: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    status: int = 200

    @property
    def address(self) -> str:
        """Where the page is to be had, which is not where a form that brought it was sent to."""
        return f"/{self.name.replace('_', '')}"

    def but(self, **changes: Any) -> Page:
        """The same page but for some parts."""
        return replace(self, **changes)


def render(page: Page, words: Words, onward: str, token: str) -> Response:
    """Answer with a page.

    Parameters
    ----------
    page : Page
        What it says.
    words : Words
        The reader's language.
    onward : str
        Where to go on to from it.
    token : str
        Token of its form.
    """
    code, name = OTHER[words.language]
    other = f"{page.address}?{urlencode({'lang': code, 'next': onward})}", code, name
    return _answer(page, words, other=other, onward=onward, token=token)


def tell(page: Page, words: Words) -> Response:
    """Answer with a page that only says something."""
    return _answer(page, words)


def bounce(where: str, language: str) -> Response:
    """Page that opens an address of its own accord: a request that begins here brings its cookies along."""
    words = Words(language)
    page = Page("onward", links=((where, words("gate.onward.link")),))
    return _answer(page, words, refresh=where)


def _answer(page: Page, words: Words, **values: object) -> Response:
    from starlette.responses import HTMLResponse

    nothing = {"other": (), "onward": "", "token": "", "refresh": ""}
    text = _template().render(page=page, words=words, marks=_marks, **nothing | values)
    own = {"Content-Security-Policy": headers.FORMS, "Cache-Control": "no-store"}
    return HTMLResponse(text, page.status, own)


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    places = PackageLoader("dashboards.gatehouse", "")
    return Environment(loader=places, undefined=StrictUndefined, autoescape=True).get_template("page.html")


def _marks(field: Field) -> Markup:
    """Attributes that tell who cannot see it what is wrong with a field, and where to begin."""
    from markupsafe import Markup

    told = [f"hint-{field.name}"] * bool(field.hint) + ["error"] * field.wrong
    found = [f'aria-describedby="{" ".join(told)}"'] * bool(told)
    found += ['aria-invalid="true"'] * field.wrong + ["autofocus"] * field.focus
    return Markup("".join(f" {one}" for one in found))  # noqa: S704 -- made of names in this module
