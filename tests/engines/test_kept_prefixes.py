"""The table of sequences against a memory that keeps what it is told, with any order of calls."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.engines.kept_prefixes import KeptPrefixes, common
from agent.errors import ContextFull

SYSTEM = [1, 2, 3, 4]


class Memory:
    """What llama.cpp's unified memory would hold: cells, each belonging to one or more sequences."""

    def __init__(self, sequences: int) -> None:
        self.cells: list[list[int]] = [[] for _ in range(sequences)]  # ids of cells by sequence
        self.token: dict[int, int] = {}

    def decode(self, sequence: int, tokens: list[int]) -> None:
        for token in tokens:
            self.token[len(self.token)] = token
            self.cells[sequence].append(len(self.token) - 1)

    def cut(self, sequence: int, length: int) -> None:
        del self.cells[sequence][length:]

    def copy(self, source: int, target: int, length: int) -> None:
        assert not self.cells[target], "a copy goes into an empty sequence"
        self.cells[target] = self.cells[source][:length]

    def tokens(self, sequence: int) -> list[int]:
        return [self.token[cell] for cell in self.cells[sequence]]

    @property
    def used(self) -> int:
        return len({cell for sequence in self.cells for cell in sequence})


def ask(kept: KeptPrefixes, memory: Memory, owner: str, tokens: list[int], prefix: str = "") -> int:
    """Bring `tokens`, which may begin with SYSTEM as `prefix` holds it, into the owner's sequence; gives how many had
    to be decoded."""
    held = kept.align(owner, tokens, prefix, len(SYSTEM) if prefix else 0)
    rest = tokens[len(held.tokens) :]
    memory.decode(held.number, rest)
    held.tokens += rest
    assert memory.tokens(held.number) == tokens
    return len(rest)


def test_a_next_turn_decodes_only_what_is_new() -> None:
    memory = Memory(2)
    kept = KeptPrefixes(memory, 2, 100)
    assert ask(kept, memory, "a", [1, 2, 3]) == 3
    assert ask(kept, memory, "a", [1, 2, 3, 4, 5]) == 2
    assert ask(kept, memory, "a", [1, 2, 9]) == 1  # rolled back to the common prefix
    assert ask(kept, memory, "a", [1, 2, 9]) == 1  # the last token again, for its logits


def test_calls_share_the_system_prompt_and_its_cells() -> None:
    memory = Memory(4)
    kept = KeptPrefixes(memory, 4, 100)
    ask(kept, memory, "system", SYSTEM)
    assert ask(kept, memory, "a", [*SYSTEM, 7], "system") == 1
    assert ask(kept, memory, "b", [*SYSTEM, 8, 9], "system") == 2
    assert memory.used == 4 + 1 + 2


def test_the_least_recently_used_makes_room() -> None:
    memory = Memory(2)
    kept = KeptPrefixes(memory, 2, 100)
    ask(kept, memory, "a", [1, 2])
    ask(kept, memory, "b", [3, 4])
    ask(kept, memory, "a", [1, 2, 5])
    ask(kept, memory, "c", [6])
    assert kept.holds("a", [1, 2, 5])
    assert not kept.holds("b", [3])


def test_whoever_holds_more_of_it_lends_it() -> None:
    memory = Memory(3)
    kept = KeptPrefixes(memory, 3, 100)
    ask(kept, memory, "draft", [1, 2, 3, 4, 5, 6])
    assert ask(kept, memory, "other draft", [1, 2, 3, 4, 9]) == 1
    assert ask(kept, memory, "reply", [1, 2, 3, 4, 5, 6]) == 1
    assert memory.used == 6 + 1 + 1
    ask(kept, memory, "draft", [7])  # the lender goes on elsewhere, the cells stay with who borrowed them
    assert memory.used == 1 + 6 + 1


def test_what_cannot_fit_is_refused() -> None:
    memory = Memory(2)
    kept = KeptPrefixes(memory, 2, 8)
    with pytest.raises(ContextFull, match="9 tokens"):
        kept.align("a", list(range(9)))
    ask(kept, memory, "a", [1, 2, 3, 4, 5])
    ask(kept, memory, "b", [2, 3, 4, 5, 6])  # pushes a out, for want of cells
    assert not kept.holds("a", [1])


def test_forgetting_frees_the_sequence() -> None:
    memory = Memory(1)
    kept = KeptPrefixes(memory, 1, 8)
    ask(kept, memory, "a", [1, 2, 3])
    kept.forget("a")
    kept.forget("nobody")
    assert memory.used == 0


TURN = st.tuples(st.sampled_from("abcde"), st.lists(st.integers(5, 7), min_size=1, max_size=8))


@given(st.lists(TURN, max_size=30), st.integers(2, 4), st.integers(16, 40))
def test_the_table_and_the_memory_always_agree(turns: list[tuple[str, list[int]]], count: int, cells: int) -> None:
    memory = Memory(count)
    kept = KeptPrefixes(memory, count, cells)
    for owner, said in turns:
        if not kept.holds("system", SYSTEM):
            ask(kept, memory, "system", SYSTEM)
        decoded = ask(kept, memory, owner, [*SYSTEM, *said], "system")
        assert decoded <= len(said)
        assert memory.used == kept._count() <= cells


@given(st.lists(st.integers(0, 2)), st.lists(st.integers(0, 2)))
def test_common_is_the_longest_common_prefix(left: list[int], right: list[int]) -> None:
    length = common(left, right)
    assert left[:length] == right[:length]
    assert length in (len(left), len(right)) or left[length] != right[length]
