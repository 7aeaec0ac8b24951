"""Callers who did not follow have the last words again, more slowly, wherever they say so."""

from __future__ import annotations

import msgspec
import pytest

from agent.dialplan.schema import Dialplan
from agent.engines.fakes import FakeEmbedder
from agent.reply.commands import asks_slower
from agent.reply.conversation import Conversation
from agent.reply.draft import content
from agent.reply.reply import Reply, Route, StockPart
from agent.reply.responder import Responder
from agent.reply.utterance import Utterance


@pytest.mark.parametrize(
    "said",
    [
        "slower",
        "slower please",
        "more slowly",
        "a little slower please",
        "can you say that more slowly",
        "could you repeat that a bit slower",
        "sorry can you speak slower",
        "please talk slowly",
        "slow down",
        "could you slow down a little",
        "that was too fast",
        "you're talking too fast for me",
        "not so fast",
        "and the number again slower please",
    ],
)
def test_it_is_asked_for(said: str) -> None:
    assert asks_slower(Utterance(said))


@pytest.mark.parametrize(
    "said",
    [
        "the slower bike",
        "i was going too fast",
        "he drove too fast",
        "my computer is too slow",
        "repeat that",
        "how fast is it",
        "are you open",
        "",
        "do you have a slower one",
    ],
)
def test_other_words_are_about_something_else(said: str) -> None:
    assert not asks_slower(Utterance(said))


def test_the_last_answer_is_said_again_slowly_and_the_next_as_ever(conversation: Conversation) -> None:
    told = conversation.answer("do you have gift cards")
    again = conversation.answer("could you say that more slowly")
    assert (again.route, again.parts, again.slow) == (Route.COMMAND, told.parts, True)
    assert not conversation.answer("repeat that").slow


def test_before_anything_was_said_there_is_nothing_to_say_slowly(fake_responder: Responder) -> None:
    reply = fake_responder.conversation("5550100").answer("slower please")
    assert reply.text == fake_responder.plan.phrases.nothing_said


def test_an_open_question_stays_open(conversation: Conversation) -> None:
    conversation.answer("i'd like to leave a message")
    question = conversation.answer("it's about my bike and i'm late")
    again = conversation.answer("that was too fast")
    assert again.slow
    assert again.expects.awaited == question.expects.awaited
    assert question.expects.question in again.text


FLOW = {
    "name": "Corner",
    "numbers": ["*"],
    "persona": "You.",
    "greeting": "Hi.",
    "intents": [{"name": "order", "examples": ["i want to order"], "answer": "Sure.", "flow": "order"}],
    "slots": [{"name": "day", "kind": "date", "ask": "Which day?"}],
    "flows": [{"name": "order", "steps": [{"ask": "day"}]}],
}


def test_a_question_of_a_flow_is_put_again_slowly() -> None:
    call = Responder(Dialplan.model_validate(FLOW), FakeEmbedder()).conversation("5550100")
    call.greet()
    call.answer("i want to order")
    again = call.answer("not so fast")
    assert (again.route, again.slow) == (Route.FLOW, True)
    assert again.text.endswith("Which day?")


def test_a_draft_said_at_the_usual_pace_is_not_that_reply() -> None:
    reply = Reply(Route.COMMAND, (StockPart("Yes."),))
    assert content(reply) != content(msgspec.structs.replace(reply, slow=True))
