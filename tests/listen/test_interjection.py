"""Which words over the bot's are listening noises, which a stop, and which the begin of something."""

from __future__ import annotations

import pytest

from agent.listen.interjection import Interjection, interjection


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("", Interjection.NOTHING),
        ("mm hmm", Interjection.BACKCHANNEL),
        ("yeah", Interjection.BACKCHANNEL),
        ("okay great thanks", Interjection.BACKCHANNEL),
        ("that's right", Interjection.BACKCHANNEL),
        ("no problem", Interjection.BACKCHANNEL),
        ("oh i see", Interjection.BACKCHANNEL),
        ("yes yes okay okay right", Interjection.SPEECH),
        ("yes but when", Interjection.SPEECH),
        ("right what about sunday", Interjection.SPEECH),
        ("stop", Interjection.STOP),
        ("no", Interjection.STOP),
        ("okay wait", Interjection.STOP),
        ("hang on a moment", Interjection.STOP),
        ("no i meant tuesday", Interjection.STOP),
        ("excuse me where are you", Interjection.STOP),
        ("parking", Interjection.OPEN),
        ("nobody", Interjection.OPEN),
        ("i want to know the price", Interjection.SPEECH),
    ],
)
def test_what_words_over_the_bots_are(said: str, means: Interjection) -> None:
    assert interjection(said.split()) is means
