"""What is known only in the call: who calls, what time it is, and whether the business is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from agent.reply.opening import Opening
from agent.reply.template import filled


class Present:
    """Of one call. `caller` gives their number, "" when withheld; `now` the local time of the business."""

    def __init__(self, caller: Callable[[], str], now: Callable[[], datetime], opening: Opening | None) -> None:
        self._caller = caller
        self._opening = opening
        self.now = now

    def fill(self, text: str) -> str:
        """`text` with its places filled."""
        hours = self._opening.spoken(self.now()) if self._opening is not None else ""
        return filled(text, self._caller(), self.now(), hours)

    @property
    def today(self) -> date:
        """The day at the business."""
        return self.now().date()

    @property
    def is_open(self) -> bool:
        """Whether the business is open; one without hours always is."""
        return self._opening is None or self._opening.closes(self.now()) is not None
