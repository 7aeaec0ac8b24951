"""Words that are not sure end no call, save no message and give none up: it is asked back."""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Action, Dialplan, Intent
from agent.engines.fakes import FakeEmbedder
from agent.reply.conversation import Conversation
from agent.reply.reply import Awaited, Reply, Route
from agent.reply.responder import Responder


def asks_back(reply: Reply, plan: Dialplan) -> bool:
    return (reply.text, reply.hang_up, reply.expects.awaited) == (plan.phrases.leaving, False, Awaited.YES_NO)


@pytest.mark.parametrize("said", ["by", "goodbye", "good night", "thanks bye", "that's all"])
def test_a_goodbye_that_is_not_sure_is_asked_back(conversation: Conversation, plan: Dialplan, said: str) -> None:
    assert asks_back(conversation.answer(said, sure=False), plan)


@pytest.mark.parametrize("said", ["yes", "yes please", "goodbye", "bye", "that's all"])
def test_then_a_yes_or_another_goodbye_ends_the_call(conversation: Conversation, plan: Dialplan, said: str) -> None:
    conversation.answer("by", sure=False)
    reply = conversation.answer(said, sure=False)
    assert (reply.text, reply.hang_up) == (plan.goodbye, True)


def test_then_a_no_or_a_question_does_not(conversation: Conversation, plan: Dialplan) -> None:
    conversation.answer("by", sure=False)
    assert conversation.answer("no").text == plan.phrases.what_then
    conversation.answer("by", sure=False)
    assert conversation.answer(plan.intents[0].examples[0]).name == plan.intents[0].name
    conversation.answer("by", sure=False)
    assert conversation.silence(1).text == plan.phrases.leaving


def test_a_question_that_ends_in_goodbye_is_no_goodbye(conversation: Conversation, plan: Dialplan) -> None:
    assert asks_back(conversation.answer("how do you people say goodbye"), plan)


def test_a_no_to_anything_else_ends_the_call_when_it_is_sure(conversation: Conversation, plan: Dialplan) -> None:
    conversation.answer("thank you")
    assert asks_back(conversation.answer("no", sure=False), plan)
    conversation.answer("no")
    conversation.answer("thank you")
    assert conversation.answer("no").hang_up


def test_an_intent_that_ends_the_call_asks_back_and_then_says_its_own_words(plan: Dialplan) -> None:
    leave = Intent(name="leave", examples=("i will leave it at that",), answer="See you!", action=Action.GOODBYE)
    talk = Responder(plan.model_copy(update={"intents": (*plan.intents, leave)}), FakeEmbedder()).conversation("")
    talk.greet()
    assert asks_back(talk.answer("i will leave it at that", sure=False), plan)
    reply = talk.answer("yes")
    assert (reply.text, reply.hang_up, reply.route) == ("See you!", True, Route.GOODBYE)


def dictated(conversation: Conversation) -> Conversation:
    for said in ("i want to leave a message", "this is joe my bike is broken"):
        conversation.answer(said)
    return conversation


def test_a_message_is_not_saved_by_a_yes_that_is_not_sure(conversation: Conversation, plan: Dialplan) -> None:
    reply = dictated(conversation).answer("yes", sure=False)
    assert (reply.text, reply.message) == (plan.message.own_number, None)
    saved = conversation.answer("yes").message
    assert saved is not None
    assert (saved.text, saved.confirmed) == ("this is joe my bike is broken", True)


def test_a_number_is_not_confirmed_by_a_yes_that_is_not_sure(conversation: Conversation, plan: Dialplan) -> None:
    dictated(conversation).answer("no")
    conversation.answer("two oh two five five five oh one three nine")
    reply = conversation.answer("yeah", sure=False)
    assert (reply.text, reply.message) == (plan.message.yes_or_no, None)
    assert conversation.answer("yeah").message is not None


def test_a_message_is_not_given_up_for_words_that_are_not_sure(conversation: Conversation, plan: Dialplan) -> None:
    assert dictated(conversation).answer("stop", sure=False).text == plan.message.own_number
    assert conversation.answer("bye", sure=False).hang_up is False
    assert conversation.unfinished() is not None
    assert conversation.answer("stop").text.startswith(plan.message.cancelled)


def test_a_caller_whose_words_are_never_sure_is_asked_a_few_times_only(conversation: Conversation) -> None:
    dictated(conversation)
    for _ in range(4):
        reply = conversation.answer("yes", sure=False)
        if reply.message is not None:
            assert not reply.message.confirmed
            return
    raise AssertionError("asked for ever")
