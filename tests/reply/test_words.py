"""Utterances, digits, yes and no, and the commands that every bot understands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reply.commands import Command, command_of
from agent.reply.digits import digits_of, spell
from agent.reply.utterance import Utterance
from agent.reply.yes_no import approves, yes_or_no

DIVIDED = ("yes i'm okay", "yes everybody is fine", "i'm okay but she isn't", "i'm fine with that", "how are you")
NUMBER_WORDS = (
    "double",
    "triple",
    "to",
    "for",
    "oh",
    "five",
    "fifty",
    "hundred",
    "thousand",
    "twelve",
    "call",
    "me",
    "at",
)


@pytest.mark.parametrize("noise", ["", "the", "um", "uh the", "[unk]", "<unk> hmm", "   ", "…!?"])
def test_noise_is_no_utterance(noise: str) -> None:
    assert Utterance(noise).empty


def test_an_utterance_is_lower_case_words_without_fillers() -> None:
    assert Utterance("Um, What’s   the PRICE?").text == "what's the price"


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("five five five oh one double two", "5550122"),
        ("my number is five fifty five twenty three", "55523"),
        ("triple five o one hundred", "5550100"),
        ("eight hundred five five five twelve thirty four", "8005551234"),
        ("five five to one for nine", "552149"),
        ("to five five five", "555"),
        ("it's for me five five five", "555"),
        ("five five five for my mobile", "555"),
        ("you can call me at two oh two", "202"),
        ("555 0100", "5550100"),
        ("nineteen twenty", "1920"),
        ("double", ""),
        ("call me", ""),
        ("", ""),
    ],
)
def test_spoken_digits(said: str, digits: str) -> None:
    assert digits_of(Utterance(said)) == digits


@given(st.text("0123456789", max_size=15))
def test_a_number_that_is_read_back_is_heard_as_itself(number: str) -> None:
    assert digits_of(Utterance(spell(number))) == number


@given(st.lists(st.sampled_from(NUMBER_WORDS), max_size=12))
def test_any_run_of_number_words_gives_digits_only(words: list[str]) -> None:
    digits = digits_of(Utterance(" ".join(words)))
    assert digits == "" or digits.isdigit()


def test_numbers_are_read_back_in_groups() -> None:
    assert spell("5550100") == "five five five, zero one zero zero"
    assert spell("+12025550100") == "one, two zero two, five five five, zero one zero zero"
    assert spell("2025550100") == "two zero two, five five five, zero one zero zero"
    assert spell("55501234") == "five five five zero, one two three four"
    assert spell("12") == "one two"


@pytest.mark.parametrize(
    "said",
    [
        "yes",
        "yeah",
        "yes please",
        "that's right",
        "sure",
        "okay",
        "uh huh",
        "mm-hmm",
        "why not",
        "no problem",
        "i don't mind",
        "of course",
        "correct",
        "that's it",
    ],
)
def test_yes(said: str) -> None:
    assert yes_or_no(Utterance(said)) is True


@pytest.mark.parametrize(
    "said",
    [
        "no",
        "know",
        "nope",
        "no thanks",
        "that's not right",
        "not really",
        "wrong",
        "i'd rather not",
        "please don't",
        "that isn't correct",
        "i'm okay",
        "i'm good thanks",
        "we are all fine",
        "no i'm fine",
        "everybody is okay thank you for asking",
        "my wife is fine and so am i",
    ],
)
def test_no(said: str) -> None:
    assert yes_or_no(Utterance(said)) is False


@pytest.mark.parametrize(
    "said", ["", "maybe", "i'm not sure", "i don't know", "yes no", "no that's right", "where are you", *DIVIDED]
)
def test_neither_yes_nor_no(said: str) -> None:
    assert yes_or_no(Utterance(said)) is None


def test_only_the_beginning_of_a_long_turn_answers() -> None:
    assert yes_or_no(Utterance("yes that would be very kind of you thanks")) is True
    assert yes_or_no(Utterance("no i would like you to use my other number")) is False
    assert yes_or_no(Utterance("please also tell them that i am not in town on monday")) is None
    assert yes_or_no(Utterance("and also tell them please that i am not in town")) is None


@pytest.mark.parametrize("said", ["great", "oh perfect", "okay that's great", "all good", "very good", "right"])
def test_praise(said: str) -> None:
    assert approves(Utterance(said))


@pytest.mark.parametrize("said", ["", "okay", "yes great", "great what are your hours", "not good", "good question"])
def test_no_praise(said: str) -> None:
    assert not approves(Utterance(said))


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("stop", Command.STOP),
        ("never mind", Command.STOP),
        ("okay cancel that", Command.STOP),
        ("hold on a second", Command.WAIT),
        ("one moment please", Command.WAIT),
        ("can you repeat that please", Command.REPEAT),
        ("sorry what was that", Command.REPEAT),
        ("sorry what was that number again", Command.REPEAT),
        ("i didn't catch that", Command.REPEAT),
        ("pardon", Command.REPEAT),
        ("what can i ask", Command.HELP),
        ("help", Command.HELP),
        ("operator please", Command.PERSON),
        ("operator", Command.PERSON),
        ("thank you very much", Command.THANKS),
        ("okay thanks", Command.THANKS),
        ("thanks bye", Command.GOODBYE),
        ("great thank you goodbye", Command.GOODBYE),
        ("no that's all", Command.GOODBYE),
        ("that's all i wanted to know", Command.GOODBYE),
        ("have a nice day", Command.GOODBYE),
        ("thank you goodbye", Command.GOODBYE),
        ("thank you by", Command.GOODBYE),
        ("okay thanks a lot buy", Command.GOODBYE),
        ("good by", Command.GOODBYE),
        ("thank you by bye", Command.GOODBYE),
        ("sorry wrong number", Command.GOODBYE),
        ("oh i think i have the wrong number", Command.GOODBYE),
        ("sorry stop there", Command.STOP),
        ("no stop", Command.STOP),
        ("is there a bus stop there", None),
        ("are you there", Command.HERE),
        ("hello hello", Command.HERE),
        ("hello is anybody there", Command.HERE),
        ("can you hear me now", Command.HERE),
        ("oh wow are you there", Command.HERE),
        ("i well are you there", Command.HERE),
        ("when are you there", None),
        ("okay i see", Command.UNDERSTOOD),
        ("good to know", Command.UNDERSTOOD),
        ("let me get a pen", Command.WAIT),
        ("please hold", Command.WAIT),
        ("could you speak a little slower please", Command.REPEAT),
        ("speak up", Command.REPEAT),
        ("hello", None),
        ("what can i buy", None),
        ("i would like to stop by", None),
        ("are you there on saturday", None),
        ("can i get a pen", None),
        ("hold my bike for me", None),
        ("i have the wrong number of spokes", None),
        ("nothing else thanks", Command.GOODBYE),
        ("i'll call back later", Command.LATER),
        ("no thanks i'll just call again tomorrow morning", Command.LATER),
        ("okay then i will ring you back when she's there", Command.LATER),
        ("let me call you back", Command.LATER),
        ("that's fine i'll try again in half an hour thanks", Command.LATER),
        ("can i call back later", Command.LATER),
        ("i'll call back later bye", Command.GOODBYE),
        ("call me back later", None),
        ("could you call me back later", None),
        ("i'd rather you call me back later", None),
        ("i'd like to call back", None),  # a call back
        ("i'll try again", None),
        ("can i call on sunday", None),
        ("tell her i'll call back later", None),
        ("i'll call back if nobody answers", None),
        ("can i see you tomorrow", None),
        ("can you repair that", None),
        ("what are your hours", None),
        ("i want to stop by on monday", None),
        ("can you hold my bike for a second", None),
        ("thank you i also wanted to know the price of a new tire and whether you do brakes bye", None),
    ],
)
def test_commands(said: str, command: Command | None) -> None:
    assert command_of(Utterance(said)) is command
