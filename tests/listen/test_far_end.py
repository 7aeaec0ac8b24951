"""Machines give themselves away by their words and manners; people who tell of them, or are not understood, do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.listen.far_end import ENDLESS, PROMPT_TURNS, Far, FarSigns, greets, holds
from telephony.audio import samples

DATA = Path(__file__).parents[1] / "reply" / "data"
PEOPLE = Path(__file__).parents[2] / "agent" / "bench" / "endings"
MACHINES = (
    "hi you've reached ann and bob we're not available right now please leave a message after the tone",
    "please leave your message after the tone when done hang up or press the pound key",
    "the person you are calling is not available at the tone please record your message",
    "your call has been forwarded to an automatic voice message system",
    "your call has been forwarded to voicemail the person you're trying to reach is not available",
    "sorry i can't take your call please leave your name and number and i'll get back to you",
    "leave a message after the beep",
)
BOTS = (
    "this is an automated assistant how can i help you",
    "hello i am a virtual assistant",
    "press one for sales press two for support",
    "thank you for calling for sales press one for parts press two",
    "your call is important to us please stay on the line",
    "all our agents are currently busy please hold for the next available agent",
    "please listen carefully as our menu options have changed for english press one",
)
CALLERS = (
    "your machine said press one",
    "your machine said to press one for sales press two for support",
    "it told me to leave a message after the tone",
    "do i leave a message after the beep",
    "can i leave a message after the tone",
    "do you want me to leave a message at the beep",
    "should i press one for the workshop or press two",
    "i pressed one and nothing happened",
    "i'd like to leave a message",
    "just leave a message for him i'm not available tomorrow",
    "is the owner available",
    "are you available on saturday",
    "are you an automated assistant",
    "is this an automated assistant",
    "the lady said your call is important to us please stay on the line",
    "thank you for holding how can i help you",
    "please hold on a second",
)


@pytest.mark.parametrize("said", MACHINES)
def test_an_answering_machine(said: str) -> None:
    assert FarSigns().heard(said) is Far.MACHINE


@pytest.mark.parametrize("said", BOTS)
def test_a_bot(said: str) -> None:
    assert FarSigns().heard(said) is Far.BOT


@pytest.mark.parametrize("said", CALLERS)
def test_a_caller(said: str) -> None:
    assert FarSigns().heard(said) is Far.PERSON


def test_of_what_callers_say_nothing_sounds_like_a_machine() -> None:
    lines = [
        line for name in ("in_scope", "tuned_in_scope") for line in (DATA / f"{name}.txt").read_text().splitlines()
    ]
    lines += [
        line for name in ("turns_fit", "turns_frozen") for line in (PEOPLE / f"{name}.txt").read_text().splitlines()
    ]
    assert len(lines) > 900
    assert [line for line in lines if FarSigns().heard(line) is not Far.PERSON] == []


def test_two_signs_decide_and_the_same_one_twice_does_not() -> None:
    signs = FarSigns()
    assert signs.heard("ann is not available") is Far.PERSON
    assert signs.heard("ann is not available") is Far.PERSON
    assert signs.beeped() is Far.MACHINE


def test_beeps_alone_are_no_machine() -> None:
    signs = FarSigns()
    assert [signs.beeped() for _ in range(5)] == [Far.PERSON] * 5


def test_a_caller_who_asks_three_times_is_no_bot_but_with_another_sign() -> None:
    signs = FarSigns()
    asked = "i want to talk to mister smith please"
    assert [signs.said(asked) for _ in range(3)] == [Far.PERSON] * 3
    assert signs.heard("press one") is Far.BOT


@pytest.mark.parametrize("other", ["yes", "what else do you sell in the shop"])
def test_nobody_but_a_machine_says_the_same_over_and_over(other: str) -> None:
    signs = FarSigns()
    asked = ["sorry i did not understand that", "sorry i didn't understand that", "sorry i did not understand that"]
    said = [*asked, *asked, *asked][: ENDLESS - 1]
    assert [signs.said(turn) for turn in [*said, other, *said]] == [Far.PERSON] * (2 * ENDLESS - 1)
    assert [signs.said(asked[0]) for _ in range(ENDLESS)][-1] is Far.BOT


def test_a_turn_that_was_taken_back_and_goes_on_is_one() -> None:
    signs = FarSigns()
    for _ in range(3 * ENDLESS):
        assert signs.said("i want to talk to mister smith") is Far.PERSON
        signs.unsaid()


def test_short_answers_may_be_the_same() -> None:
    signs = FarSigns()
    assert {signs.said("yes please") for _ in range(3 * ENDLESS)} == {Far.PERSON}


def test_turns_without_a_gap_are_a_sign_where_there_are_many_in_a_row() -> None:
    signs = FarSigns()
    signs.heard("press one")
    gaps = [samples(0.1)] * (PROMPT_TURNS - 1)
    assert {signs.answered(gap) for gap in [*gaps, samples(0.9), *gaps]} == {Far.PERSON}
    assert signs.answered(samples(0.2)) is Far.BOT


def test_what_is_said_with_hold_music_is_no_sign_where_there_was_music() -> None:
    assert FarSigns().heard(BOTS[4], held=True) is Far.PERSON
    assert FarSigns().heard(BOTS[2], held=True) is Far.BOT


@pytest.mark.parametrize("said", ["your call is important to us", "Please stay on the line.", "continue to hold"])
def test_what_is_said_with_hold_music(said: str) -> None:
    assert holds(said)


@pytest.mark.parametrize("said", ["hello", "Hi, hello there?", "yes, who is this?", "hey"])
def test_who_comes_to_the_telephone_says_hello(said: str) -> None:
    assert greets(said)
    assert not holds(said)


@pytest.mark.parametrize("said", ["", "hi you've reached ann", "yes please leave a message"])
def test_a_machine_does_not_greet_like_that(said: str) -> None:
    assert not greets(said)
