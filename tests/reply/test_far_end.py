"""What is said to one who was away, and the last words to what is no person."""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Dialplan, FarEnd, Machine
from agent.engines.fakes import FakeEmbedder
from agent.listen.far_end import Far
from agent.reply.conversation import Conversation
from agent.reply.reply import Awaited, Route, StockPart
from agent.reply.responder import Responder
from tests.reply.conftest import CALLER

PERHAPS_PARKING = "parking zyx wvu tsr"  # near enough to ask back


@pytest.mark.parametrize("said", ["", "hello", "hello are you there", "hi how are you", "zyx wvu", "one moment please"])
def test_one_who_is_back_and_asks_nothing_clear_is_told_that_somebody_is_there(
    conversation: Conversation, plan: Dialplan, said: str
) -> None:
    reply = conversation.returned(said)
    assert reply.route is Route.FAR_END
    assert reply.parts == (StockPart(plan.far_end.music.back), StockPart(plan.phrases.help))


def test_one_who_is_back_with_a_question_is_answered(conversation: Conversation) -> None:
    reply = conversation.returned("what is your address")
    assert (reply.route, reply.name) == (Route.INTENT, "address")


def test_the_open_question_is_asked_again_and_may_be_answered(conversation: Conversation, plan: Dialplan) -> None:
    conversation.answer(PERHAPS_PARKING)
    reply = conversation.returned("hello")
    assert reply.text == f"{plan.far_end.music.back} Did you want to ask about parking?"
    assert reply.expects.awaited is Awaited.YES_NO
    assert conversation.returned("yes").name == "parking"


def test_a_message_goes_on_where_it_was(conversation: Conversation, plan: Dialplan) -> None:
    conversation.answer("i would like to leave a message")
    reply = conversation.returned("hello sorry about that")
    assert reply.text == f"{plan.far_end.music.back} {plan.message.ask}"
    assert reply.expects.awaited is Awaited.MESSAGE
    conversation.answer("my bicycle is broken")
    unfinished = conversation.unfinished()
    assert unfinished is not None
    assert unfinished.text == "my bicycle is broken"


def test_one_who_heard_nothing_yet_is_greeted(fake_responder: Responder, plan: Dialplan) -> None:
    assert fake_responder.conversation(CALLER).returned("hello").text == plan.greeting


@pytest.mark.parametrize("far", [Far.MUSIC, Far.BOT])
def test_the_last_words_end_the_call(conversation: Conversation, plan: Dialplan, far: Far) -> None:
    reply = conversation.part(far)
    assert reply.text == (plan.far_end.bot.say if far is Far.BOT else plan.far_end.music.goodbye)
    assert reply.hang_up
    assert reply.protected is (far is Far.BOT)  # a person who comes back may still be heard
    assert reply.text in plan.stock_texts()


def test_a_machine_is_told_what_the_dialplan_says_and_nothing_without(plan: Dialplan) -> None:
    says = plan.model_copy(update={"far_end": FarEnd(machine=Machine(say="Please call back."))})
    reply = Responder(says, FakeEmbedder()).conversation(CALLER).part(Far.MACHINE)
    assert (reply.text, reply.hang_up, reply.protected) == ("Please call back.", True, True)
    with pytest.raises(ValueError, match="nothing is said to a machine"):
        Responder(plan, FakeEmbedder()).conversation(CALLER).part(Far.MACHINE)


def test_a_message_that_was_begun_is_kept(conversation: Conversation) -> None:
    conversation.answer("i would like to leave a message")
    conversation.answer("my bicycle is broken")
    kept = conversation.part(Far.MUSIC).message
    assert kept is not None
    assert kept.text == "my bicycle is broken"


def test_that_a_beep_is_waited_for_is_kept_for_the_next_agent(fake_responder: Responder) -> None:
    conversation = fake_responder.conversation(CALLER)
    conversation.recorded = True
    assert fake_responder.conversation(CALLER, conversation.checkpoint()).recorded
