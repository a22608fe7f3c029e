"""Threads that callbacks are answered in; Dash would answer them in the one that takes requests in, and it waits."""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

if TYPE_CHECKING:
    from dash import Dash

AT_ONCE = 3
"""Callbacks that are answered at once: enough for some to wait for the disk, few enough for each to have its turn."""


_TURN_SECONDS = 0.001


def settle() -> None:
    """Have the process take requests in while it answers others, once all that it needs for it is loaded.

    A thread that computes lets another have its turn after 1 ms, for each request wants one a few times; and what is
    there by now is not looked through again for what nobody needs, which took a tenth of a second at a time.
    """
    sys.setswitchinterval(_TURN_SECONDS)
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # else libraries say at the end that they have lost what was frozen


def answer_aside(app: Dash, turns: CapacityLimiter) -> None:
    """Have every callback of the server answered in a thread of its own, whatever it waits for.

    Parameters
    ----------
    app : Dash
        Application whose callbacks are all registered.
    turns : CapacityLimiter
        How many are answered at once, with other work of the same kind.
    """
    for known in app.callback_map.values():
        if "callback" in known:  # one of the browser's own has none
            known["callback"] = aside(known["callback"], turns)


def aside(answer: Callable[..., Any], turns: CapacityLimiter) -> Callable[..., Awaitable[Any]]:
    """The same answer, given in a thread of its own when it is its turn.

    Parameters
    ----------
    answer : callable
        Answers a callback or a request.
    turns : CapacityLimiter
        How many are answered at once.
    """

    @wraps(answer)
    async def answered(*given: Any, **named: Any) -> Any:  # noqa: ANN401 -- what Dash passes, and JSON
        return await run_sync(partial(answer, *given, **named), limiter=turns)

    return answered
