"""What a place is not told of a transcript whose values are redacted there: each turn that has one in it, in the order
in which a call goes. Understanding is word for word.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder
from agent.reply.conversation import Conversation
from agent.reply.reply import Reply
from agent.reply.responder import Responder
from agent.reply.transcript import LONGEST
from agent.tools.call import ToolCall
from agent.tools.record import REDACTED, Record
from agent.tools.result import Outcome, ToolResult

PLAN = Path(__file__).parent / "data" / "redacted.yaml"
WEDNESDAY = datetime(2026, 12, 2, 10, 0)
DONE = ToolResult(Outcome.DONE)
BOOKED = ToolResult(Outcome.DONE, (("reference", "KX42"),))
REFERENCE = "Somebody comes, reference K X, four two."
SURVEY = ("i need a survey", "next tuesday")
CONFIRM = ("i want to renew", "four four one two three nine", "yes", "joe smith")


@pytest.fixture(scope="module")
def responder() -> Responder:
    return Responder(load(PLAN), FakeEmbedder(), lambda: WEDNESDAY)


def goes(conversation: Conversation, reply: Reply | None) -> str:
    """The reply settles, and is heard to its end."""
    assert reply is not None
    conversation.settled()
    conversation.heard(reply.text)
    return reply.text


def call(responder: Responder, *turns: str) -> Conversation:
    conversation = responder.conversation("15550199")
    goes(conversation, conversation.greet())
    for turn in turns:
        goes(conversation, conversation.answer(turn))
    return conversation


def working(responder: Responder, *turns: str) -> tuple[Conversation, ToolCall]:
    """The last turn has set a tool to work."""
    conversation = call(responder, *turns[:-1])
    reply = conversation.answer(turns[-1])
    due = conversation.due.call
    assert due is not None
    goes(conversation, reply)
    return conversation, due


def told(conversation: Conversation, *redact: str) -> list[str]:
    """The transcript as a place gets it where these are redacted."""
    if conversation.due.handed is None:
        conversation.answer("operator")
    handed = conversation.due.handed
    assert handed is not None
    record = Record("", "call-1", "15550199", "2026-12-02T10:00:00+00:00", handed.values, handed.to, handed.transcript)
    return [one.said for one in record.redacted(redact).transcript]


def test_what_a_tool_gave_last(responder: Responder) -> None:
    conversation, due = working(responder, *SURVEY)
    assert goes(conversation, conversation.result(due, BOOKED)).startswith(REFERENCE)
    assert REFERENCE in " ".join(told(conversation))
    assert told(conversation, "reference")[-3:] == ["One moment, please.", REDACTED, "operator"]


def test_what_a_tool_gave_to_a_flow_that_was_left(responder: Responder) -> None:
    conversation, due = working(responder, *SURVEY)
    goes(conversation, conversation.answer("there is smoke"))
    assert REFERENCE in goes(conversation, conversation.result(due, BOOKED))
    assert told(conversation, "reference")[-2:] == [REDACTED, "operator"]


def test_a_value_that_was_said_in_the_turn_that_ended_its_flow(responder: Responder) -> None:
    conversation = call(responder, "call me back", "next tuesday")
    assert told(conversation, "day")[-3:] == [REDACTED, REDACTED, "operator"]
    assert told(conversation)[-2].startswith("We call on Tuesday, December")


def test_a_flow_that_has_ended_in_a_checkpoint_of_an_earlier_version(responder: Responder) -> None:
    conversation = call(responder, "call me back")
    conversation.answer("next tuesday")
    earlier = msgspec.msgpack.decode(conversation.checkpoint())
    assert earlier["state"]["finished"].pop("spoken")
    earlier["state"]["known"] = ()
    again = responder.conversation("15550199", msgspec.msgpack.encode(earlier))
    goes(again, again.answer("it is 2026-12-08"))
    assert REDACTED in told(again, "day")[-3:]


def test_a_read_back_of_which_a_part_was_heard(responder: Responder) -> None:
    conversation = call(responder, "i want to renew")
    reply = conversation.answer("four four one two three nine")
    conversation.settled()
    conversation.heard("Four four, one two", reply)
    assert "Four four, one two" in told(conversation)
    assert "Four four, one two" not in told(conversation, "policy")


@pytest.mark.parametrize(
    ("said", "redact"),
    [
        ("no, the policy number is four four one two four nine", "policy"),
        ("no, my name is smyth", "insured"),
        ("it should be smyth with a y", "insured"),
    ],
)
def test_a_correction_where_the_flow_asks_for_a_yes(responder: Responder, said: str, redact: str) -> None:
    assert said in told(call(responder, *CONFIRM, said))
    assert said not in told(call(responder, *CONFIRM, said), redact)


def test_a_correction_where_the_flow_asks_what_to_change(responder: Responder) -> None:
    conversation = call(responder, *CONFIRM, "no", "smyth with a y")
    assert "All right. What should I change?" in told(conversation)
    assert "smyth with a y" not in told(conversation, "insured")


@pytest.mark.parametrize(
    ("said", "redact"),
    [
        ("joe smith and the policy is four four one two three eight", "policy"),
        ("four four one two three eight i meant", "policy"),
    ],
)
def test_another_value_where_something_else_is_asked(responder: Responder, said: str, redact: str) -> None:
    conversation = call(responder, "i want to renew", "four four one two three nine", "yes", said)
    assert said in told(conversation)
    assert said not in told(conversation, redact)


def test_a_name_that_is_given_where_a_number_is_asked_and_never_again(responder: Responder) -> None:
    said = "hold on this is about my name joe smith"
    conversation = call(responder, "i want to renew", said)
    assert said in told(conversation)
    assert said not in told(conversation, "insured")


def test_a_value_that_was_said_before_its_flow_began(responder: Responder) -> None:
    number, name = "it is about four four one two three nine", "this is joe smith"
    conversation = call(responder, number, name, *CONFIRM)
    assert {number, name} <= set(told(conversation))
    assert number not in told(conversation, "policy")
    assert name not in told(conversation, "insured")


@pytest.mark.parametrize("said", ["no", "no that's wrong"])
def test_a_no_is_told(responder: Responder, said: str) -> None:
    assert said in told(call(responder, *CONFIRM, said), "policy", "insured")


def test_a_yes_is_told_and_a_correction_behind_it_is_not(responder: Responder) -> None:
    conversation, due = working(responder, *CONFIRM, "yes please")
    goes(conversation, conversation.answer("wait my name is smyth"))
    goes(conversation, conversation.result(due, DONE))
    given = told(conversation, "policy", "insured")
    assert "yes please" in given
    assert "wait my name is smyth" not in given


def test_a_key_for_a_yes_is_told(responder: Responder) -> None:
    conversation = call(responder, *CONFIRM)
    goes(conversation, conversation.digit("2"))
    assert "[2]" in told(conversation, "policy", "insured")


@pytest.mark.parametrize(
    ("said", "redact"),
    [
        ("my policy is four four one two three nine", "policy"),
        ("it was forty four twelve thirty nine", "policy"),
        ("do you know joe smith's house", "insured"),
        ("i am at one five five five oh one nine nine", "caller"),
        ("it's five five five oh one nine nine", "caller"),
    ],
)
def test_what_the_caller_says_again_after_the_flow(responder: Responder, said: str, redact: str) -> None:
    conversation = call(responder, *CONFIRM, "stop", said)
    assert said in told(conversation)
    assert said not in told(conversation, redact)


def test_a_number_that_is_read_back_for_a_message(responder: Responder) -> None:
    conversation = call(responder, "i want to renew", *["purple"] * 3, "yes", "this is about my policy", "no")
    goes(conversation, conversation.answer("four four one two three nine one"))
    read_back = "I have four four one, two three nine one. Is that right?"
    assert read_back in told(conversation)
    given = told(conversation, "policy")
    assert read_back not in given
    assert "Please tell me your name and what it's about." in given


def test_other_numbers_are_told(responder: Responder) -> None:
    said = "my house number is four four"
    assert said in told(call(responder, *CONFIRM, "stop", said), "policy", "caller")


def test_the_number_of_the_caller_that_the_bot_says(responder: Responder) -> None:
    conversation = call(responder, "which number do you see")
    assert "You're calling from one five five five, zero one nine nine." in told(conversation)
    assert told(conversation, "caller")[-2:] == [REDACTED, "operator"]


def test_who_calls_without_a_number(responder: Responder) -> None:
    conversation = responder.conversation("")
    goes(conversation, conversation.greet())
    goes(conversation, conversation.answer("which number do you see"))
    assert "You're calling from a number that was not sent." in told(conversation, "caller")


POLICY = "four four one two three nine"
STORY = "and then the whole kitchen was under water and nobody came to look at it " * 6


@pytest.mark.parametrize(
    ("before", "said", "redact"),
    [
        ((), f"my policy is {POLICY}", "policy"),
        ((), "this is joe smith", "insured"),
        ((), "either tuesday or wednesday", "day"),
        (("i need a survey",), f"it's for policy {POLICY}", "policy"),
        (("call me back",), "this is joe smith", "insured"),
        (
            ("i want to renew", POLICY, "yes"),
            f"joe smith but wait it was {POLICY} or five five one two three nine",
            "policy",
        ),
        ((), f"{POLICY} {STORY}", "policy"),
        (
            ("i want to renew", POLICY, "yes", "joe smith", "stop"),
            f"{STORY} it is five five one two three nine",
            "policy",
        ),
    ],
)
def test_what_nobody_asked_for(responder: Responder, before: tuple[str, ...], said: str, redact: str) -> None:
    conversation = call(responder, *before, said)
    assert said[:LONGEST] in told(conversation)
    assert said[:LONGEST] not in told(conversation, redact)


@pytest.mark.parametrize("said", ["hello how are you today", "my roof leaks", "i'm calling about my roof"])
def test_small_talk_is_told(responder: Responder, said: str) -> None:
    assert said in told(call(responder, said), "policy", "insured", "day", "reference", "caller")


def test_what_only_another_place_must_not_know_is_told(responder: Responder) -> None:
    said = f"my policy is {POLICY}"
    assert said in told(call(responder, said), "insured", "reference", "caller")
