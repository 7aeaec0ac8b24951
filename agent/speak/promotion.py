"""When a draft becomes a reply: told on the loop, whichever thread sets the urgency."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from agent.engines.contract import Priority, Urgency


def when_promoted(urgency: Urgency, then: Callable[[], None]) -> None:
    """Call `then` on the running loop as soon as `urgency` is that of a committed reply: now, if it is one. It may be
    called more than once."""
    loop = asyncio.get_running_loop()

    def look() -> None:
        if urgency.priority < Priority.DRAFT:
            then()

    def told() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed, nobody waits any more
            loop.call_soon_threadsafe(look)

    urgency.watch(told)
    look()


async def promoted(urgency: Urgency) -> None:
    """Until it is that of a committed reply."""
    committed = asyncio.Event()
    when_promoted(urgency, committed.set)
    await committed.wait()
