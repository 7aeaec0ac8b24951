"""Waiting for something to become true, without holding up the phones."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LOOK_S = 0.02
PATIENCE_S = 20.0  # until what should have come is missed: a busy machine is late, and nothing else


async def until(look: Callable[[], T | None], otherwise: Callable[[], str], within_s: float = PATIENCE_S) -> T:
    """What `look` returns once it is neither None nor False. Fails with the text of `otherwise` after `within_s`."""
    deadline = time.monotonic() + within_s
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        assert time.monotonic() < deadline, f"after {within_s:g} s: {otherwise()}"
        await asyncio.sleep(LOOK_S)
