"""Sign-in: accounts, devices and sessions of a home, under the policy in force."""

from __future__ import annotations

from dataclasses import dataclass

from kuai.access.accounts import Accounts
from kuai.access.admission import Statement, admit
from kuai.access.devices import Devices
from kuai.access.factors import Factors
from kuai.access.records import Clock, Records
from kuai.access.sessions import Session, Sessions
from kuai.disclosure.policy import Policy
from kuai.errors import AccessError
from kuai.home import Home
from kuai.settings import Settings


@dataclass(frozen=True)
class SignIn:
    """The way into a home; safe to share between threads and processes.

    Parameters
    ----------
    policy : Policy
        Policy in force.
    accounts, devices, sessions : Accounts, Devices, Sessions
        Who may come in, and who is in.
    factors : Factors
        Second factors of the accounts.
    """

    policy: Policy
    accounts: Accounts
    devices: Devices
    sessions: Sessions
    factors: Factors

    @classmethod
    def open(cls, home: Home, policy: Policy | None = None, clock: Clock | None = None) -> SignIn:
        """Sign-in of a home, which is made if it was never used.

        Parameters
        ----------
        home : Home
            Home with its settings.
        policy : Policy, optional
            Policy in force; that of conf/privacy.toml if None.
        clock : callable, optional
            Gives the present moment in UTC.

        Raises
        ------
        AccessError
            If its file is open to other users or cannot be used.
        """
        settings, rules = Settings.load(home.settings).access, policy or Policy.load()
        kept = Records(home.access, clock)
        accounts = Accounts(kept, settings, home.access / "breached.txt")
        sessions, factors = Sessions(kept, settings, rules.version), Factors(kept, settings, accounts)
        return cls(rules, accounts, Devices(kept, settings), sessions, factors)

    def person(self, name: str, password: str, statement: Statement, replaced: str = "", code: str = "") -> Session:
        """Session of a person by name, password and, where the account has a second factor, its code.

        ``replaced`` is the token the browser came with, if any.

        Raises
        ------
        AccessError
            If the name, password or code is not right, or role, purpose, reason or scope not as the policy wants them.
        """
        found = self.accounts.sign_in(name, password)
        if found.has_second_factor:
            found = self.factors.confirm(found.name, code)
        return self.sessions.begin(admit(self.policy, found.request(statement)), replaced)

    def vouched(self, name: str, statement: Statement, replaced: str = "") -> Session:
        """Session of a person whom another system has identified.

        Raises
        ------
        AccessError
            As `person` does.
        """
        found = self.accounts.vouched(name)
        return self.sessions.begin(admit(self.policy, found.request(statement, vouched=True)), replaced)

    def device(self, key: str, replaced: str = "") -> Session:
        """Session of a display by its key.

        Raises
        ------
        AccessError
            If no display has the key, or it was revoked.
        """
        found = self.devices.recognise(key)
        if found is None:
            raise AccessError("no display has this key", remedy="enrol it: kuai device rotate NAME")
        return self.sessions.begin(admit(self.policy, found.request(self.policy)), replaced)
