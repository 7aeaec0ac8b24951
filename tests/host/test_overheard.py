"""What words over the bot's mean is asked on another thread, and not waited for for long."""

from __future__ import annotations

import threading

from agent.engines.fakes import FakeEmbedder
from agent.host.overheard import Overheard
from agent.listen.backchannel import Backchannels
from agent.listen.interjection import Interjection, Phrase
from tests.listen.likeness import numbers

SENSE = ("makes", "sense")


def test_a_verdict_in_time_counts() -> None:
    asked = Overheard(Backchannels(FakeEmbedder(), numbers("makes sense")).judge)
    assert asked(SENSE) is Interjection.BACKCHANNEL
    asked.close()


def test_a_late_verdict_is_none_and_delays_no_other() -> None:
    released = threading.Event()
    calls = []

    def slow(words: Phrase) -> Interjection:
        calls.append(words)
        released.wait(10)
        return Interjection.BACKCHANNEL

    asked = Overheard(slow)
    assert asked(SENSE) is None
    assert asked(("sense",)) is None  # it waits behind the other, and is not asked any more
    released.set()
    assert Overheard(slow)(SENSE) is Interjection.BACKCHANNEL
    asked.close()
    assert calls == [SENSE, SENSE]


def test_an_embedder_that_fails_leaves_the_words_to_the_phrase_book() -> None:
    embedder = FakeEmbedder()
    embedder.fails = True
    asked = Overheard(Backchannels(embedder, numbers("makes sense")).judge)
    assert asked(SENSE) is None
    embedder.fails = False
    assert asked(SENSE) is Interjection.BACKCHANNEL
    asked.close()
