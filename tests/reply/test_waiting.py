"""Callers who are being put through: what they are told and asked meanwhile, and what comes of what they say to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder
from agent.reply.conversation import Conversation
from agent.reply.reply import Awaited
from agent.reply.responder import Responder

PLAN = Path(__file__).parents[1] / "host" / "waiting.yaml"
ASKED = "Everybody is still busy. Do you want to keep waiting?"
FALLBACK = (
    "All right, I won't try any longer. I'm sorry, nobody is free there right now. Please tell me your name and what "
    "it's about."
)


@pytest.fixture(scope="module")
def responder() -> Responder:
    return Responder(load(PLAN), FakeEmbedder())


@pytest.fixture
def waiting(responder: Responder) -> Conversation:
    """A call in which it rings."""
    conversation = responder.conversation("5550199")
    conversation.heard(conversation.greet().text)
    reply = conversation.answer("front desk please")
    assert reply.expects.silence == 20.0
    conversation.heard(reply.text)
    conversation.settled()
    return conversation


def test_it_is_said_in_turn_that_it_still_rings_and_asked_each_time(waiting: Conversation) -> None:
    replies = [waiting.silence(count) for count in (1, 2, 3)]
    assert [reply.text for reply in replies] == [
        ASKED,
        "Thank you for your patience. Do you want to keep waiting?",
        ASKED,
    ]
    assert {reply.expects.awaited for reply in replies} == {Awaited.YES_NO}
    assert {reply.expects.question for reply in replies} == {"Do you want to keep waiting?"}
    assert {reply.expects.silence for reply in replies} == {20.0}


@pytest.mark.parametrize("yes", ["yes please", "1"])
def test_a_yes_goes_on(waiting: Conversation, yes: str) -> None:
    waiting.silence(1)
    reply = waiting.digit(yes) if yes.isdigit() else waiting.answer(yes)
    assert reply is not None
    assert (reply.text, reply.stays, reply.expects.awaited) == ("All right.", False, Awaited.OPEN)
    assert reply.expects.silence == 20.0
    assert not waiting.due.stays
    assert waiting.silence(1).text.startswith("Thank you for your patience.")


@pytest.mark.parametrize("no", ["no thanks", "2"])
def test_a_no_is_as_if_nobody_had_answered(waiting: Conversation, no: str) -> None:
    waiting.silence(1)
    reply = waiting.digit(no) if no.isdigit() else waiting.answer(no)
    assert reply is not None
    assert (reply.text, reply.stays, waiting.due.stays) == (FALLBACK, True, True)
    assert reply.expects.silence == 0.0
    waiting.settled()
    assert waiting.not_through() is None, "the line's news that it was called off is told"


def test_a_no_that_is_not_sure_is_asked_again(waiting: Conversation) -> None:
    waiting.silence(1)
    assert waiting.answer("no", sure=False).text == "Thank you for your patience. Do you want to keep waiting?"


def test_a_yes_or_a_key_that_answers_nothing_changes_nothing(waiting: Conversation) -> None:
    assert waiting.digit("2") is None
    assert waiting.answer("no").text == ASKED
    assert not waiting.due.stays


@pytest.mark.parametrize("no", ["no i can't wait any longer", "i don't want to wait", "sorry i won't hold that long"])
def test_a_no_in_other_words_is_one(waiting: Conversation, no: str) -> None:
    waiting.silence(1)
    assert (waiting.answer(no).text, waiting.due.stays) == (FALLBACK, True)


@pytest.mark.parametrize("yes", ["i'll wait", "okay i can wait a bit", "i'd rather keep waiting please"])
def test_a_yes_in_other_words_is_one(waiting: Conversation, yes: str) -> None:
    waiting.silence(1)
    assert (waiting.answer(yes).text, waiting.due.stays) == ("All right.", False)


@pytest.mark.parametrize("no", ["no when are you open", "nope when are you open"])
def test_a_topic_behind_a_no_is_answered_and_nobody_is_called_any_more(waiting: Conversation, no: str) -> None:
    waiting.silence(1)
    reply = waiting.answer(no)
    assert (reply.text, reply.stays, waiting.due.stays) == ("We are open from nine to five.", True, True)
    waiting.settled()
    assert waiting.not_through() is None


def test_who_would_rather_leave_a_message_need_not_be_asked_first(waiting: Conversation) -> None:
    reply = waiting.answer("take a message")
    assert reply.text.startswith("Certainly. Please tell me your name")
    assert (reply.stays, waiting.due.stays) == (True, True)
    waiting.settled()
    assert waiting.not_through() is None


def test_that_is_only_so_where_it_is_sure(waiting: Conversation) -> None:
    assert (waiting.answer("take a message", sure=False).text, waiting.due.stays) == (ASKED, False)


def test_in_an_emergency_it_rings_on() -> None:
    plan = load(PLAN)
    desk = plan.intents[0].model_copy(update={"urgent": True})
    urgent = Responder(plan.model_copy(update={"intents": (desk, *plan.intents[1:])}), FakeEmbedder())
    conversation = urgent.conversation("5550199")
    conversation.greet()
    conversation.answer("front desk please")
    conversation.settled()
    assert (conversation.answer("take a message").text, conversation.due.stays) == (ASKED, False)


def test_who_will_call_again_is_asked_whether_they_wait_and_then_does_not(waiting: Conversation) -> None:
    assert (waiting.answer("i'll call you back").text, waiting.due.stays) == (ASKED, False)  # to somebody else?
    assert waiting.answer("i'll call you back").text == "Okay. Is there anything else I can help with?"
    assert waiting.due.stays


def test_a_topic_behind_a_no_that_is_not_sure_ends_nothing(waiting: Conversation) -> None:
    waiting.silence(1)
    waiting.answer("no when are you open", sure=False)
    assert not waiting.due.stays


def test_a_question_in_between_is_answered(waiting: Conversation) -> None:
    waiting.silence(1)
    reply = waiting.answer("when are you open")
    assert reply.text == "We are open from nine to five."
    assert reply.expects.silence == 20.0


def test_at_the_limit_the_caller_is_back(waiting: Conversation) -> None:
    waiting.silence(1)
    reply = waiting.not_through()
    assert reply is not None
    assert reply.text.startswith("I'm sorry, nobody is free there right now. Please tell me your name")
    assert reply.expects.silence == 0.0


def test_there_is_music_once_it_rings_and_until_it_is_over(responder: Responder, waiting: Conversation) -> None:
    assert waiting.music
    assert responder.conversation("5550199", waiting.checkpoint()).music
    fresh = responder.conversation("5550199")
    fresh.greet()
    assert not fresh.music
    fresh.answer("front desk please")
    assert not fresh.music, "the caller was not told yet"
    waiting.silence(1)
    waiting.answer("no")
    assert not waiting.music
