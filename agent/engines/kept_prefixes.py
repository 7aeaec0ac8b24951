"""Which tokens each of the model's sequences holds, so that a prompt is computed from where it differs only.

A sequence belongs to an owner: a reply in the making of a call, or a system prompt that calls share. Whoever holds the
longest prefix of what is wanted lends it: a copy takes no cells. What is least recently used makes room.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Protocol

from agent.errors import ContextFull


class SequenceMemory(Protocol):
    """The part of llama.cpp's memory that this needs."""

    def cut(self, sequence: int, length: int) -> None: ...
    def copy(self, source: int, target: int, length: int) -> None: ...


class Held:
    """One sequence: its owner and its tokens. Whoever decodes more tokens into it adds them to `tokens`."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.owner = ""
        self.tokens: list[int] = []
        self.used = 0
        self.cells: list[int] = []  # ids of the memory's cells, in step with `tokens` after a count


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
        self._ids = itertools.count()

    def holds(self, owner: str, tokens: Sequence[int]) -> bool:
        """Whether `owner`'s sequence begins with all of `tokens`."""
        return self.shares(owner, tokens) == len(tokens)

    def shares(self, owner: str, tokens: Sequence[int]) -> int:
        """How many of the first `tokens` are in `owner`'s sequence; -1 without one."""
        held = self._find(owner)
        return -1 if held is None else common(held.tokens, tokens)

    def align(self, owner: str, tokens: Sequence[int], prefix: str = "", shared: int = 0) -> Held:
        """Give `owner` a sequence that holds a prefix of `tokens` and nothing else, as long as can be had for free.

        At least the last token is left to be decoded, for its logits. What another sequence holds of it and this one
        does not is copied. The sequence of the owner `prefix`, whose first `shared` tokens these begin with, makes no
        room for this one. Raises ContextFull when `tokens` cannot fit at all.
        """
        if len(tokens) > self._cells:
            raise ContextFull(f"{len(tokens)} tokens do not fit into a context of {self._cells}")
        held = self._of(owner)
        source = self._find(prefix) if prefix and shared else None
        keep = min(common(held.tokens, tokens), len(tokens) - 1)
        if len(tokens) - keep > 1:
            keep = self._borrow(held, tokens, keep)
        if keep < len(held.tokens):
            self._memory.cut(held.number, keep)
            del held.tokens[keep:]
        if source:
            self._touch(source)
        self._touch(held)
        self._make_room(len(tokens) - keep, held, source)
        return held

    def forget(self, owner: str) -> None:
        """Free the owner's sequence."""
        if held := self._find(owner):
            self._clear(held)

    def _borrow(self, held: Held, tokens: Sequence[int], keep: int) -> int:
        """Copy from whichever sequence holds more than the first `keep` of `tokens`; gives how many are held now."""
        self._count()
        source = max(self._held, key=lambda one: common(one.tokens, tokens))
        length = min(common(source.tokens, tokens), len(tokens) - 1)
        if source is held or length <= keep:
            return keep
        owner = held.owner
        self._clear(held)
        self._memory.copy(source.number, held.number, length)
        held.owner, held.tokens, held.cells = owner, list(tokens[:length]), source.cells[:length]
        return length

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
        while self._count() + needed > self._cells:
            others = [held for held in self._held if held.tokens and held not in spare]
            if not others:
                raise ContextFull(f"no room for {needed} more tokens in a context of {self._cells}")
            self._clear(min(others, key=lambda one: one.used))

    def _count(self) -> int:
        """Cells in use, each once however many sequences share it."""
        for held in self._held:
            del held.cells[len(held.tokens) :]
            held.cells += itertools.islice(self._ids, len(held.tokens) - len(held.cells))
        return len(set().union(*(held.cells for held in self._held)))

    def _clear(self, held: Held) -> None:
        self._memory.cut(held.number, 0)
        held.owner, held.tokens, held.cells = "", [], []

    def _touch(self, held: Held) -> None:
        self._uses += 1
        held.used = self._uses
