"""A tool that runs for some callers only keeps the others' words about what is asked behind it."""

from __future__ import annotations

from datetime import datetime

import pytest

from agent.dialplan.schema import Dialplan
from agent.engines.fakes import FakeEmbedder
from agent.reply.flow import may_apply
from agent.reply.responder import Responder

PLAN = Dialplan.model_validate(
    {
        "name": "Corner",
        "numbers": ["*"],
        "persona": "You.",
        "greeting": "Hi.",
        "intents": [{"name": "visit", "examples": ["a visit"], "answer": "Sure.", "flow": "visit"}],
        "calendar": {"open": {"monday": ["9:00-17:00"]}},
        "slots": [
            {"name": "day", "kind": "date", "ask": "Which day?", "instead": ["soon"]},
            {"name": "time", "kind": "time", "ask": "What time?"},
        ],
        "tools": [{"name": "next", "appointments": "next", "output": {"day": "date", "time": "time"}}],
        "flows": [
            {
                "name": "visit",
                "steps": [
                    {"ask": "day"},
                    {"do": "next", "when": {"day": "soon"}, "done": {"say": "It is {day}."}},
                    {"ask": "time"},
                    {"confirm": "{day} at {time}?"},
                ],
            }
        ],
    }
)


@pytest.mark.parametrize(
    ("said", "then"),
    [("the fourth of december at ten in the morning", "ten in the morning?"), ("soon", "One moment, please.")],
)
def test_the_day_decides_whether_the_time_is_taken_with_it(said: str, then: str) -> None:
    call = Responder(PLAN, FakeEmbedder()).conversation("", now=datetime(2026, 12, 1, 10))
    call.greet()
    assert call.answer("a visit").text == "Sure. Which day?"
    assert call.answer(said).text.endswith(then)


def test_a_step_may_apply_while_what_it_depends_on_is_not_known() -> None:
    step = PLAN.flows[0].steps[1]
    assert [may_apply(step, values, "") for values in ({}, {"day": "soon"}, {"day": "2026-12-04"})] == [
        True,
        True,
        False,
    ]
