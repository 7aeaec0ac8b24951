"""Work that nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Aside:
    """Keeps hold of work until it is done, which the event loop alone does not."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Future[None]] = set()

    def do(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Begin it."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
