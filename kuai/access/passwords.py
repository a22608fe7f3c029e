"""Passwords: which are good enough, and their Argon2id hashes."""

from __future__ import annotations

import base64
import secrets
import tomllib
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kuai.disclosure import strict
from kuai.errors import AccessError, SettingsError
from kuai.settings import conf_folder
from kuai.web import AccessSettings

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without letters that are read as another
_GROUPS, _GROUP = 5, 4
_LEAST_OWN = 6
_SALT, _HASH = bytes(16), bytes(32)


class Passwords:
    """Judges, hashes and verifies passwords.

    Parameters
    ----------
    settings : AccessSettings
        Lengths in characters, and what a hash costs.
    breached : Path, optional
        List of leaked passwords, one a line; looked up if it exists.
    """

    def __init__(self, settings: AccessSettings, breached: Path | None = None) -> None:
        self._settings = settings
        self._breached = breached

    def check(self, password: str, name: str) -> None:
        """Refuse a password that can be guessed; the name is the account's.

        Raises
        ------
        AccessError
            If it is too short or long, made of common words or of the name, or known to have leaked.
        """
        least, most = self._settings.password_least, self._settings.password_most
        if not least <= len(password) <= most:
            what = f"a password has {least} to {most} characters, not {len(password)}"
            raise AccessError(what, remedy="take several words that nobody would put together")
        if _own_characters(password, name) < _LEAST_OWN:
            what = "the password is made of common words, of the name or of few characters"
            raise AccessError(what, remedy="take several words that nobody would put together")
        if self._has_leaked(password):
            raise AccessError("the password is in the list of leaked ones", remedy="take one used nowhere else")

    def hash(self, password: str) -> str:
        """Argon2id hash of a password with its parameters and a salt of its own."""
        return self._hasher.hash(_bytes(password))

    def verify(self, kept: str, password: str) -> bool:
        """Whether the hash is the password's; it takes as long for a password that is too long, or for no hash at all.

        Parameters
        ----------
        kept : str
            Hash; empty if there is none to compare with.
        password : str
            What was entered, exactly as it was.
        """
        from argon2.exceptions import InvalidHashError, VerificationError

        fits = len(password) <= self._settings.password_most
        try:
            self._hasher.verify(kept or self._nobodys, _bytes(password) if fits else b"")
        except (VerificationError, InvalidHashError):
            return False
        return fits and bool(kept)

    def is_outdated(self, kept: str) -> bool:
        """Whether the hash was made with other parameters than those in force."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        return PasswordHasher(self._settings.hash_passes, self._settings.hash_memory_kb, self._settings.hash_lanes)

    @cached_property
    def _nobodys(self) -> str:
        """Hash of the usual cost that is no password's."""
        chosen = self._settings
        cost = f"m={chosen.hash_memory_kb},t={chosen.hash_passes},p={chosen.hash_lanes}"
        return f"$argon2id$v=19${cost}${_base64(_SALT)}${_base64(_HASH)}"

    def _has_leaked(self, password: str) -> bool:
        if self._breached is None or not self._breached.is_file():
            return False
        with self._breached.open(encoding="utf-8", errors="replace") as lines:
            return any(line.rstrip("\r\n") == password for line in lines)


def generated() -> str:
    """New random password or token of 99 bits, in groups that can be read out and typed."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


@cache
def common_words() -> tuple[str, ...]:
    """Words of conf/passwords.toml, the longest first.

    Raises
    ------
    SettingsError
        If the file cannot be read, or holds anything but its two lists.
    """
    path = conf_folder() / "passwords.toml"
    try:
        found = strict.keys(tomllib.loads(path.read_text("utf-8")), ("words", "context"), "")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"cannot be read as TOML: {error}", str(path)) from None
    return tuple(sorted({*found["words"], *found["context"]}, key=lambda word: (-len(word), word)))


def _own_characters(password: str, name: str) -> int:
    """Different characters that are left without common words and the name, forwards and backwards."""
    rest = password.casefold()
    for word in (name.casefold(), name.casefold()[::-1], *common_words()):
        rest = rest.replace(word, " ") if word else rest
    return len(set(rest) - {" "})


def _bytes(password: str) -> bytes:
    """UTF-8 of a password exactly as it was entered; halves of characters, which a request can hold, are no error."""
    return password.encode("utf-8", "surrogatepass")


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode().rstrip("=")
