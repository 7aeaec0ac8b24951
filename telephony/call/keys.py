"""Telephone keys on their way to a far end, group by group, with pauses between. Time is an argument, in seconds."""

from __future__ import annotations

import re
from collections import deque

from telephony.call.dtmf import VALID

PAUSE = ","
PAUSE_S = 1.0
KEY_S = 0.25  # the stack sends a key for 200 ms, and keeps them apart by less than 50
LEAD_S = 0.5  # from the answer: the far end's media must be up, and its menu listen
MOST = 32  # keys and pauses: as many as the stack queues

_GROUP = re.compile(rf"(?P<pauses>{PAUSE}*)(?P<keys>[^{PAUSE}]+)")


class Pressing:
    """The keys for somebody who has answered at `now`. What is no key, and pauses behind the last one, are left out."""

    def __init__(self, keys: str, now: float) -> None:
        known = "".join(key for key in keys.upper()[:MOST] if key in VALID or key == PAUSE)
        self._groups = deque((len(group["pauses"]) * PAUSE_S, group["keys"]) for group in _GROUP.finditer(known))
        self._free_at = now + LEAD_S if self._groups else now

    def due(self, now: float) -> str:
        """The keys that are to be sent now, "" for none; they count as sent."""
        if not self._groups or now < self._free_at + self._groups[0][0]:
            return ""
        _, keys = self._groups.popleft()
        self._free_at = now + KEY_S * len(keys)
        return keys

    def over(self, now: float) -> bool:
        """Whether the last key has been heard."""
        return not self._groups and now >= self._free_at
