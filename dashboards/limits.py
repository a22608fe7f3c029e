"""Limits: which requests are looked at, and how many from one address, session or account."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from math import ceil
from time import time
from typing import TYPE_CHECKING, Any

from kuai import texts
from kuai.web import HttpSettings

if TYPE_CHECKING:
    from limits import RateLimitItem

Scope = MutableMapping[str, Any]

_METHODS = frozenset({"GET", "HEAD", "POST"})
_KIB = 1024
_NEIGHBOURS = 64


@dataclass(frozen=True)
class Refusal:
    """Answer to a request that is not looked at.

    Parameters
    ----------
    status : int
        HTTP status; the registry says in words what it means.
    headers : tuple of (str, str)
        Headers that belong to it.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """What is said, in both languages."""
        return "".join(f"{self.status} {texts.text(f'refusal.{self.status}', one)}\n" for one in texts.LANGUAGES)


class Limits:
    """Limits of one process; safe to share between threads.

    Parameters
    ----------
    settings : HttpSettings
        The limits.
    host : str
        Address the pages listen on, by which they may also be asked for.
    """

    def __init__(self, settings: HttpSettings, host: str = "") -> None:
        from limits import RateLimitItemPerMinute
        from limits.strategies import SlidingWindowCounterRateLimiter

        from dashboards.counts import Counts

        self.settings = settings
        self._hosts = {one.lower() for one in (*settings.hosts.split(), host) if one}
        self._counter = SlidingWindowCounterRateLimiter(Counts())
        self._rates: dict[str, RateLimitItem] = {
            "request": RateLimitItemPerMinute(settings.requests_a_minute),
            "sign-in": RateLimitItemPerMinute(settings.sign_ins_a_minute),
        }

    def refusal(self, scope: Scope) -> Refusal | None:
        """Why a request is not looked at, judged by its head alone; None if it is."""
        if too_many := self.count("request", client(scope)):
            return too_many
        if scope["method"] not in _METHODS:
            return Refusal(405, (("allow", ", ".join(sorted(_METHODS))),))
        if _head_bytes(scope) > self.settings.head_kb * _KIB:
            return Refusal(431)
        return None if self._is_known(scope) else Refusal(421)

    def count(self, kind: str, key: str) -> Refusal | None:
        """Count one more of a kind (`request`, `sign-in`) for a key; the refusal, if that is one too many."""
        rate, short = self._rates[kind], sha256(key.encode("utf-8", "replace")).hexdigest()
        if self._counter.hit(rate, kind, short):
            return None
        wait = self._counter.get_window_stats(rate, kind, short).reset_time - time()
        return Refusal(429, (("retry-after", str(max(1, ceil(wait)))),))

    def _is_known(self, scope: Scope) -> bool:
        """Whether the request names one of our hosts, once."""
        named = [value for name, value in scope["headers"] if name == b"host"]
        return len(named) == 1 and _without_port(named[0].decode("latin-1")) in self._hosts


def client(scope: Scope) -> str:
    """Address a request came from; of IPv6 the network, since its hosts have as many addresses as they like."""
    given = str((scope.get("client") or ("",))[0])
    try:
        address = ip_address(given)
    except ValueError:
        return given
    return str(IPv6Address(int(address) >> _NEIGHBOURS << _NEIGHBOURS)) if address.version == 6 else given  # noqa: PLR2004


def _head_bytes(scope: Scope) -> int:
    fields = sum(len(name) + len(value) for name, value in scope["headers"])
    return fields + len(scope.get("raw_path") or b"") + len(scope.get("query_string") or b"")


def _without_port(host: str) -> str:
    name, _, port = host.lower().rpartition(":")
    return name if port.isdigit() and name else host.lower()
