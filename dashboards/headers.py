"""Headers of every answer: what the browser may do with it, where it may be kept, and what it may ask for."""

from __future__ import annotations

from collections.abc import Iterable

Header = tuple[bytes, bytes]

_TWO_YEARS = 63_072_000
_PAGES = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "worker-src 'self' blob:; connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
FORMS = (
    "default-src 'self'; script-src 'none'; style-src 'self'; img-src 'self'; connect-src 'none'; font-src 'none'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Rules for a page without a script."""

_UNUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "local-fonts", "magnetometer",
    "microphone", "midi", "payment", "publickey-credentials-create", "publickey-credentials-get", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
_KEPT_BY_THE_BROWSER = ("/assets/", "/_dash-component-suites/")


def always(*, https: bool) -> tuple[Header, ...]:
    """Headers that no answer is without."""
    found = {
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "permissions-policy": ", ".join(f"{name}=()" for name in _UNUSED),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-frame-options": "DENY",
    }
    if https:
        found["strict-transport-security"] = f"max-age={_TWO_YEARS}; includeSubDomains"
    return tuple((name.encode(), value.encode()) for name, value in found.items())


def content_rules(hashes: Iterable[str]) -> str:
    """Content-security policy of the pages, whose only inline scripts have these hashes."""
    return _PAGES.format(scripts=" ".join(hashes)).replace("  ", " ")


def keeping(path: str) -> str:
    """How an answer that does not say so itself may be kept: not at all, unless it is a part of the program."""
    return "private, no-cache" if path.startswith(_KEPT_BY_THE_BROWSER) else "no-store"
