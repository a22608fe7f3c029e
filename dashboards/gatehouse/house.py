"""House: what every page of the gatehouse works with."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from kuai.access import Viewer
from kuai.audit.entry import Action, Entry
from kuai.errors import AccessError
from kuai.texts import LANGUAGES

from dashboards.gatehouse.cookies import FORM, Cookies
from dashboards.gatehouse.forms import Fields, FormError, Forms, onward
from dashboards.gatehouse.pages import Page, render
from dashboards.limits import Limits, client
from dashboards.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from kuai.access.signin import SignIn

    from dashboards.headers import Header

Note = Callable[[Action, Viewer, str], None]
"""Keeps what was done at the gate: action (`sign-in`, `refused-sign-in`, `sign-out`, `user`), by whom, about what."""

_LOG = logging.getLogger(__name__)
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,62}")
_PATIENCE = 5


def log_note(action: Action, viewer: Viewer, about: str) -> None:
    """Keep an act in the log of the process."""
    _LOG.info("%s %s %s", action, viewer.name, about)


def log_entry(entry: Entry) -> None:
    """Keep a question in the log of the process."""
    _LOG.info("%s %s %s", entry.action, entry.viewer.name, entry.metric)


@dataclass(frozen=True)
class House:
    """The gatehouse of one process.

    Parameters
    ----------
    signin : SignIn
        Accounts, devices and sessions.
    limits : Limits
        How often may be tried.
    cookies : Cookies
        Cookies of the site.
    language : str
        Language until the reader chooses one.
    note : callable
        Keeps what was done.
    """

    signin: SignIn
    limits: Limits
    cookies: Cookies
    language: str
    note: Note = log_note
    forms: Forms = field(init=False)
    _hashing: BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "forms", Forms(self.cookies))
        object.__setattr__(self, "_hashing", BoundedSemaphore(self.limits.settings.hashes_at_once))

    def words(self, request: Request, given: Fields) -> Words:
        """Language of the form, of the address, or of the page that was wanted."""
        wanted = {**dict(request.query_params), **given}
        behind = dict(parse_qsl(urlsplit(onward(wanted.get("next", "/"))).query))
        known = (one for one in (wanted.get("lang"), behind.get("lang"), self.language) if one in LANGUAGES)
        return Words(next(known))

    def after(self, request: Request, given: Fields) -> str:
        """Where a form leads on to, in its language: that of the site stands in no address."""
        where, language = onward(given.get("next", "/")), self.words(request, given).language
        path, _, query = where.partition("?")
        named = dict(parse_qsl(query, keep_blank_values=True))
        if named.get("lang", self.language) == language:
            return where
        return f"{path}?{urlencode(named | {'lang': language}, safe=':')}"

    def show(self, request: Request, page: Page, given: Fields | None = None) -> Response:
        """Answer with a page, its form bound to the browser."""
        known, nonce = given or {}, self.forms.nonce(request.scope)
        after = onward(known.get("next") or request.query_params.get("next", "/"))
        answer = render(page, self.words(request, known), after, self.forms.token(nonce))
        return with_cookies(answer, [self.cookies.header(FORM, nonce)])

    def submitted(
        self, request: Request, act: Callable[[Fields], Response], page: Callable[[Words, Fields, str], Page]
    ) -> Response:
        """Answer of what a form asks for; the form once more, with what is wrong, if it cannot be done.

        Parameters
        ----------
        request : Request
            Request that brought the form.
        act : callable
            Does what is asked with the fields.
        page : callable
            Page from words, fields and the key of the error.
        """
        given: Fields = {}
        try:
            given = self.forms.fields(request.scope)
            return act(given)
        except FormError as error:
            wrong = page(self.words(request, given), given, error.key)
            return self.show(request, wrong.but(status=error.status), given)

    def count_attempt(self, request: Request, name: str) -> None:
        """Count an attempt to come in.

        Raises
        ------
        FormError
            If the address or the account has had too many.
        """
        keys = [f"address {client(request.scope)}", *([f"account {name.strip().lower()}"] if name else [])]
        if any(self.limits.count("sign-in", key) for key in keys):
            self.refuse(name, "too many attempts")
            raise FormError("too_many", 429)

    @contextmanager
    def hashing(self) -> Iterator[None]:
        """Wait for one of the few places where passwords are checked: each takes much memory.

        Raises
        ------
        FormError
            If none becomes free.
        """
        if not self._hashing.acquire(timeout=_PATIENCE):
            raise FormError("busy", 429)
        try:
            yield
        finally:
            self._hashing.release()

    def refuse(self, name: str, about: str) -> None:
        """Note a refused attempt; a name that cannot be one is left out, for it may be a password."""
        known = name.strip().lower()
        self.note("refused-sign-in", Viewer(known if _NAME.fullmatch(known) else "", ""), about)


def with_cookies(answer: Response, cookies: Iterable[Header]) -> Response:
    """Return the answer, which sets these cookies too."""
    answer.raw_headers.extend(cookies)
    return answer


def go(where: str, cookies: Iterable[Header] = ()) -> Response:
    """Answer that leads on to another page of this site."""
    from starlette.responses import RedirectResponse

    return with_cookies(RedirectResponse(where, 303), cookies)


def refused(error: AccessError, key: str, status: int) -> FormError:
    """Error of a form from one of the accounts, whose text is for whoever keeps them."""
    _LOG.info("%s: %s", key, error.what)
    return FormError(key, status)
