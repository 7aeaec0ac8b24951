"""Numbers for `Backchannels` that go with the fake embedder. Apart from what loads a real one: that opens files."""

from __future__ import annotations

from agent.engines.fakes import FakeEmbedder
from agent.listen.backchannel import Numbers


def numbers(like: str, sure: float = 3.0, unlike: float = 0.0) -> Numbers:
    """Numbers by which words are the more a listening noise the more they share with `like`."""
    layer = FakeEmbedder().embed([like])[0] * 6
    return Numbers({}, sure, unlike, -1.0, tuple(float(weight) for weight in layer))
