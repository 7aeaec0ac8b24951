"""The number that a caller calls from, where a telephone number is asked for."""

from __future__ import annotations

import pytest

from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder
from agent.reply.responder import Responder
from agent.reply.text_call import TextCall
from tests.reply.booking import PLAN, SAID, WEDNESDAY, Desk


def asked(caller: str) -> TextCall:
    """A call from that number, "" for none, that is asked for one."""
    call = TextCall(Responder(load(PLAN), FakeEmbedder(), lambda: WEDNESDAY).conversation(caller), Desk())
    for words in SAID[:4]:
        call.says(words)
    return call


@pytest.mark.parametrize("said", ["the number i'm calling from", "this number please", "the same number", "this phone"])
def test_the_number_that_they_call_from_is_one(said: str) -> None:
    call = asked("5550123")
    assert call.says(said).text == "Five five five, zero one two three. Is that right?"
    assert call.says("yes").text.endswith("Shall I book it?")


OTHER = "two oh two five five five one two one two"


@pytest.mark.parametrize(
    "said",
    [
        f"i'm calling from work my number is {OTHER}",
        f"this number is {OTHER}",
        f"i'm calling from my brother's phone mine is {OTHER}",
        f"the number i'm calling from isn't mine use {OTHER}",
        f"call me on this number {OTHER}",
    ],
)
def test_a_number_that_is_said_goes_before_the_one_that_they_call_from(said: str) -> None:
    call = asked("5550123")
    assert call.says(said).text == "Two zero two, five five five, one two one two. Is that right?"


@pytest.mark.parametrize("said", ["this number isn't mine", "don't call the number i'm calling from please"])
def test_a_number_that_is_not_theirs_is_not_offered(said: str) -> None:
    call = asked("5550123")
    assert call.says(said).text.endswith("What number can we call you on?")


def test_the_number_that_they_call_from_is_not_offered_again() -> None:
    call = asked("5550123")
    for words in ("this number", "no"):
        call.says(words)
    assert "zero one two three" not in call.says("this number").text
    assert call.says(f"call me on this number {OTHER}").text.startswith(
        "Two zero two, five five five, one two one two."
    )


def test_a_number_that_is_withheld_is_asked_for_again() -> None:
    call = asked("")
    assert call.says("the number i'm calling from").text.endswith(" What number can we call you on?")
