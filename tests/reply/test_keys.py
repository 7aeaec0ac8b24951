"""A number on a telephone's keys: who is offered them, and what they are beside words."""

from __future__ import annotations

import pytest

from agent.reply.conversation import Conversation
from agent.reply.reply import Reply
from tests.slots.order import asked

OFFER = "Please say it digit by digit, or type it on your keypad and press the pound key."


def typed(call: Conversation, keys: str) -> Reply | None:
    """What the last key brings; the others bring nothing."""
    replies = [call.digit(key) for key in keys]
    assert replies[:-1] == [None] * (len(keys) - 1)
    return replies[-1]


def test_who_was_not_understood_is_offered_the_keys_before_the_question() -> None:
    call = asked(kind="phone")
    assert call.answer("it's what it always was").text == f"{OFFER} Which number?"
    call.answer("five five five oh one two four")
    again = call.answer("no")
    assert again.text == f"Sorry, let's try that once more. {OFFER} Which number?"
    assert again.expects.question == "Which number?"
    assert call.silence(1).text == "Which number?"


@pytest.mark.parametrize("kind", ["date", "code", "name"])
def test_what_keys_cannot_tell_is_not_asked_for_by_them(kind: str) -> None:
    assert OFFER not in asked(kind=kind).answer("well i").text


def test_a_question_of_the_dialplans_own_is_asked_again_as_it_is_written() -> None:
    call = asked(kind="phone", again=["Digit by digit, please."])
    assert call.answer("it's what it always was").text == "Digit by digit, please."


def test_a_number_that_is_typed_where_another_is_read_back_is_no_yes() -> None:
    call = asked(kind="phone")
    assert call.answer("five five five oh one two four").text.endswith("Is that right?")
    reply = typed(call, "5550123#")
    assert reply is not None
    assert reply.text == "five five five, zero one two three. Shall I look?"


def test_too_few_keys_are_the_begin_of_a_number() -> None:
    call = asked(kind="phone")
    rest, whole = typed(call, "555#"), typed(call, "0123#")
    assert rest is not None
    assert whole is not None
    assert rest.text == "And the rest?"
    assert whole.text == "Five five five, zero one two three. Is that right?"


@pytest.mark.parametrize(("kind", "digits"), [("phone", "8345550123"), ("phone", "5550123")])
def test_who_types_the_whole_number_for_the_rest_is_understood(kind: str, digits: str) -> None:
    call = asked(kind=kind)
    assert call.answer("eight three four five five").text == "And the rest?"
    reply = typed(call, f"{digits}#")
    assert reply is not None
    assert reply.text.replace(", ", " ").lower().startswith(" ".join(NAMES[int(digit)] for digit in digits))


def test_the_rest_of_a_number_is_typed_behind_what_was_said_of_it_and_read_back() -> None:
    call = asked(kind="phone")
    call.answer("eight three four five five five")
    reply = typed(call, "0123#")
    assert reply is not None
    assert reply.text == "Eight three four, five five five, zero one two three. Is that right?"


def test_the_star_begins_a_number_anew_that_was_begun_with_words() -> None:
    call = asked(kind="phone")
    call.answer("eight three four")
    reply = typed(call, "*5550123#")
    assert reply is not None
    assert reply.text.startswith("five five five, zero one two three.")


def test_words_beside_the_keys_do_not_undo_them() -> None:
    call = asked(kind="phone")
    typed(call, "555")
    assert call.answer("honey where's the other phone").text == "And the rest?"
    typed(call, "0123")
    assert call.answer("there you go").text == "Five five five, zero one two three. Is that right?"


@pytest.mark.parametrize("beside", ["honey where's the other phone", ""])
def test_what_may_be_the_begin_of_what_is_being_typed_is_read_back_where_a_sound_ends_it(beside: str) -> None:
    call = asked(kind="phone")
    typed(call, "8345550")
    assert call.answer(beside).text == "Eight three four, five five five zero. Is that right?"


def test_who_says_the_rest_of_what_they_typed_is_understood() -> None:
    call = asked(kind="phone")
    typed(call, "555")
    assert call.answer("oh one two three").text == "Five five five, zero one two three. Is that right?"


NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
