"""Recognisers that are got ready for calls, and handed on."""

from __future__ import annotations

import time

from agent.engines.spares import AT_ONCE, LONG, WORN, Decoder, Spares
from telephony.audio import FRAME_SAMPLES
from tests.engines.kaldi import Kaldi, frame


def ready(spares: Spares) -> Decoder:
    deadline = time.monotonic() + 30
    while (decoder := spares.fresh()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return decoder


def test_spares_have_heard_something() -> None:
    spares = Spares(Kaldi)
    spares.warm([frame(1), frame(2)])
    decoder = ready(spares)
    assert decoder.engine.fed == frame(1) + frame(2)
    assert (decoder.fed, decoder.words) == (2 * FRAME_SAMPLES, 2)
    spares.close()
    spares.give(Decoder(Kaldi(), 0))
    assert spares.fresh() is None  # closed


def test_a_large_one_stays_until_another_is_there_and_is_the_last_to_be_taken() -> None:
    spares = Spares(Kaldi)
    large, young, older, new = (Decoder(Kaldi(), 0, words) for words in (WORN, 1, 2, 0))
    for decoder in (large, Decoder(Kaldi(), 2 * LONG)):
        spares.give(decoder)
    assert spares.fresh() is None
    for decoder in (young, older, new):
        spares.give(decoder)
    assert [spares.take() for _ in range(4)] == [older, young, new, large]


def test_at_most_four_wait_for_calls() -> None:
    spares = Spares(lambda: None)
    for words in range(1, 7):
        spares.give(Decoder(Kaldi(), 0, words))
    taken = [spares.take().words for _ in range(5)]
    assert taken == [4, 3, 2, 1, 0]


def test_as_many_are_ready_as_make_four_with_those_in_calls_and_one_more_where_there_are_more_or_a_large_one() -> None:
    made: list[Kaldi] = []

    def make() -> Kaldi:
        made.append(Kaldi())
        return made[-1]

    def settled(count: int) -> None:
        deadline = time.monotonic() + 30
        while len(made) < count:
            assert time.monotonic() < deadline, len(made)
            time.sleep(0.01)
        time.sleep(0.05)
        assert len(made) == count

    spares = Spares(make)
    spares.warm([frame(1)])
    settled(AT_ONCE)
    lent = [spares.take() for _ in range(AT_ONCE)]
    settled(AT_ONCE)
    lent[0].made_out("word " * WORN)
    assert ready(spares).engine is made[AT_ONCE]
    lent.pop(0)  # it has been replaced, and the one in its place failed
    lent += [spares.take(), spares.take()]
    assert {decoder.engine for decoder in lent} >= {*made[AT_ONCE + 1 : AT_ONCE + 3]}
    settled(AT_ONCE + 4)
    spares.close()
