"""A value that the caller has said no to is never sure again in their call, whatever hears it once more."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder
from agent.reply.conversation import Conversation
from agent.reply.responder import Responder

TUESDAY = datetime(2026, 12, 1, 10, 0)
PLAN = Path(__file__).parent / "data" / "party.yaml"
PARTY = ("i am planning a party", "four", "fish", "seven", "at four", "two hundred")
THURSDAY = "Thursday, December third. Is that right?"


@pytest.fixture
def refusing() -> Conversation:
    """Asked for the day; "thursday" was heard, by one recogniser alone, and the caller has said no to that."""
    conversation = Responder(load(PLAN), FakeEmbedder(), lambda: TUESDAY).conversation("5550199")
    conversation.greet()
    for words in PARTY:
        conversation.answer(words)
    assert conversation.answer("thursday", closed="tuesday").text == THURSDAY
    conversation.answer("no")
    return conversation


def begun(conversation: Conversation, *said: str) -> str:
    return [conversation.answer(words).text for words in said][-1]


def test_in_a_flow_that_is_begun_anew(refusing: Conversation) -> None:
    assert begun(refusing, "never mind", "a birthday party", "four", "fish", "seven", "thursday at four") == (
        "For how much money?"
    )
    assert begun(refusing, "two hundred") == "Which day?"
    assert begun(refusing, "thursday") == THURSDAY


def test_in_the_words_that_begin_it(refusing: Conversation) -> None:
    begun(refusing, "never mind", "a party please thursday", *PARTY[1:-1])
    assert begun(refusing, PARTY[-1]) == "Which day?"


def test_not_after_they_have_said_yes_to_it(refusing: Conversation) -> None:
    assert begun(refusing, "thursday") == THURSDAY
    assert begun(refusing, "yes", "no", "the day", "thursday").startswith("Thursday, December third at four")


def test_another_agent_knows_it(refusing: Conversation) -> None:
    refusing.answer("never mind")
    responder = Responder(load(PLAN), FakeEmbedder(), lambda: TUESDAY)
    after = responder.conversation("5550199", refusing.checkpoint())
    assert begun(after, *PARTY, "thursday") == THURSDAY


def test_another_value_is_sure(refusing: Conversation) -> None:
    assert begun(refusing, "never mind", *PARTY, "friday").startswith("Friday, December fourth at four")
