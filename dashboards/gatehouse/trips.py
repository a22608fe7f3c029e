"""Sign-in through the identity provider: the statement is made here, the identity is proved there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuai.errors import AccessError

from dashboards.gatehouse import statement
from dashboards.gatehouse.cookies import FORM, SESSION, TRIP
from dashboards.gatehouse.forms import Fields, FormError
from dashboards.gatehouse.house import House, refused, with_cookies
from dashboards.gatehouse.pages import bounce
from dashboards.gatehouse.provider import Provider, Trip
from dashboards.gatehouse.waiting import Waiting

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from kuai.access.admission import Statement

    from dashboards.gatehouse.sign_in import SignInPages

_SECONDS = 600


@dataclass(frozen=True)
class _Begun:
    trip: Trip
    stated: Statement
    onward: str


class TripPages:
    """Pages to the identity provider and back.

    Parameters
    ----------
    house : House
        What they work with.
    people : SignInPages
        The usual sign-in, which they end in.
    provider : Provider
        The identity provider.
    """

    def __init__(self, house: House, people: SignInPages, provider: Provider) -> None:
        self._house, self._people, self._provider = house, people, provider
        self._begun = Waiting[_Begun](_SECONDS)

    def start(self, request: Request) -> Response:
        """Way to the provider for whoever has stated role and purpose."""
        return self._house.submitted(request, lambda given: self._start(request, given), self._people.sign_in_page)

    def finish(self, request: Request) -> Response:
        """Session for whom the provider vouches."""
        try:
            return self._finish(request)
        except FormError as error:
            words = self._house.words(request, {})
            page = self._people.sign_in_page(words, {}, error.key)
            answer = self._house.show(request, page.but(status=error.status))
            return with_cookies(answer, [self._house.cookies.removal(TRIP)])

    def _start(self, request: Request, given: Fields) -> Response:
        self._house.count_attempt(request, "")
        stated = statement.stated(self._house.signin.policy, given)
        try:
            trip = self._provider.begin()
        except AccessError as error:
            raise refused(error, "provider", 403) from None
        key = self._begun.add(_Begun(trip, stated, self._house.after(request, given)))
        return with_cookies(
            bounce(trip.url, self._house.words(request, given).language),
            [self._house.cookies.header(TRIP, key, _SECONDS, "Lax")],
        )

    def _finish(self, request: Request) -> Response:
        house, cookies = self._house, self._house.cookies
        begun = self._begun.end(cookies.read(request.scope, TRIP))
        if begun is None:
            raise FormError("provider", 403)
        try:
            claims = self._provider.claims(begun.trip, dict(request.query_params))
            account = house.signin.accounts.vouched(self._provider.name(claims))
        except AccessError as error:
            house.refuse("", "identity provider")
            raise refused(error, "provider", 403) from None
        if not self._provider.grants(claims, begun.stated.role):
            house.refuse(account.name, "role not granted by the identity provider")
            raise FormError("not_yours", 403)
        session = self._people.begin(request, account, begun.stated, vouched=True)
        given = [cookies.header(SESSION, session.token), cookies.removal(TRIP), cookies.removal(FORM)]
        return with_cookies(bounce(begun.onward, house.words(request, {"next": begun.onward}).language), given)
