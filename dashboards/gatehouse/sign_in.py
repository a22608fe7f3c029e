"""Sign-in and sign-out of persons, and their passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from kuai.access import Viewer
from kuai.access.admission import admit
from kuai.errors import AccessError

from dashboards.caller import viewer
from dashboards.gatehouse import statement
from dashboards.gatehouse.cookies import FORM, SESSION
from dashboards.gatehouse.forms import Fields, FormError, onward
from dashboards.gatehouse.house import House, go, refused
from dashboards.gatehouse.pages import Field, Page
from dashboards.gatehouse.second import Begun, SecondStep

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from kuai.access.account import Account
    from kuai.access.admission import Statement
    from kuai.access.sessions import Session

    from dashboards.words import Words

_NOTICES = ("out", "changed")
_ABOUT = {"refused": "password", "reason_long": "reason", "differs": "again", "weak": "new", "same": "new"}


class SignInPages:
    """Pages by which persons come and go.

    Parameters
    ----------
    house : House
        What they work with.
    provider : bool
        Whether an identity provider can sign people in, too.
    """

    def __init__(self, house: House, *, provider: bool = False) -> None:
        self._house, self._provider = house, provider
        self.second = SecondStep(house, self)

    def show_sign_in(self, request: Request) -> Response:
        """Form for name, password, role and purpose."""
        words, told = self._house.words(request, {}), request.query_params.get("told", "")
        page = self.sign_in_page(words, {}, "")
        return self._house.show(request, page.but(notice=words(f"gate.notice.{told}") if told in _NOTICES else ""))

    def sign_in(self, request: Request) -> Response:
        """Session for whoever sends the right name and password with a purpose of their role."""
        return self._house.submitted(request, lambda given: self._sign_in(request, given), self.sign_in_page)

    def show_password(self, request: Request) -> Response:
        """Form for a new password."""
        return self._house.show(request, self._password_page(self._house.words(request, {}), {}, ""))

    def change_password(self, request: Request) -> Response:
        """New password for whoever sends the old one, and a code where the account has a second factor."""
        return self._house.submitted(request, lambda given: self._change(request, given), self._password_page)

    def show_account(self, request: Request) -> Response:
        """Who has signed in, as what, and the way out."""
        return self._house.show(request, self._account_page(self._house.words(request, {}), {}, ""))

    def sign_out(self, request: Request) -> Response:
        """End of the session."""
        return self._house.submitted(request, lambda given: self._sign_out(request, given), self._account_page)

    def sign_in_page(self, words: Words, given: Fields, error: str) -> Page:
        """Page with the form, and what is wrong with it."""
        about = _ABOUT.get(error, error)
        name, asked = given.get("name", ""), statement.fields(self._house.signin.policy, words, given, about)
        fields = (
            Field("name", "name", value=name, autocomplete="username", focus=not name, wrong=error == "refused"),
            Field("password", "password", "password", autocomplete="current-password", focus=bool(name),
                  wrong=about == "password", longest=1024),
            *asked,
        )  # fmt: skip
        actions = (("/signin", "sign_in"), *((("/oidc/start", "provider"),) if self._provider else ()))
        links = ((f"/password?{urlencode({'lang': words.language})}", words("gate.password.title")),)
        return Page("sign_in", fields, actions, _said(words, error), links=links)

    def begin(self, request: Request, account: Account, chosen: Statement, *, vouched: bool = False) -> Session:
        """Session of a person who has been recognised, by all factors that the account has.

        Parameters
        ----------
        request : Request
            Request that brings the session.
        account : Account
            Who it is.
        chosen : Statement
            Role and purpose.
        vouched : bool
            Whether another system has recognised the person.

        Raises
        ------
        FormError
            If the account may not act in that role for that purpose.
        """
        house = self._house
        try:
            admitted = admit(house.signin.policy, account.request(chosen, vouched=vouched))
            session = house.signin.sessions.begin(admitted, house.cookies.read(request.scope, SESSION))
        except AccessError as error:
            house.refuse(account.name, "not permitted")
            raise refused(error, "not_yours", 403) from None
        house.note("sign-in", session.viewer, "")
        return session

    def lead_in(self, session: Session, where: str) -> Response:
        """Answer that hands the session over and goes on."""
        cookies = self._house.cookies
        return go(where, [cookies.header(SESSION, session.token), cookies.removal(FORM)])

    def _sign_in(self, request: Request, given: Fields) -> Response:
        chosen = statement.stated(self._house.signin.policy, given)
        account = self._recognised(request, given.get("name", ""), given.get("password", ""))
        if account.must_change:
            words = self._house.words(request, given)
            page = self._password_page(words, given, "").but(notice=words("gate.notice.one_time"))
            return self._house.show(request, page, given)
        after = self._house.after(request, given)
        if account.has_second_factor:
            return self.second.ask(request, Begun(account, chosen, after), given)
        return self.lead_in(self.begin(request, account, chosen), after)

    def _recognised(self, request: Request, name: str, password: str) -> Account:
        house = self._house
        house.count_attempt(request, name)
        try:
            with house.hashing():
                return house.signin.accounts.sign_in(name, password)
        except FormError:
            raise
        except AccessError as error:
            house.refuse(name, "name or password")
            raise refused(error, "refused", 403) from None

    def _change(self, request: Request, given: Fields) -> Response:
        old, new = given.get("password", ""), given.get("new", "")
        if new != given.get("again", ""):
            raise FormError("differs")
        account = self._recognised(request, given.get("name", ""), old)
        if new == old:
            raise FormError("same")
        self._accepted(account, new)
        if account.has_second_factor:
            self.second.confirmed(request, account.name, given.get("code", ""))
        with self._house.hashing():
            self._house.signin.accounts.change_password(account.name, new)
        self._house.note("user", Viewer(account.name, ""), "password")
        back = {"lang": given.get("lang", ""), "next": onward(given.get("next", "/")), "told": "changed"}
        return go(f"/signin?{urlencode(back)}", [self._house.cookies.removal(SESSION)])

    def _accepted(self, account: Account, new: str) -> None:
        try:
            self._house.signin.accounts.check_password(new, account.name)
        except AccessError as error:
            raise refused(error, "weak", 400) from None

    def _sign_out(self, request: Request, given: Fields) -> Response:
        cookies, leaving = self._house.cookies, viewer()
        self._house.signin.sessions.end(cookies.read(request.scope, SESSION))
        self._house.note("sign-out", leaving, "")
        answer = go(
            f"/signin?{urlencode({'lang': given.get('lang', ''), 'told': 'out'})}",
            [cookies.removal(SESSION), cookies.removal(FORM)],
        )
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    def _password_page(self, words: Words, given: Fields, error: str) -> Page:
        about, name = _ABOUT.get(error, error), given.get("name", "")
        fields = (
            Field("name", "name", value=name, autocomplete="username", focus=not name),
            Field("password", "old", "password", autocomplete="current-password", focus=bool(name),
                  wrong=about == "password", longest=1024),
            Field("new", "new", "password", autocomplete="new-password", hint=words("gate.field.new_hint"),
                  wrong=about == "new", longest=1024),
            Field("again", "again", "password", autocomplete="new-password", wrong=about == "again", longest=1024),
            Field("code", "code", autocomplete="one-time-code", hint=words("gate.field.code_if_any"), required=False,
                  wrong=about == "code", longest=16),
        )  # fmt: skip
        links = ((f"/signin?{urlencode({'lang': words.language})}", words("gate.sign_in.title")),)
        return Page("password", fields, (("/password", "change"),), _said(words, error), links=links)

    def _account_page(self, words: Words, _given: Fields, error: str) -> Page:
        found, role = viewer(), self._house.signin.policy.role(viewer().role)
        purposes = {one.name: one.label.to(words.language) for one in role.purposes}
        facts = {
            "name": found.name, "role": role.label.to(words.language), "purpose": purposes.get(found.purpose, ""),
            "reason": found.reason, "scope": words("gate.field.comma").join(str(one) for one in found.scope),
        }  # fmt: skip
        named = tuple((words(f"gate.field.{name}"), text) for name, text in facts.items() if text)
        audit = ((f"/audit?lang={words.language}", words("audit_page.title")),) if "audit" in role.may else ()
        back = f"/?lang={words.language}", words("gate.account.back")
        links = (back, *audit, ("/password", words("gate.password.title")))
        actions = () if found.is_device else (("/signout", "sign_out"),)
        return Page("account", (), actions, _said(words, error), facts=named, links=() if found.is_device else links)


def _said(words: Words, error: str) -> str:
    return words(f"gate.error.{error}") if error else ""
