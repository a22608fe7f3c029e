"""Second step of a sign-in: the code of an authenticator, for those whose password was right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuai.errors import AccessError

from dashboards.gatehouse.cookies import STEP
from dashboards.gatehouse.forms import Fields, FormError
from dashboards.gatehouse.house import House, refused, with_cookies
from dashboards.gatehouse.pages import Field, Page
from dashboards.gatehouse.waiting import Waiting

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from kuai.access.account import Account
    from kuai.access.admission import Statement

    from dashboards.gatehouse.sign_in import SignInPages
    from dashboards.words import Words

_SECONDS = 300


@dataclass(frozen=True)
class Begun:
    """A sign-in whose password was right.

    Parameters
    ----------
    account : Account
        Whose password it was, as it stood then.
    stated : Statement
        Role and purpose.
    onward : str
        Address to go on to.
    """

    account: Account
    stated: Statement
    onward: str


class SecondStep:
    """Page that asks for the code.

    Parameters
    ----------
    house : House
        What it works with.
    people : SignInPages
        The sign-in, which it ends in.
    """

    def __init__(self, house: House, people: SignInPages) -> None:
        self._house, self._people = house, people
        self._begun = Waiting[Begun](_SECONDS)

    def ask(self, request: Request, begun: Begun, given: Fields) -> Response:
        """Form for the code of a sign-in that has begun."""
        known: Fields = {name: given[name] for name in ("lang", "next") if name in given}
        key = self._begun.add(begun)
        answer = self._house.show(request, _page(self._house.words(request, known), known, ""), known)
        return with_cookies(answer, [self._house.cookies.header(STEP, key, self._begun.seconds)])

    def show(self, request: Request) -> Response:
        """Form for the code; good for nothing where no sign-in has begun."""
        return self._house.show(request, _page(self._house.words(request, {}), {}, ""))

    def confirm(self, request: Request) -> Response:
        """Session for whoever sends the right code after the right password."""
        return self._house.submitted(request, lambda given: self._confirm(request, given), _page)

    def _confirm(self, request: Request, given: Fields) -> Response:
        house, key = self._house, self._house.cookies.read(request.scope, STEP)
        begun = self._begun.get(key)
        if begun is None:
            raise FormError("step", 403)
        account = self.confirmed(request, begun.account.name, given.get("code", ""))
        self._begun.end(key)
        if account.changed != begun.account.changed:
            raise FormError("step", 403)
        session = self._people.begin(request, account, begun.stated)
        after = house.after(request, given | {"next": begun.onward})
        return with_cookies(self._people.lead_in(session, after), [house.cookies.removal(STEP)])

    def confirmed(self, request: Request, name: str, code: str) -> Account:
        """Account whose code this is; the attempt counts as one with a password does.

        Raises
        ------
        FormError
            If it is not.
        """
        self._house.count_attempt(request, name)
        try:
            return self._house.signin.factors.confirm(name, code)
        except AccessError as error:
            self._house.refuse(name, "second factor")
            raise refused(error, "code", 403) from None


def _page(words: Words, _given: Fields, error: str) -> Page:
    said = words(f"gate.error.{error}") if error else ""
    field = Field("code", "code", autocomplete="one-time-code", hint=words("gate.field.code_hint"), focus=True,
                  wrong=error == "code", longest=16)  # fmt: skip
    links = ((f"/signin?lang={words.language}", words("gate.sign_in.title")),)
    return Page("code", (field,), (("/code", "confirm"),), said, links=links)
