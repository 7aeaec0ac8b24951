"""Words that the dialplan has are what it says, whatever they mean to other bots."""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Dialplan
from agent.engines.fakes import FakeEmbedder
from agent.reply.conversation import Conversation
from agent.reply.reply import Route
from agent.reply.responder import Responder

PLAN = Dialplan.model_validate(
    {
        "name": "Corner",
        "numbers": ["*"],
        "persona": "You.",
        "greeting": "Hi.",
        "intents": [
            {"name": "visit", "examples": ["it is about my visit"], "answer": "Sure.", "flow": "visit"},
            {"name": "machine", "examples": ["are you a robot"], "answer": "I am, and I'm proud of it."},
        ],
        "slots": [
            {
                "name": "what",
                "kind": "choice",
                "ask": "Do you want to move it, or cancel it?",
                "instead": ["neither", "never mind"],
                "choices": {"moved": {"said": ["move it"]}, "cancelled": {"said": ["cancel it", "cancel"]}},
            }
        ],
        "flows": [{"name": "visit", "steps": [{"ask": "what"}, {"confirm": "So it's {what}?"}]}],
    }
)


@pytest.fixture
def call() -> Conversation:
    conversation = Responder(PLAN, FakeEmbedder()).conversation("5550100")
    conversation.greet()
    return conversation


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("cancel it", "So it's cancelled?"),
        ("cancel please", "So it's cancelled?"),
        ("never mind", "So it's neither?"),
    ],
)
def test_a_choice_that_is_a_command_elsewhere(call: Conversation, said: str, asked: str) -> None:
    call.answer("it is about my visit")
    assert call.answer(said).text == asked


@pytest.mark.parametrize("said", ["stop", "forget it"])
def test_a_command_that_is_no_choice_leaves_the_flow(call: Conversation, said: str) -> None:
    call.answer("it is about my visit")
    assert call.answer(said).route is Route.FLOW
    assert call.answer("cancel").route is Route.COMMAND


def test_at_a_yes_or_no_it_is_a_command_again(call: Conversation) -> None:
    call.answer("it is about my visit")
    call.answer("cancel")
    assert "So it's" not in call.answer("cancel").text


def test_an_example_that_is_small_talk_elsewhere(call: Conversation) -> None:
    assert call.answer("are you a robot").text == "I am, and I'm proud of it."
    assert call.answer("who are you").route is Route.SMALL_TALK
