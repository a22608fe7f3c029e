"""Second factor: the codes of an authenticator (RFC 6238: six digits, 30 s), each of which is good once."""

from __future__ import annotations

from kuai.access.account import Account, account
from kuai.access.accounts import Accounts
from kuai.access.attempts import Attempts, account_row, refusal
from kuai.access.records import Records
from kuai.web import AccessSettings

_NEAR = 1
_ISSUER = "Kuai"
_SET = "UPDATE account SET otp_secret = :secret, otp_step = NULL, changed = :now WHERE name = :name"
_CONFIRM = """
    UPDATE account
    SET otp_step = :step, failures = 0, locked_until = NULL, last_sign_in = :now
    WHERE name = :name AND otp_secret = :secret AND is_disabled = 0 AND coalesce(otp_step, -1) < :step
"""


class Factors:
    """Second factors of the accounts of a home; safe to share between threads and processes.

    Parameters
    ----------
    kept : Records
        File the accounts are in; the secrets stand there too, readable by its owner only.
    settings : AccessSettings
        Lockout.
    accounts : Accounts
        Whose they are.
    """

    def __init__(self, kept: Records, settings: AccessSettings, accounts: Accounts) -> None:
        self._records, self._accounts = kept, accounts
        self._attempts = Attempts(kept, settings)

    def enable(self, name: str) -> str:
        """New secret of an account (160 bits, base32), to be told once; a former one is void, and sessions have ended.

        Raises
        ------
        AccessError
            If there is no such account.
        """
        import pyotp

        found, secret = self._accounts.get(name), pyotp.random_base32()
        self._write(found.name, secret)
        return secret

    def disable(self, name: str) -> Account:
        """Account without a second factor; its sessions have ended.

        Raises
        ------
        AccessError
            If there is no such account.
        """
        found = self._accounts.get(name)
        self._write(found.name, None)
        return self._accounts.get(found.name)

    def confirm(self, name: str, code: str) -> Account:
        """Account whose code this is, as it stood before this attempt; no code at or before it is good any more.

        An attempt is counted as one with a password is, before the code is looked at.

        Raises
        ------
        AccessError
            In every other case, with the text of every refusal.
        """
        row = self._attempts.begin(name)
        step = step_of(row["otp_secret"], code, self._records.now()) if row and row["otp_secret"] else None
        if row is None or step is None:
            raise refusal()
        values = {"name": name, "secret": row["otp_secret"], "step": step, "now": self._records.now()}
        with self._records.writing() as connection:
            is_first = connection.execute(_CONFIRM, values).rowcount == 1
        if not is_first:
            raise refusal()
        return account(row)

    def _write(self, name: str, secret: str | None) -> None:
        with self._records.writing() as connection:
            if account_row(connection, name):
                connection.execute(_SET, {"name": name, "secret": secret, "now": self._records.now()})


def address(name: str, secret: str) -> str:
    """Address that an authenticator takes in, most often from a picture: ``otpauth://totp/…``."""
    import pyotp

    return str(pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=_ISSUER))


def step_of(secret: str, code: str, now: int) -> int | None:
    """Number of the 30 s that a code belongs to, at most one before or after the present; None for any other code.

    Parameters
    ----------
    secret : str
        Secret in base32.
    code : str
        What was entered; spaces do not count.
    now : int
        Present moment, in seconds since 1970-01-01 UTC.
    """
    from pyotp import TOTP
    from pyotp.exceptions import OTPVerificationError

    given = "".join(code.split())
    try:
        return (
            TOTP(secret).verify_and_get_timecode(given, for_time=now, valid_window=_NEAR) if given.isdecimal() else None
        )
    except OTPVerificationError:
        return None
