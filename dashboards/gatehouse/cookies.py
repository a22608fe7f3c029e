"""Cookies: unreadable for scripts, sent to this host alone, and over https bound to it by their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboards.headers import Header

if TYPE_CHECKING:
    from dashboards.guard import Message

SESSION, DEVICE, FORM, TRIP, STEP = "session", "device", "form", "trip", "step"
"""The session, a display's key, what forms are bound to, a way to the identity provider and back, and a sign-in that
waits for its second factor."""

_LONGEST = 256


@dataclass(frozen=True)
class Cookies:
    """Cookies of a site.

    Parameters
    ----------
    https : bool
        Whether the browser is to send them over https only.
    """

    https: bool

    def name(self, kind: str) -> str:
        """Name of a cookie; with the prefix, no other host and no http answer can set it."""
        return f"{'__Host-' if self.https else ''}kuai_{kind}"

    def read(self, scope: Message, kind: str) -> str:
        """Value that came with a request; empty if there is none, or more than one."""
        prefix = f"{self.name(kind)}="
        sent = "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
        found = [one.strip().removeprefix(prefix) for one in sent.split(";") if one.strip().startswith(prefix)]
        return found[0] if len(found) == 1 and len(found[0]) <= _LONGEST else ""

    def header(self, kind: str, value: str, seconds: int | None = None, same_site: str = "Strict") -> Header:
        """Header that sets a cookie.

        Parameters
        ----------
        kind : str
            Which one.
        value : str
            What is kept.
        seconds : int, optional
            For how long; until the browser is closed if None.
        same_site : str
            `Strict`, or `Lax` for one that comes along from another site.
        """
        parts = [f"{self.name(kind)}={value}", "Path=/", "HttpOnly", f"SameSite={same_site}"]
        parts += [f"Max-Age={seconds}"] if seconds is not None else []
        parts += ["Secure"] if self.https else []
        return b"set-cookie", "; ".join(parts).encode("latin-1")

    def removal(self, kind: str) -> Header:
        """Header that has the browser forget a cookie."""
        return self.header(kind, "", 0)
