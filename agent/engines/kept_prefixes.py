"""Which tokens each of the model's sequences holds, so that a prompt is computed from where it differs only.

A sequence belongs to an owner: a call, or a system prompt that calls share. What is least recently used makes room.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agent.errors import ContextFull


class SequenceMemory(Protocol):
    """The part of llama.cpp's memory that this needs."""

    def cut(self, sequence: int, length: int) -> None: ...
    def copy(self, source: int, target: int, length: int) -> None: ...


class Held:
    """One sequence: its owner, its tokens, and how many of its first cells it shares with `source`."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.owner = ""
        self.tokens: list[int] = []
        self.source: Held | None = None
        self.shared = 0
        self.used = 0

    @property
    def cells(self) -> int:
        """Cells that only this one takes; the shared ones count where they came from, as long as that lives."""
        alive = self.source is not None and len(self.source.tokens) >= self.shared
        return len(self.tokens) - (self.shared if alive else 0)


def common(left: Sequence[int], right: Sequence[int]) -> int:
    """Length of the longest common prefix."""
    length = min(len(left), len(right))
    if left[:length] == right[:length]:
        return length
    return next(index for index in range(length) if left[index] != right[index])


class KeptPrefixes:
    """The table of sequences over one memory of `cells` cells."""

    def __init__(self, memory: SequenceMemory, sequences: int, cells: int) -> None:
        self._memory = memory
        self._cells = cells
        self._held = [Held(number) for number in range(sequences)]
        self._uses = 0

    def holds(self, owner: str, tokens: Sequence[int]) -> bool:
        """Whether `owner`'s sequence begins with all of `tokens`."""
        return any(held.owner == owner and common(held.tokens, tokens) == len(tokens) for held in self._held)

    def align(self, owner: str, tokens: Sequence[int], prefix: str = "", shared: int = 0) -> Held:
        """Give `owner` a sequence that holds a prefix of `tokens` and nothing else, as long as can be had for free.

        At least the last token is left to be decoded, for its logits. The first `shared` tokens are taken from the
        sequence of the owner `prefix` where that has them and this one does not. Raises ContextFull when `tokens`
        cannot fit at all.
        """
        if len(tokens) > self._cells:
            raise ContextFull(f"{len(tokens)} tokens do not fit into a context of {self._cells}")
        held = self._of(owner)
        source = self._find(prefix) if prefix else None
        keep = min(common(held.tokens, tokens), len(tokens) - 1)
        if source and keep < shared <= len(source.tokens) and common(source.tokens, tokens) >= shared:
            self._clear(held)
            self._memory.copy(source.number, held.number, shared)
            held.owner, held.tokens = owner, list(tokens[:shared])
            held.source, held.shared = source, shared
            self._touch(source)
        elif keep < len(held.tokens):
            self._memory.cut(held.number, keep)
            del held.tokens[keep:]
            held.shared = min(held.shared, keep)
        self._touch(held)
        self._make_room(len(tokens) - len(held.tokens), held, source)
        return held

    def forget(self, owner: str) -> None:
        """Free the owner's sequence."""
        if held := self._find(owner):
            self._clear(held)

    def _find(self, owner: str) -> Held | None:
        return next((held for held in self._held if held.owner == owner), None)

    def _of(self, owner: str) -> Held:
        held = self._find(owner) or self._find("")
        if held is None:
            held = min(self._held, key=lambda one: one.used)
            self._clear(held)
        held.owner = owner
        return held

    def _make_room(self, needed: int, *spare: Held | None) -> None:
        while sum(held.cells for held in self._held) + needed > self._cells:
            others = [held for held in self._held if held.tokens and held not in spare]
            if not others:
                raise ContextFull(f"no room for {needed} more tokens in a context of {self._cells}")
            self._clear(min(others, key=lambda one: one.used))

    def _clear(self, held: Held) -> None:
        self._memory.cut(held.number, 0)
        held.owner, held.tokens, held.source, held.shared = "", [], None, 0

    def _touch(self, held: Held) -> None:
        self._uses += 1
        held.used = self._uses
