"""Forms: fields of a request, bound to the browser that was given the form; and the way on afterwards."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from kuai.errors import AccessError

from dashboards.gatehouse.cookies import FORM, Cookies

if TYPE_CHECKING:
    from dashboards.guard import Message

_MOST_FIELDS, _LONGEST_FIELD, _LONGEST_NEXT = 20, 4096, 1024
_URLENCODED = b"application/x-www-form-urlencoded"
_ODD = frozenset("\\ <>\"'`")
_NOT_AFTER_SIGN_IN = ("/signin", "/code", "/signout", "/password", "/device", "/oidc/", "/_")

Fields = dict[str, str]


class FormError(AccessError):
    """A form that cannot be accepted, with the key of the text that says so on the page.

    Parameters
    ----------
    key : str
        Key under `gate.error` of the registry.
    status : int
        HTTP status.
    """

    def __init__(self, key: str, status: int = 400) -> None:
        super().__init__(f"form refused: {key}")
        self.key, self.status = key, status

    def __reduce__(self) -> tuple[type[FormError], tuple[str, int]]:  # type: ignore[override]  # other arguments
        return type(self), (self.key, self.status)


class Forms:
    """Forms of one process: a form that another process gave has to be sent again.

    Parameters
    ----------
    cookies : Cookies
        Cookies of the site.
    """

    def __init__(self, cookies: Cookies) -> None:
        self._cookies = cookies
        self._key = secrets.token_bytes(32)

    def nonce(self, scope: Message) -> str:
        """What the forms of this browser are bound to; new if it has none."""
        return self._cookies.read(scope, FORM) or secrets.token_urlsafe(24)

    def token(self, nonce: str) -> str:
        """Token of a form, from which the nonce cannot be found."""
        return hmac.new(self._key, nonce.encode(), sha256).hexdigest()

    def fields(self, scope: Message) -> Fields:
        """Fields of a form that was given to this browser.

        Raises
        ------
        FormError
            If it is no form, or not one that was given to it.
        """
        found = _parsed(scope)
        nonce = self._cookies.read(scope, FORM)
        expected = self.token(nonce).encode()
        if not nonce or not hmac.compare_digest(found.get("token", "").encode(), expected):
            raise FormError("expired", 403)
        return found


def onward(text: str) -> str:
    """Address on this site to go on to; the first page for anything else."""
    return text if _is_plain(text) and not text.startswith(_NOT_AFTER_SIGN_IN) else "/"


def _is_plain(text: str) -> bool:
    is_path = text.startswith("/") and not text.startswith(("//", "/\\"))
    return is_path and len(text) <= _LONGEST_NEXT and text.isascii() and text.isprintable() and not _ODD & set(text)


def _parsed(scope: Message) -> Fields:
    kinds = [value for name, value in scope["headers"] if name == b"content-type"]
    if len(kinds) != 1 or kinds[0].partition(b";")[0].strip().lower() != _URLENCODED:
        raise FormError("unreadable")
    try:
        text = scope["body"].decode()
        found = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise FormError("unreadable") from None
    if any(len(values) != 1 or len(values[0]) > _LONGEST_FIELD for values in found.values()):
        raise FormError("unreadable")
    return {name: values[0] for name, values in found.items()}
