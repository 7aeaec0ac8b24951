"""What came of a tool or a transfer is told until the caller has heard it. Understanding is word for word."""

from __future__ import annotations

import pytest

from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder
from agent.reply.conversation import Conversation
from agent.reply.reply import Reply
from agent.reply.responder import Responder
from agent.tools.result import Outcome, ToolResult
from tests.reply.booking import BOOK, PLAN, SAID, TAKEN, WEDNESDAY
from tests.reply.test_desk import PLAN as DESK

IS_TAKEN = "I'm afraid that time is taken."
IS_BOOKED = "You're booked for Tuesday at three."
QUESTION = "And at what time?"


@pytest.fixture(scope="module")
def responder() -> Responder:
    return Responder(load(PLAN), FakeEmbedder(), lambda: WEDNESDAY)


def told(responder: Responder, result: ToolResult, *said: str) -> tuple[Conversation, Reply]:
    """A call in which the tool has given this, and the reply that says so."""
    conversation = responder.conversation("5550100")
    conversation.greet()
    for words in said or (*SAID, "yes"):
        conversation.heard(conversation.answer(words).text)
    call = conversation.due.call
    conversation.settled()
    assert call is not None
    reply = conversation.result(call, result)
    assert reply is not None
    return conversation, reply


@pytest.fixture
def cut(responder: Responder) -> Conversation:
    """The caller has spoken over the news that the time is taken."""
    conversation, reply = told(responder, TAKEN)
    assert reply.text == f"{IS_TAKEN} {QUESTION}"
    conversation.heard("I'm afraid", reply)
    return conversation


@pytest.mark.parametrize("said", ["go on", "okay", "what", ""])
def test_an_outcome_that_was_cut_is_said_again_before_the_question(cut: Conversation, said: str) -> None:
    text = cut.answer(said).text
    assert text.index(IS_TAKEN) < text.index(QUESTION)


def test_an_outcome_that_was_cut_by_a_question_follows_its_answer(cut: Conversation) -> None:
    assert cut.answer("when are you open").text == f"We open at nine. {IS_TAKEN} {QUESTION}"


def test_an_outcome_that_was_cut_is_said_to_one_who_falls_silent(cut: Conversation) -> None:
    assert cut.silence(1).text == f"{IS_TAKEN} {QUESTION}"


def test_an_outcome_that_was_cut_is_known_to_the_agent_that_comes_later(
    cut: Conversation, responder: Responder
) -> None:
    text = responder.conversation("5550100", cut.checkpoint()).resumed().text
    assert text.endswith(f"{IS_TAKEN} {QUESTION}")
    assert not text.startswith(IS_TAKEN)


def test_an_outcome_is_said_no_more_once_it_was_heard(cut: Conversation) -> None:
    cut.heard(cut.answer("when are you open").text)
    assert cut.answer("when are you open").text == f"We open at nine. {QUESTION}"


def test_an_outcome_of_which_enough_was_heard_is_not_said_again(responder: Responder) -> None:
    conversation, reply = told(responder, TAKEN)
    conversation.heard(f"{IS_TAKEN} And at", reply)
    assert conversation.answer("when are you open").text == f"We open at nine. {QUESTION}"


def test_an_outcome_that_is_always_cut_is_not_said_for_ever(cut: Conversation) -> None:
    replies = []
    for _ in range(4):
        reply = cut.answer("when are you open")
        replies.append(IS_TAKEN in reply.text)
        cut.heard("We open at nine.", reply)
    assert replies == [True, True, False, False]


def test_who_takes_leave_over_an_outcome_is_told_it_before_the_goodbye(cut: Conversation) -> None:
    reply = cut.answer("goodbye")
    assert reply.hang_up
    assert reply.text.startswith(IS_TAKEN)


def test_the_outcome_of_a_flow_that_is_over_is_said_again(responder: Responder) -> None:
    booked = ToolResult(Outcome.DONE, (("when", "Tuesday at three"), ("reference", "17")))
    conversation, reply = told(responder, booked, BOOK, "i'm sick", *SAID[2:], "yes")
    conversation.heard("You're", reply)
    assert conversation.answer("thank you").text.startswith(IS_BOOKED)


def test_who_could_not_be_put_through_is_told_so_again() -> None:
    conversation = Responder(load(DESK), FakeEmbedder()).conversation("5550100")
    conversation.greet()
    conversation.answer("sales")
    conversation.settled()
    reply = conversation.not_through()
    assert reply is not None
    conversation.heard("Nobody", reply)
    assert conversation.answer("hello").text.startswith("Nobody in sales answers.")
