"""A measurement that is stopped before its end, and gives what it has."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from enum import StrEnum
from typing import Any


class Ended(StrEnum):
    """What ended it."""

    DONE = "done"
    LIMIT = "stopped by its limit"
    TOLD = "stopped from outside"


async def within(limit_s: float | None, calls: Coroutine[Any, Any, None]) -> Ended:
    """Make the calls until they are done, the limit is reached or this task is cancelled, which it is not then: the
    caller goes on with what came of them. Calls that are up are cancelled."""
    try:
        async with asyncio.timeout(limit_s):
            await calls
    except TimeoutError:
        return Ended.LIMIT
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        return Ended.TOLD
    return Ended.DONE
