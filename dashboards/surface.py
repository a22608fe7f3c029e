"""Surface: what of Dash's own routes is answered, so that a malformed call is told so and never fails within Dash."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from dashboards.guard import Handler, Message, Receive, Send, refuse
from dashboards.limits import Refusal
from dashboards.turning import MAP, is_page

if TYPE_CHECKING:
    from dash import Dash

_CALLBACK = "/_dash-update-component"
_SUITES = "/_dash-component-suites/"
_FIELDS = {"output", "outputs", "inputs", "state", "changedPropIds", "parsedChangedPropsIds", "background"}


class Surface:
    """Middleware before Dash.

    Parameters
    ----------
    app : ASGI application
        The application with Dash's routes.
    dash : Dash
        Knows its callbacks and its files.
    """

    def __init__(self, app: Handler, dash: Dash) -> None:
        self._app, self._dash = app, dash

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on what Dash understands."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal:
            await refuse(refusal, send)
        else:
            await self._app(_known(scope), receive, send)

    def _refusal(self, scope: Message) -> Refusal | None:
        path = scope["path"]
        if path.startswith(_SUITES):
            return None if self._is_file(path.removeprefix(_SUITES)) else Refusal(404)
        if path == _CALLBACK and scope["method"] == "POST":
            return None if self._is_call(scope) else Refusal(400)
        return None

    def _is_file(self, path: str) -> bool:
        from dash.fingerprint import check_fingerprint

        package, _, rest = path.partition("/")
        known: Collection[str] = self._dash.registered_paths.get(package, ())
        return check_fingerprint(rest)[0] in known  # type: ignore[no-untyped-call]

    def _is_call(self, scope: Message) -> bool:
        kinds = [value for name, value in scope["headers"] if name == b"content-type"]
        if len(kinds) != 1 or not kinds[0].startswith(b"application/json"):
            return False
        try:
            call = json.loads(scope["body"])
        except (ValueError, RecursionError):
            return False
        return isinstance(call, dict) and set(call) <= _FIELDS and self._is_known(call)

    def _is_known(self, call: dict[str, Any]) -> bool:
        """Whether a callback of the server has that output, and takes that many inputs and states."""
        output = call.get("output")
        known = self._dash.callback_map.get(output) if isinstance(output, str) else None
        return (
            known is not None
            and "callback" in known  # one of the browser's own has none
            and _are_fields(call.get("inputs", []), len(known["inputs"]), holds_values=True)
            and _are_fields(call.get("state", []), len(known["state"]), holds_values=True)
            and _are_outputs(call.get("outputs"), output)
            and all(isinstance(one, str) for one in _listed(call.get("changedPropIds", [])))
        )


def _known(scope: Message) -> Message:
    """The request under an address that Dash knows: every page begins as the same document."""
    is_known = scope["type"] == "http" and is_page(scope["path"])
    return {**scope, "path": MAP, "raw_path": MAP.encode()} if is_known else scope


def _are_outputs(given: object, output: str | None) -> bool:
    """Whether these are the outputs that the callback is named by."""
    fields = _listed(given) if isinstance(given, list) else [given]
    if not _are_fields(fields, len(fields), holds_values=False):
        return False
    names = [f"{one['id']}.{one['property']}" for one in fields if isinstance(one, dict)]
    return output == (f"..{'...'.join(names)}.." if isinstance(given, list) else names[0])


def _are_fields(given: object, count: int, *, holds_values: bool) -> bool:
    """Whether these are that many properties of components, each named by two texts."""
    return (
        isinstance(given, list)
        and len(given) == count
        and all(
            isinstance(one, dict)
            and isinstance(one.get("id"), str)
            and isinstance(one.get("property"), str)
            and set(one) <= ({"id", "property", "value"} if holds_values else {"id", "property"})
            for one in given
        )
    )


def _listed(given: object) -> list[Any]:
    return given if isinstance(given, list) else [None]
