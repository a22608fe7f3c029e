"""Site: how the pages are reached, and who may come in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kuai.access import Viewer
from kuai.access.signin import SignIn
from kuai.access.views import Views
from kuai.access.witness import Record
from kuai.alarms.book import Book
from kuai.alarms.wallfile import find_wall
from kuai.audit import AuditLog, Entry
from kuai.audit.entry import Action, Outcome
from kuai.audit.overseer import Overseer
from kuai.web import HttpSettings, OidcSettings

from dashboards.gatehouse.cookies import Cookies
from dashboards.gatehouse.house import House, Note, log_entry, log_note
from dashboards.limits import Limits

if TYPE_CHECKING:
    from kuai.alarms.declared import Wall
    from kuai.home import CityHome, Home
    from kuai.settings import Settings


@dataclass(frozen=True)
class Site:
    """What the application needs beside the numbers.

    Parameters
    ----------
    signin : SignIn
        Accounts, devices and sessions.
    http : HttpSettings
        What requests must be like.
    oidc : OidcSettings, optional
        The identity provider; None for local accounts only.
    language : str
        Language of the pages until the reader chooses one.
    host : str
        Address the pages listen on.
    note : callable
        Keeps what was done at the gate.
    record : callable
        Keeps every question to it, before it is answered.
    overseer : Overseer, optional
        Gate to the audit; without one there is no page of it.
    wall : Wall, optional
        What the city declares to be shown on a wall.
    book : Book, optional
        Alarms of the city; none without a wall.
    views : Views, optional
        Where accounts save views; None keeps none.
    folder : CityHome, optional
        Where the city is kept, and with it what is made of its areas; None keeps nothing of that.
    """

    signin: SignIn
    http: HttpSettings
    oidc: OidcSettings | None = None
    language: str = "zh"
    host: str = ""
    note: Note = log_note
    record: Record = log_entry
    overseer: Overseer | None = None
    wall: Wall | None = None
    book: Book | None = None
    views: Views | None = None
    folder: CityHome | None = None
    limits: Limits = field(init=False)
    house: House = field(init=False)

    def __post_init__(self) -> None:
        limits = Limits(self.http, self.host)
        house = House(self.signin, limits, Cookies(self.http.https), self.language, self.note)
        object.__setattr__(self, "limits", limits)
        object.__setattr__(self, "house", house)

    @classmethod
    def of(cls, home: Home, settings: Settings, language: str, city: CityHome) -> Site:
        """Site of a city in a home, whose audit keeps what is done at the gate.

        Raises
        ------
        AccessError, AuditError
            If the accounts, the alarms or the audit cannot be used.
        PackError
            If the wall of the city is not declared as it must be.
        """
        wall = find_wall(city)
        oidc = settings.oidc if settings.oidc.issuer else None
        log, signin = AuditLog.open(home, settings), SignIn.open(home)
        overseer = Overseer.of(log.site, settings.serve, signin.policy, log.write)
        return cls(
            signin, settings.http, oidc, language, settings.serve.host, audited(log), log.write, overseer,
            wall, Book(city.alarms) if wall else None, Views(home.access), city,
        )  # fmt: skip

    def locked(self) -> list[str]:
        """Names of the accounts that are locked at the moment, after too many failed sign-ins."""
        now = datetime.now(UTC)
        return [one.name for one in self.signin.accounts.all() if one.state(now) == "locked"]

    def deeds(self, viewer: Viewer) -> frozenset[str]:
        """What pages somebody has a use for may do: `ask` only for those who see numbers."""
        role = self.signin.policy.role(viewer.role)
        return frozenset(role.may) - (frozenset() if role.audience else {"ask"})


def audited(log: AuditLog) -> Note:
    """What keeps an act at the gate in the audit; it raises an AuditError if it cannot, and the act fails.

    Parameters
    ----------
    log : AuditLog
        The audit of the home.
    """

    def note(action: Action, viewer: Viewer, about: str) -> None:
        outcome: Outcome = "refused" if action == "refused-sign-in" else "answered"
        log.write(Entry(datetime.now(UTC), viewer, action, outcome, about=about))

    return note
