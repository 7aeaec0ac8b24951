"""What an earlier version of a dialplan had embedded is used again, and callers' words are not kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.engines.contract import Read
from agent.engines.fakes import FakeEmbedder
from agent.host.recalled import Recalled


class Counting(FakeEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def read(self, sentences: Sequence[str]) -> list[Read]:
        self.asked += sentences
        return super().read(sentences)


def test_only_new_sentences_are_embedded_and_each_once() -> None:
    embedder = Counting()
    first = Recalled(embedder, {}, 0.0)
    first.embed(["a b", "b c", "a b"])
    rows = first.settle()
    second = Recalled(embedder, rows, 0.0)
    assert np.array_equal(second.embed(["b c", "c d"]), FakeEmbedder().embed(["b c", "c d"]))
    assert embedder.asked == ["a b", "b c", "c d"]
    assert set(second.settle()) == {"b c", "c d"}


def test_what_callers_say_is_not_kept() -> None:
    embedder = Counting()
    recalled = Recalled(embedder, {}, 0.0)
    rows = recalled.settle()
    recalled.read(["my secret"])
    recalled.read(["my secret"])
    assert embedder.asked == ["my secret"] * 2
    assert not rows
