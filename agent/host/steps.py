"""What takes long while the agent gets ready: each step on a thread, told as a live event."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from agent.live import Emit, Loading

Loaded = TypeVar("Loaded")


class Steps:
    """Runs steps, and keeps what came of them and has to be closed as `engines`."""

    def __init__(self, emit: Emit) -> None:
        self.engines: list[Any] = []
        self.emit = emit

    async def load(self, what: str, load: Callable[[], Loaded]) -> Loaded:
        """What `load` returns. Raises what it raises."""
        begun = monotonic()
        self.emit(Loading(what, 0, 1))
        loaded = await asyncio.to_thread(load)
        if hasattr(loaded, "close"):
            self.engines.append(loaded)
        self.emit(Loading(what, 1, 1, round(monotonic() - begun, 2)))
        return loaded
