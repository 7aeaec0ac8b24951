"""Words that the dialplan has are what it says, whatever they mean to other bots."""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Dialplan
from agent.engines.fakes import FakeEmbedder
from agent.reply.commands import wants_person
from agent.reply.conversation import Conversation
from agent.reply.reply import Route
from agent.reply.responder import Responder
from agent.reply.utterance import Utterance

PLAN = Dialplan.model_validate(
    {
        "name": "Corner",
        "numbers": ["*"],
        "persona": "You.",
        "greeting": "Hi.",
        "intents": [
            {"name": "visit", "examples": ["it is about my visit"], "answer": "Sure.", "flow": "visit"},
            {"name": "boss", "examples": ["let me talk to someone else"], "answer": "The boss is away."},
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


def test_an_example_that_asks_for_a_person(call: Conversation) -> None:
    assert call.answer("let me talk to someone else").text == "The boss is away."


def test_an_example_that_is_small_talk_elsewhere(call: Conversation) -> None:
    assert call.answer("are you a robot").text == "I am, and I'm proud of it."
    assert call.answer("who are you").route is Route.SMALL_TALK


@pytest.mark.parametrize(
    "said",
    [
        "i want a real person", "can i talk to somebody", "let me speak to a human being please", "i need an agent",
        "no i'd rather talk to a real person", "is there anybody i can talk to", "put me through to somebody",
    ],
)  # fmt: skip
def test_who_asks_for_a_person_gets_one_in_and_out_of_a_flow(call: Conversation, said: str) -> None:
    for begun in (False, True):
        if begun:
            call = Responder(PLAN, FakeEmbedder()).conversation("5550100")
            call.answer("it is about my visit")
        assert call.answer(said).text.startswith(PLAN.phrases.person)


@pytest.mark.parametrize(
    "said", ["can i speak to the vet", "i'd like to talk to your manager", "talk to one of the nurses"]
)
def test_who_asks_for_somebody_by_what_they_are_gets_the_topic_that_has_them_or_a_person(said: str) -> None:
    hours = {"name": "hours", "examples": ["when are you open"], "answer": "At nine."}
    them = {"name": "them", "examples": [said], "answer": "They are out."}
    for topics, told in (([hours], PLAN.phrases.person), ([hours, them], "They are out.")):
        plan = Dialplan.model_validate(
            {"name": "Corner", "numbers": ["*"], "persona": "You.", "greeting": "Hi.", "intents": topics}
        )
        assert Responder(plan, FakeEmbedder()).conversation("5550100").answer(said).text.startswith(told)


@pytest.mark.parametrize("said", ["can i bring somebody", "i'd like to talk to miller", "is there someone in my room"])
def test_who_speaks_of_a_person_asks_for_none(call: Conversation, said: str) -> None:
    assert not call.answer(said).text.startswith(PLAN.phrases.person)


@pytest.mark.parametrize(("operator", "said"), [("desk", "I'll put you through."), (None, "I'll take a message.")])
def test_who_asks_for_a_person_gets_the_one_that_is_named_before_a_topic_like_it(
    operator: str | None, said: str
) -> None:
    message = {
        "name": "message", "examples": ["can i talk to somebody later", "somebody i talk to can call"],
        "answer": "I'll take a message.", "action": "take_message",
    }  # fmt: skip
    desk = {"name": "desk", "target": "200", "say": "I'll put you through.", "failed": "Nobody is free."}
    plan = Dialplan.model_validate(
        {
            "name": "Corner", "numbers": ["*"], "persona": "You.", "greeting": "Hi.", "intents": [message],
            "transfers": [desk], "operator": operator,
        }
    )  # fmt: skip
    call = Responder(plan, FakeEmbedder()).conversation("5550100")
    assert call.answer("can i talk to somebody").text.startswith(said)


@pytest.mark.parametrize(
    "said",
    [
        "someone else", "yes another person", "with anyone", "i want anyone", "no someone else", "i need someone",
        "just someone else please",
    ],
)  # fmt: skip
def test_who_names_anybody_answers_what_was_asked(said: str) -> None:
    assert not wants_person(Utterance(said))


@pytest.mark.parametrize("said", ["no can i talk to somebody", "yes can i talk to somebody", "i want a real person"])
def test_who_asks_for_a_person_where_a_yes_or_no_is_open_gets_one(call: Conversation, said: str) -> None:
    call.answer("let me talk to someone else")
    call.answer("thanks")
    assert call.answer(said).text.startswith(PLAN.phrases.person)


@pytest.mark.parametrize("said", ["who are you", "are you a real person or a computer"])
def test_who_asks_whom_they_speak_to_in_a_flow_is_told(call: Conversation, said: str) -> None:
    asked = call.answer("it is about my visit")
    told = call.answer(said)
    assert told.text == f"{PLAN.phrases.automated} {asked.expects.question}"
    assert call.answer("move it").route is Route.FLOW
