"""Turns that are no question: courtesies, doubts whether anybody is there, noise, abuse and what is no English; with
the real embedder, as the first turn of a call and in answer to "is there anything else?"."""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Dialplan
from agent.reply.reply import Awaited, Reply, Route
from agent.reply.responder import Responder
from tests.reply.conftest import CALLER


def first(responder: Responder, said: str) -> Reply:
    conversation = responder.conversation(CALLER)
    conversation.greet()
    return conversation.answer(said)


def later(responder: Responder, said: str) -> Reply:
    conversation = responder.conversation(CALLER)
    conversation.greet()
    conversation.answer("when are you open")
    assert conversation.answer("thank you").text.endswith("Is there anything else I can help with?")
    return conversation.answer(said)


@pytest.mark.parametrize("said", ["thank you goodbye", "no that's all", "sorry wrong number", "bye bye"])
def test_a_farewell_ends_the_call(real_responder: Responder, plan: Dialplan, said: str) -> None:
    for reply in (first(real_responder, said), later(real_responder, said)):
        assert (reply.text, reply.hang_up) == (plan.goodbye, True)


@pytest.mark.parametrize("said", ["okay", "yes", "alright", "i see", "cool", "no"])
def test_to_agree_with_the_greeting_is_to_be_asked_what_for(
    real_responder: Responder, plan: Dialplan, said: str
) -> None:
    assert first(real_responder, said).text == plan.phrases.help


@pytest.mark.parametrize("said", ["are you there", "hello are you there", "can you hear me", "hello? hello?"])
def test_who_doubts_that_anybody_is_there_is_told_so_and_where_they_were(
    real_responder: Responder, plan: Dialplan, said: str
) -> None:
    phrases = plan.phrases
    assert first(real_responder, said).text == f"{phrases.here} {phrases.help}"
    reply = later(real_responder, said)
    assert (reply.text, reply.expects.awaited) == (f"{phrases.here} {phrases.anything_else}", Awaited.YES_NO)


def test_hello_is_greeted(real_responder: Responder) -> None:
    assert first(real_responder, "hello?").name == "greeting"


@pytest.mark.parametrize("said", ["are you a robot", "who is this", "is this hill street bicycles"])
def test_who_it_is_is_said_as_the_dialplan_has_it(real_responder: Responder, plan: Dialplan, said: str) -> None:
    assert first(real_responder, said).text == plan.phrases.automated


@pytest.mark.parametrize("said", ["can you repeat that", "what", "i can't hear you", "could you speak slower"])
def test_again_is_again_and_never_a_no(real_responder: Responder, plan: Dialplan, said: str) -> None:
    assert first(real_responder, said).text == plan.greeting
    assert later(real_responder, said).text.endswith(plan.phrases.anything_else)


@pytest.mark.parametrize("said", ["great", "perfect", "oh wonderful", "that's good"])
def test_praise_is_no_yes_to_whether_there_is_anything_else(
    real_responder: Responder, plan: Dialplan, said: str
) -> None:
    reply = later(real_responder, said)
    assert (reply.text, reply.expects.awaited) == (plan.phrases.anything_else, Awaited.YES_NO)


def test_who_will_call_again_leaves_no_message_and_may_leave(real_responder: Responder, plan: Dialplan) -> None:
    phrases = plan.phrases
    assert first(real_responder, "i'll call back later").text == f"{phrases.stopped} {phrases.anything_else}"
    reply = later(real_responder, "no i'll call back later")
    assert (reply.text, reply.hang_up) == (plan.goodbye, True)


@pytest.mark.parametrize("said", ["", "   ", "...", "uh", "the", "日本語", "😀", "\x00\x01", "[unk]"])
def test_what_holds_no_word_was_not_heard(real_responder: Responder, plan: Dialplan, said: str) -> None:
    assert first(real_responder, said).text == plan.no_match.unheard


@pytest.mark.parametrize(
    "said",
    [
        "où êtes-vous s'il vous plaît",
        "Öffnungszeiten?",
        "fuck you",
        "you are a stupid piece of shit",
        "go to hell",
        "word " * 500,
        "blah " * 2_000,
        "one two three",
    ],
)
def test_what_means_nothing_here_is_not_acted_on(real_responder: Responder, said: str) -> None:
    reply = first(real_responder, said)
    assert reply.route is Route.FALLBACK
    assert not reply.hang_up


def test_a_rude_question_is_a_question(real_responder: Responder) -> None:
    assert first(real_responder, "what the hell are your opening hours").name == "opening_hours"


def test_a_turn_of_five_hundred_words_is_answered_if_it_is_about_something(real_responder: Responder) -> None:
    assert first(real_responder, "i want to know when you are open on saturday " * 55).name == "opening_hours"


def test_a_caller_who_doubts_while_leaving_a_message_leaves_no_such_words_in_it(
    real_responder: Responder, plan: Dialplan
) -> None:
    conversation = real_responder.conversation(CALLER)
    conversation.greet()
    conversation.answer("i'd like to leave a message")
    assert conversation.answer("hello are you there").text == plan.message.listening
    conversation.answer("this is joe please call me about my bike")
    assert conversation.answer("hello?").text == plan.message.own_number
    message = conversation.answer("yes").message
    assert message is not None
    assert message.text == "this is joe please call me about my bike"
