"""One direction of a socket: in order, and as late as a test likes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from tests.fuzz.virtual_loop import VirtualLoop

Item = TypeVar("Item")


class Pipe(Generic[Item]):
    """Each item is `delay` s under way, and never overtakes the one before. Nothing comes out before `open`."""

    def __init__(self, loop: VirtualLoop, take: Callable[[Item], None] | None = None) -> None:
        self.delay = 0.0
        self._loop = loop
        self._take = take
        self._items: deque[tuple[float, Item]] = deque()
        self._due = False

    def open(self, take: Callable[[Item], None]) -> None:
        """Hand over what has come, and what will."""
        self._take = take
        self._wake()

    def put(self, item: Item) -> None:
        """Send one; never waits."""
        self._items.append((self._loop.time() + self.delay, item))
        self._wake()

    def lose(self) -> None:
        """What is under way never arrives."""
        self._items.clear()

    def shut(self) -> None:
        """Nothing comes out any more."""
        self._take = None
        self._items.clear()

    def _wake(self) -> None:
        if self._items and self._take is not None and not self._due:
            self._due = True
            self._loop.call_at(self._items[0][0], self._deliver)

    def _deliver(self) -> None:
        self._due = False
        if self._items and self._take is not None and self._items[0][0] <= self._loop.time() + 1e-9:
            self._take(self._items.popleft()[1])
        self._wake()
