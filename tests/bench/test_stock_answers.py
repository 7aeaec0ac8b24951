"""How much of a known answer was heard, by its sound and by what the bot remembers."""

from __future__ import annotations

import numpy as np

from agent.bench.stock_answers import StockAnswer, longest
from agent.commands.bench import BENCH_DIALPLAN
from agent.dialplan.load import load
from agent.engines.contract import SpokenWord
from telephony.audio import samples

WORDS = tuple(
    SpokenWord(text, samples(at), samples(at + 0.3)) for at, text in enumerate(("We", "are", "open", "today"))
)
ANSWER = StockAnswer("hours", np.zeros(samples(4.0), np.int16), WORDS)


def test_words_count_when_all_but_their_last_sound_was_heard() -> None:
    assert ANSWER.count(samples(0.0)) == 0
    assert ANSWER.count(samples(1.2)) == 1
    assert ANSWER.count(samples(1.26)) == 2
    assert ANSWER.count(samples(9.0)) == 4


def test_what_is_remembered_may_begin_with_other_words() -> None:
    assert ANSWER.counted("We are") == 2
    assert ANSWER.counted("About our hours: We are open") == 3
    assert ANSWER.counted("Right. We are open today") == 4
    assert ANSWER.counted("We are open today Is there anything") == 4
    assert ANSWER.counted("Right.") is None


def test_the_longest_answers_do_nothing_but_answer() -> None:
    found = longest(load(BENCH_DIALPLAN), 3)
    lengths = [len(getattr(topic, "answer", "") or getattr(topic, "text", "")) for topic in found]
    assert lengths == sorted(lengths, reverse=True)
    assert all(getattr(topic, "action", None) is None for topic in found)
