"""Which sequence a reply in the making works in, so that two drafts of a call don't undo each other's work.

Each works in a lane of its call that nobody else works in, best one that holds the longest prefix of its prompt: what
a cancelled draft has computed is rolled back to where the next one differs, not rebuilt. A second draft gets a lane of
its own, which begins as a copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agent.engines.kept_prefixes import KeptPrefixes

LANES = 3  # of a call: two drafts and a reply


class Worker(Protocol):
    """Who works in a lane."""

    @property
    def over(self) -> bool:
        """It will decode nothing any more."""


class Lanes:
    """The lanes of all calls. Belongs to the model's thread."""

    def __init__(self, kept: KeptPrefixes) -> None:
        self.kept = kept
        self._busy: dict[str, Worker] = {}  # by lane

    def take(self, call: str, tokens: Sequence[int], worker: Worker) -> str:
        """The owner, for KeptPrefixes, of the sequence in which `worker` shall decode `tokens`. With more than LANES
        at work the last one is shared, which costs time and nothing else."""
        self._busy = {lane: user for lane, user in self._busy.items() if not user.over}
        free = [lane for lane in _lanes(call) if lane not in self._busy] or [_lanes(call)[-1]]
        lane = max(free, key=lambda one: self.kept.shares(one, tokens))
        self._busy[lane] = worker
        return lane

    def forget(self, call: str) -> None:
        """The call is over: free its sequences."""
        for lane in _lanes(call):
            self.kept.forget(lane)


def _lanes(call: str) -> list[str]:
    return [f"call {call}, lane {number}" for number in range(LANES)]
