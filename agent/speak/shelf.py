"""Sound that is made and not taken yet: how far the maker may go ahead of the taker."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Shelf(Generic[Item]):
    """Between one maker and one taker on one event loop. Until it is `released` the maker makes only what was asked
    for; then it goes ahead as long as `more` of what is on the shelf says so."""

    def __init__(self, more: Callable[[deque[Item]], bool]) -> None:
        self._more = more
        self._items: deque[Item] = deque()
        self._made = 0
        self._asked = 0
        self._released = False
        self._moved = asyncio.Event()

    def release(self) -> None:
        """Let the maker go ahead."""
        self._released = True
        self._moved.set()

    def put(self, item: Item) -> None:
        """Add what was made; never waits."""
        self._items.append(item)
        self._made += 1
        self._moved.set()

    async def take(self) -> Item:
        """The next item."""
        self._asked += 1
        while not self._items:
            await self._moves()
        self._moved.set()
        return self._items.popleft()

    async def room(self) -> None:
        """Return when the next item shall be made."""
        while self._asked <= self._made and not (self._released and self._more(self._items)):
            await self._moves()

    async def _moves(self) -> None:
        self._moved.clear()  # whoever waits already was woken by the set before
        await self._moved.wait()
