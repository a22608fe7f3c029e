"""Enrolment of a display: its token is used once, and from then on the display is known by a key of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kuai.errors import AccessError

from dashboards.gatehouse.cookies import DEVICE, SESSION
from dashboards.gatehouse.forms import Fields
from dashboards.gatehouse.house import House, go, refused
from dashboards.gatehouse.pages import Field, Page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from dashboards.words import Words

_KEPT_SECONDS = 400 * 86_400  # as long as browsers keep a cookie at most


class DevicePages:
    """Pages by which a display comes in.

    Parameters
    ----------
    house : House
        What they work with.
    """

    def __init__(self, house: House) -> None:
        self._house = house

    def show(self, request: Request) -> Response:
        """Form for the enrolment token."""
        return self._house.show(request, _page(self._house.words(request, {}), {}, ""))

    def enrol(self, request: Request) -> Response:
        """Key and session of the display whose token is sent."""
        return self._house.submitted(request, lambda given: self._enrol(request, given), _page)

    def _enrol(self, request: Request, given: Fields) -> Response:
        house, cookies = self._house, self._house.cookies
        house.count_attempt(request, "")
        try:
            key = house.signin.devices.enrol(given.get("enrolment", ""))
            session = house.signin.device(key, cookies.read(request.scope, SESSION))
        except AccessError as error:
            house.refuse("", "enrolment of a display")
            raise refused(error, "enrolment", 403) from None
        house.note("sign-in", session.viewer, "enrolment of a display")
        return go("/", [cookies.header(DEVICE, key, _KEPT_SECONDS), cookies.header(SESSION, session.token)])


def _page(words: Words, _given: Fields, error: str) -> Page:
    said = words(f"gate.error.{error}") if error else ""
    field = Field("enrolment", "enrolment", hint=words("gate.field.enrolment_hint"), focus=True, wrong=bool(error))
    return Page("device", (field,), (("/device", "enrol"),), said)
