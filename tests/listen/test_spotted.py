"""A single word over the bot's is what a recogniser of the phrases hears, where it is sure enough."""

from __future__ import annotations

import pytest

from agent.engines.contract import UNKNOWN
from agent.engines.fakes import FakePhrases
from agent.listen.interjection import ENGLISH, Interjection
from agent.listen.spotted import Spotted, Spotter

SOUND = bytes(640)


def spotter(words: str, confidence: float = 1.0) -> tuple[Spotter, list[FakePhrases]]:
    made: list[FakePhrases] = []

    def make(phrases: list[str]) -> FakePhrases:
        made.append(FakePhrases(phrases, words, confidence))
        return made[-1]

    return Spotter(make, ENGLISH), made


@pytest.mark.parametrize(
    ("heard", "confidence", "found"),
    [
        ("stop", 1.0, Interjection.STOP),
        ("no", 0.5, Interjection.STOP),
        ("stop", 0.2, None),
        ("right", 1.0, Interjection.BACKCHANNEL),
        ("right", 0.5, None),
        ("mm", 1.0, Interjection.BACKCHANNEL),
        ("uh huh", 0.8, Interjection.BACKCHANNEL),
        ("please", 1.0, Interjection.COURTESY),
        ("please", 0.5, None),
        (UNKNOWN, 1.0, None),
        (f"yes {UNKNOWN}", 1.0, None),
        ("that's", 1.0, None),  # a word of a phrase and no phrase
        ("", 1.0, None),
    ],
)
def test_what_a_word_is(heard: str, confidence: float, found: Interjection | None) -> None:
    spotted = spotter(heard, confidence)[0](SOUND)
    assert spotted == (None if found is None else Spotted(found, heard))


def test_it_listens_for_the_phrases_of_the_dialplan() -> None:
    book = ENGLISH.changed(go_on=["carry on"], stop=["halt"], neither=["operator"])
    made: list[FakePhrases] = []
    Spotter(lambda phrases: made.append(FakePhrases(phrases)) or made[-1], book)
    assert {"carry on", "halt", "mm hmm", "please", "stop"} <= set(made[0].phrases)
    assert not {"operator", "i know"} & set(made[0].phrases)


def test_a_recogniser_that_fails_knows_nothing() -> None:
    spot, made = spotter("stop")
    made[0].fails = True
    assert spot(SOUND) is None
