"""How people say that they are, where a yes or a no is asked for: a mistake here sends help, or sends none."""

from __future__ import annotations

import pytest

from agent.reply.utterance import Utterance
from agent.slots.read import read
from agent.slots.well import well
from tests.slots.said import NOW, slot


@pytest.mark.parametrize(
    "said",
    [
        "i'm okay",
        "im fine",
        "we're all fine thank you",
        "no i'm fine",
        "no no we are okay",
        "everybody is okay thanks for asking",
        "my wife is fine and so am i",
        "i think everyone's fine",
        "he's alright",
    ],
)
def test_who_is_well_is_not_hurt(said: str) -> None:
    assert well(Utterance(said)) is True
    reading = read(slot("yes_no"), Utterance(said), NOW)
    assert reading is not None
    assert reading.value == "no"


@pytest.mark.parametrize(
    "said",
    [
        "yes i'm okay",
        "everybody's okay except the old lady",
        "i'm okay just my arm",
        "i'm okay except my neck",
        "apart from my arm i'm fine",
        "we're okay my daughter's crying",
        "i'm okay i guess my leg is sore",
        "i'm okay the other car i don't know",
        "i'm fine it's my husband",
        "everyone's fine just some bruises",
        "i'm okay but she isn't",
        "i'm not okay",
        "he isn't okay",
        "i'm fine my wife isn't",
        "my dad is okay i'm not",
        "i don't feel well",
    ],
)
def test_who_is_not_well_or_not_alone_is_asked_again(said: str) -> None:
    assert well(Utterance(said)) is False
    assert read(slot("yes_no"), Utterance(said), NOW) is None


@pytest.mark.parametrize("said", ["yes", "okay", "that's fine", "i'm okay with that", "no", "are you okay to go"])
def test_other_words_say_nothing_of_it(said: str) -> None:
    assert well(Utterance(said)) is None
