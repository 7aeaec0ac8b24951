"""Which words over the bot's are listening noises, which a stop, and which the begin of something."""

from __future__ import annotations

from itertools import product

import pytest

from agent.listen.echo_text import fresh_words
from agent.listen.interjection import ENGLISH, Interjection, phrase


def over(said: str, *, go_on: str = "", stop: str = "", neither: str = "") -> Interjection:
    """What `said` means with these phrases of a dialplan, each with commas between them."""
    book = ENGLISH.changed(go_on.split(","), stop.split(","), neither.split(","))
    return book.interjection(fresh_words(said, ""))


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("", Interjection.NOTHING),
        ("mm hmm", Interjection.NOTHING),
        ("mm hmm yeah", Interjection.BACKCHANNEL),
        ("yeah", Interjection.BACKCHANNEL),
        ("okay great thanks", Interjection.BACKCHANNEL),
        ("that's right", Interjection.BACKCHANNEL),
        ("no problem", Interjection.BACKCHANNEL),
        ("oh no problem", Interjection.BACKCHANNEL),
        ("oh i see", Interjection.BACKCHANNEL),
        ("please", Interjection.COURTESY),
        ("yes please", Interjection.COURTESY),
        ("yeah please do", Interjection.COURTESY),
        ("please thank you", Interjection.COURTESY),
        ("please stop", Interjection.STOP),
        ("please no", Interjection.STOP),
        ("please where are you", Interjection.SPEECH),
        ("yes yes okay okay right", Interjection.SPEECH),
        ("yes but when", Interjection.SPEECH),
        ("right what about sunday", Interjection.SPEECH),
        ("no problem but what about sunday", Interjection.SPEECH),
        ("stop", Interjection.STOP),
        ("no", Interjection.STOP),
        ("no no no", Interjection.STOP),
        ("okay wait", Interjection.STOP),
        ("oh sorry can i ask something", Interjection.STOP),
        ("just a moment", Interjection.STOP),
        ("hang on a moment", Interjection.STOP),
        ("no i meant tuesday", Interjection.STOP),
        ("excuse me where are you", Interjection.STOP),
        ("excuse", Interjection.STOP),
        ("hang", Interjection.STOP),
        ("parking", Interjection.OPEN),
        ("nobody", Interjection.OPEN),
        ("i want to know the price", Interjection.SPEECH),
    ],
)
def test_what_words_over_the_bots_are(said: str, means: Interjection) -> None:
    assert over(said) is means


def test_every_built_in_phrase_is_what_it_is_listed_as() -> None:
    assert not ENGLISH.go_on & ENGLISH.stop
    assert () not in ENGLISH.go_on | ENGLISH.stop
    for words in ENGLISH.go_on:
        assert ENGLISH.interjection(words) is Interjection.BACKCHANNEL, words
    for lead, words in product(("", "oh", "okay but"), ENGLISH.stop):
        assert ENGLISH.interjection([*lead.split(), *words]) is Interjection.STOP, (lead, words)


def test_a_courtesy_is_what_a_dialplan_says_it_is() -> None:
    assert over("please", go_on="please") is Interjection.BACKCHANNEL
    assert over("please", stop="please") is Interjection.STOP
    assert over("please", neither="please") is Interjection.OPEN


def test_phrases_of_a_dialplan_are_added() -> None:
    assert over("carry on then") is Interjection.SPEECH
    assert over("carry on then", go_on="carry on then") is Interjection.BACKCHANNEL
    assert over("okay carry on", go_on="carry on") is Interjection.BACKCHANNEL
    assert over("halt") is Interjection.OPEN
    assert over("halt", stop="halt") is Interjection.STOP
    assert over("okay halt there please now", stop="halt") is Interjection.STOP


def test_a_long_phrase_of_a_dialplan_is_a_listening_noise_like_a_short_one() -> None:
    said = "i know just what you mean there"
    assert over(said, go_on=said) is Interjection.BACKCHANNEL
    assert over(f"{said} but why", go_on=said) is Interjection.SPEECH


def test_the_longer_of_two_phrases_counts() -> None:
    assert over("okay thanks", stop="okay thanks") is Interjection.STOP
    assert over("okay right", stop="okay thanks") is Interjection.BACKCHANNEL
    assert over("wait no worries", go_on="wait no worries") is Interjection.BACKCHANNEL


def test_a_phrase_of_a_dialplan_counts_as_what_it_is_there() -> None:
    assert over("hello", go_on="hello") is Interjection.BACKCHANNEL
    assert over("right", stop="right") is Interjection.STOP
    assert over("cancel", neither="cancel") is Interjection.OPEN
    assert over("cancel my booking", neither="cancel") is Interjection.SPEECH
    assert over("right", neither="right") is Interjection.OPEN
    assert over("excuse", neither="excuse me") is Interjection.OPEN


def test_phrases_are_compared_as_they_are_heard() -> None:
    assert over("just a second please", stop="Just a Second, please!") is Interjection.STOP
    assert over("that's the one", go_on="That’s the one.") is Interjection.BACKCHANNEL
    assert phrase(" Mm-hmm! ") == phrase("…") == ()
