"""What was left unsaid is offered when it fits, once, and not to a caller who does not want it."""

from __future__ import annotations

import msgspec
import pytest

from agent.dialplan.schema import Dialplan
from agent.reply.conversation import Conversation
from agent.reply.reply import Awaited, Reply
from agent.reply.responder import Responder
from agent.reply.state import State, pack, unpack
from tests.reply.conftest import CALLER

ADDRESS, PARKING, HOURS = "what is your address", "where can i park", "when are you open"


def cut(conversation: Conversation, question: str, heard: str = "We're") -> Reply:
    """The answer to `question`, of which the caller heard no more than `heard`."""
    reply = conversation.answer(question)
    assert reply.name, question
    conversation.heard(heard, reply)
    return reply


def whole(conversation: Conversation, said: str) -> Reply:
    """The reply to what was `said`, heard to its end."""
    reply = conversation.answer(said)
    conversation.heard(reply.text)
    return reply


@pytest.fixture
def interrupted(conversation: Conversation) -> Conversation:
    """The answer about the address was spoken over with a question about parking, which has been answered."""
    cut(conversation, ADDRESS)
    assert whole(conversation, PARKING).name == "parking"
    return conversation


def offer(plan: Dialplan, name: str) -> str:
    return next(topic.offer for topic in plan.topics if topic.name == name)


def test_the_offer_names_the_topic_and_is_rendered_before_the_call(plan: Dialplan) -> None:
    text = offer(plan, "address")
    assert text == "Before, you asked about our address. Shall I go on with that?"
    assert text in plan.stock_texts()


@pytest.mark.parametrize("said", ["thank you", "okay", "i see", "great thanks"])
def test_it_is_offered_when_the_caller_is_content(interrupted: Conversation, plan: Dialplan, said: str) -> None:
    reply = interrupted.answer(said)
    assert reply.text.endswith(offer(plan, "address"))
    assert reply.expects.awaited is Awaited.YES_NO


def test_it_is_offered_at_the_first_silence(interrupted: Conversation, plan: Dialplan) -> None:
    assert interrupted.silence(1).text == offer(plan, "address")
    assert interrupted.silence(2).text == plan.silence.prompts[1]


def test_what_still_waits_is_offered_to_who_wants_nothing_else(conversation: Conversation, plan: Dialplan) -> None:
    cut(conversation, ADDRESS)
    cut(conversation, HOURS)
    whole(conversation, PARKING)
    whole(conversation, "thank you")
    assert whole(conversation, "no").text == plan.phrases.anything_else
    assert whole(conversation, "no").text == offer(plan, "opening_hours")
    assert whole(conversation, "no").text == plan.phrases.anything_else
    assert conversation.answer("no").hang_up


@pytest.mark.parametrize("yes", ["yes", "yes please", "go on", "sure"])
def test_a_yes_is_answered(interrupted: Conversation, yes: str) -> None:
    interrupted.answer("thank you")
    assert whole(interrupted, yes).name == "address"
    assert "Before" not in interrupted.answer("thank you").text


@pytest.mark.parametrize("no", ["no", "no thanks", "no that's fine"])
def test_after_a_no_it_is_never_offered_again(interrupted: Conversation, plan: Dialplan, no: str) -> None:
    interrupted.answer("thank you")
    reply = whole(interrupted, no)
    assert (reply.text, reply.hang_up) == (plan.phrases.anything_else, False)
    cut(interrupted, ADDRESS)
    whole(interrupted, PARKING)
    assert "Before" not in interrupted.answer("thank you").text


def test_whoever_lets_the_bot_go_on_hears_it_without_being_asked(interrupted: Conversation) -> None:
    assert whole(interrupted, "what were you saying").name == "address"
    assert "Before" not in interrupted.answer("thank you").text


def test_whoever_asks_for_it_has_heard_it(interrupted: Conversation) -> None:
    whole(interrupted, ADDRESS)
    assert "Before" not in interrupted.answer("thank you").text


@pytest.mark.parametrize("protest", ["stop", "never mind", "no"])
def test_whoever_protests_wants_none_of_it(conversation: Conversation, protest: str) -> None:
    cut(conversation, ADDRESS)
    assert whole(conversation, protest).name != "address"
    whole(conversation, PARKING)
    assert "Before" not in conversation.answer("thank you").text


def test_whoever_says_goodbye_may_go(interrupted: Conversation) -> None:
    assert interrupted.answer("okay bye").hang_up


def test_a_goodbye_to_anything_else_is_one_too(conversation: Conversation) -> None:
    whole(conversation, "thank you")
    cut(conversation, ADDRESS)
    whole(conversation, "okay")  # says it again
    cut(conversation, HOURS)
    whole(conversation, PARKING)
    assert conversation.answer("goodbye").hang_up


def test_what_was_conveyed_is_not_offered(conversation: Conversation) -> None:
    cut(conversation, ADDRESS, "We're at twelve Hill Street, right")
    whole(conversation, PARKING)
    assert "Before" not in conversation.answer("thank you").text


def test_two_wait_at_most_and_each_once(conversation: Conversation, plan: Dialplan) -> None:
    asked = [ADDRESS, HOURS, PARKING, HOURS]
    names = [cut(conversation, question).name for question in asked]
    whole(conversation, "what can you do")
    waiting = unpack(conversation.checkpoint()).waiting
    assert waiting == (names[2], names[1])
    texts = []
    for _ in range(4):
        texts.append(whole(conversation, "thank you").text)
        whole(conversation, "no")
    assert sum("Before" in text for text in texts) == 2


def test_a_message_that_was_begun_is_not_offered(conversation: Conversation) -> None:
    cut(conversation, "i would like to leave a message")
    whole(conversation, "never mind")
    assert "Before" not in conversation.answer("thank you").text


def test_it_survives_the_agent(interrupted: Conversation, fake_responder: Responder, plan: Dialplan) -> None:
    again = fake_responder.conversation(CALLER, interrupted.checkpoint())
    assert again.answer("thank you").text.endswith(offer(plan, "address"))


def test_a_checkpoint_of_the_version_before_is_read() -> None:
    fields = {"version": 1, "state": {"caller": "1", "unsaid": "address", "greeted": True}}
    assert unpack(msgspec.msgpack.encode(fields)) == State(caller="1", unsaid="address", greeted=True)
    assert unpack(pack(State(waiting=("address",)))) == State(waiting=("address",))
