"""A step that goes back and forgets: what the caller says with the answer that leads there is taken for it."""

from __future__ import annotations

from datetime import datetime

import pytest

from agent.dialplan.schema import Dialplan
from agent.engines.fakes import FakeEmbedder
from agent.reply.responder import Responder

PLAN = Dialplan.model_validate(
    {
        "name": "Corner",
        "numbers": ["*"],
        "persona": "You.",
        "greeting": "Hi.",
        "intents": [{"name": "visit", "examples": ["a visit"], "answer": "Sure.", "flow": "visit"}],
        "slots": [
            {"name": "day", "kind": "date", "ask": "Which day?"},
            {"name": "time", "kind": "time", "ask": "What time?", "between": ["8:00", "17:00"]},
            {"name": "suits", "kind": "yes_no", "ask": "Good?", "instead": {"no": ["that's too early"]}},
            {"name": "who", "kind": "name", "ask": "Your name?"},
        ],
        "flows": [
            {
                "name": "visit",
                "steps": [
                    {"step": "which_day", "ask": "day"},
                    {"ask": "time"},
                    {"ask": "suits"},
                    {"go": "which_day", "when": {"suits": "no"}, "forget": ["day", "time", "suits"]},
                    {"ask": "who"},
                    {"confirm": "{day} at {time} for {who}?"},
                ],
            }
        ],
    }
)


def texts(*turns: str) -> list[str]:
    call = Responder(PLAN, FakeEmbedder()).conversation("", now=datetime(2026, 12, 2, 10))
    call.greet()
    return [call.answer(words).text for words in ("a visit", "thursday at ten", *turns)]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("no", "Which day?"),
        ("that's too early", "Which day?"),
        ("no friday would be better", "What time?"),
        ("no friday at three", "Good?"),
        ("friday would be better", "What time?"),
        ("friday at three", "Good?"),
        ("do you have anything on friday", "What time?"),
        ("yes", "Your name?"),
    ],
)
def test_what_is_forgotten_is_asked_for_anew_unless_it_was_said(said: str, asked: str) -> None:
    assert texts(said)[-1] == asked


@pytest.mark.parametrize("said", ["thursday", "my son is off on friday", "are you open on friday"])
def test_words_that_are_no_other_day_are_no_no(said: str) -> None:
    assert texts(said)[-1].endswith("Good?")


def test_what_was_said_on_the_way_back_is_held() -> None:
    *_, name, confirmed = texts("no friday at three", "yes", "john smith", "yes")
    assert name == "John Smith. Is that right?"
    assert confirmed == "Friday, December fourth at three in the afternoon for John Smith?"


def test_a_day_where_the_name_is_asked_is_another_day() -> None:
    assert texts("yes", "on friday")[-1] == "Friday, December fourth. Is that right?"
