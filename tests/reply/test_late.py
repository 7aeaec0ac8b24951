"""A tool that runs on when the caller has left its flow, or takes leave of the call: they are told what came of it.
Understanding is word for word.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder
from agent.reply.conversation import Conversation
from agent.reply.reply import Reply
from agent.reply.responder import Responder
from agent.tools.call import ToolCall
from agent.tools.result import Outcome, ToolResult
from tests.reply.booking import BOOK, BOOKED, PLAN, SAID, TAKEN, WEDNESDAY
from tests.reply.test_desk import CRASH
from tests.reply.test_desk import PLAN as DESK

RECORDED = ToolResult(Outcome.DONE, (("reference", "17"),))
FAILED = ToolResult(Outcome.FAILED)
NEWS = "One more thing. Your reference is one seven."
ILL = (BOOK, "i'm sick", *SAID[2:])


@pytest.fixture(scope="module")
def clinic() -> Responder:
    return Responder(load(PLAN), FakeEmbedder(), lambda: WEDNESDAY)


@pytest.fixture(scope="module")
def desk() -> Responder:
    return Responder(load(DESK), FakeEmbedder())


def running(responder: Responder, said: Sequence[str]) -> tuple[Conversation, ToolCall]:
    """A call whose flow has a tool at work."""
    conversation = responder.conversation("5550100")
    conversation.greet()
    for words in (*said, "yes"):
        conversation.answer(words)
    call = conversation.due.call
    conversation.settled()
    assert call is not None
    return conversation, call


def left(responder: Responder, urgent: str) -> tuple[Conversation, ToolCall]:
    """The same, after the caller has said something urgent."""
    conversation, call = running(responder, CRASH)
    hear(conversation, conversation.answer(urgent))
    conversation.settled()
    return conversation, call


def hear(conversation: Conversation, reply: Reply | None) -> str:
    assert reply is not None
    conversation.heard(reply.text)
    return reply.text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (SAID, "You're booked for Tuesday at three. Thank you for calling. Goodbye."),
        (ILL, "You're booked for Tuesday at three. Get well soon. That's all done. Thank you for calling. Goodbye."),
    ],
)
def test_who_takes_leave_is_told_what_came_of_it_first(clinic: Responder, said: Sequence[str], told: str) -> None:
    conversation, call = running(clinic, said)
    kept = conversation.answer("goodbye")
    assert (kept.text, kept.hang_up) == ("I'm still on it.", False)
    reply = conversation.result(call, BOOKED)
    assert reply is not None
    assert (reply.text, reply.hang_up) == (told, True)


def test_who_takes_leave_twice_is_not_kept(clinic: Responder) -> None:
    conversation, _ = running(clinic, SAID)
    conversation.answer("goodbye")
    assert conversation.answer("goodbye").hang_up


def test_words_that_may_be_a_leave_end_nothing_while_a_tool_runs(clinic: Responder) -> None:
    conversation, call = running(clinic, ILL)
    assert [conversation.answer("by", sure=False).text for _ in range(4)] == ["I'm still on it."] * 4
    reply = conversation.result(call, BOOKED)
    assert reply is not None
    assert not reply.hang_up


def test_who_takes_leave_and_then_goes_on_is_not_bidden_farewell(clinic: Responder) -> None:
    conversation, call = running(clinic, ILL)
    conversation.answer("goodbye")
    asked = conversation.result(call, TAKEN)
    assert asked is not None
    assert asked.text == "I'm afraid that time is taken. And at what time?"
    for words in ("at four", "yes"):
        conversation.answer(words)
    again = conversation.due.call
    conversation.settled()
    assert again is not None
    reply = conversation.result(again, BOOKED)
    assert reply is not None
    assert not reply.hang_up


def test_who_has_gone_on_is_told_what_came_of_it(desk: Responder) -> None:
    conversation, call = left(desk, "there is smoke")
    told = hear(conversation, conversation.result(call, RECORDED))
    assert told.startswith(NEWS)
    assert told.endswith("?")
    assert NEWS not in conversation.answer("no").text
    assert conversation.result(call, RECORDED) is None


def test_who_has_gone_on_is_told_that_it_failed(desk: Responder) -> None:
    conversation, call = left(desk, "there is smoke")
    assert hear(conversation, conversation.result(call, FAILED)).startswith(
        "One more thing. I can't reach our records."
    )


def test_an_open_question_is_asked_again_behind_the_news(desk: Responder) -> None:
    conversation, call = left(desk, "there is smoke")
    question = hear(conversation, conversation.answer("bye", sure=False))
    assert hear(conversation, conversation.result(call, RECORDED)) == f"{NEWS} {question}"


def test_news_that_was_spoken_over_is_told_again(desk: Responder) -> None:
    conversation, call = left(desk, "there is smoke")
    reply = conversation.result(call, RECORDED)
    assert reply is not None
    conversation.heard("One", reply)
    assert NEWS in conversation.answer("what").text


def test_who_is_being_put_through_is_told_with_the_next_reply(desk: Responder) -> None:
    conversation, call = left(desk, "somebody is hurt")
    assert conversation.result(call, RECORDED) is None
    assert hear(conversation, conversation.silence(1)).startswith(NEWS)
    assert NEWS not in conversation.silence(2).text


def test_what_to_do_in_an_emergency_comes_before_the_news(desk: Responder) -> None:
    conversation, call = left(desk, "somebody is hurt")
    assert conversation.result(call, RECORDED) is None
    told = hear(conversation, conversation.not_through())
    assert told == f"Nobody answers. Hang up and dial nine one one. {NEWS}"


def test_in_an_emergency_nobody_is_told_news_of_its_own(desk: Responder) -> None:
    conversation, call = left(desk, "somebody is hurt")
    hear(conversation, conversation.not_through())
    assert conversation.result(call, RECORDED) is None


def test_the_agent_that_comes_later_has_the_call_made_again(desk: Responder) -> None:
    conversation, call = left(desk, "there is smoke")
    after = desk.conversation("5550100", conversation.checkpoint())
    assert after.due.call is None
    after.take_up()
    assert after.due.call == call
    after.settled()
    after.resumed()
    assert after.due.call is None
    assert hear(after, after.result(call, RECORDED)).startswith(NEWS)


def test_a_resumption_that_was_not_heard_leaves_the_call_to_be_made_again(desk: Responder) -> None:
    conversation, call = left(desk, "there is smoke")
    after = desk.conversation("5550100", conversation.checkpoint())
    after.take_up()
    before = after.checkpoint()
    after.resumed()
    assert desk.conversation("5550100", before).due.call == call


def test_a_flow_that_is_another_one_by_now_is_not_told_of(desk: Responder, tmp_path: Path) -> None:
    conversation, call = left(desk, "there is smoke")
    changed = tmp_path / "plan.yaml"
    changed.write_text(DESK.read_text().replace("Your reference is", "The reference is"))
    other = Responder(load(changed), FakeEmbedder())
    assert other.conversation("5550100", conversation.checkpoint()).result(call, RECORDED) is None
