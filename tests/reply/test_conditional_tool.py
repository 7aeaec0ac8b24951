"""A tool that runs for some callers only keeps the others' words about what is asked behind it."""

from __future__ import annotations

from datetime import datetime

import pytest

from agent.dialplan.schema import Dialplan
from agent.engines.fakes import FakeEmbedder
from agent.reply.flow import may_apply
from agent.reply.responder import Responder
from agent.tools.result import Outcome, ToolResult

PLAN = Dialplan.model_validate(
    {
        "name": "Corner",
        "numbers": ["*"],
        "persona": "You.",
        "greeting": "Hi.",
        "intents": [
            {
                "name": "visit",
                "examples": ["a visit", "a visit at ten in the morning"],
                "answer": "Sure.",
                "flow": "visit",
            }
        ],
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


def test_a_time_that_is_said_before_the_day_is_kept() -> None:
    call = Responder(PLAN, FakeEmbedder()).conversation("")
    call.greet()
    assert call.answer("a visit at ten in the morning").text == "Sure. Which day?"
    assert call.answer("the fourth of december").text.endswith("ten in the morning?")


def test_the_tool_gives_another_time_than_the_one_that_was_said_before() -> None:
    call = Responder(PLAN, FakeEmbedder()).conversation("")
    call.greet()
    call.answer("a visit at ten in the morning")
    call.heard(call.answer("soon").text)
    due = call.due.call
    call.settled()
    assert due is not None
    reply = call.result(due, ToolResult(Outcome.DONE, (("day", "2026-12-04"), ("time", "08:30"))))
    assert reply is not None
    assert reply.text.endswith("half past eight in the morning?")


def test_a_step_may_apply_while_what_it_depends_on_is_not_known() -> None:
    step = PLAN.flows[0].steps[1]
    assert [may_apply(step, values, "") for values in ({}, {"day": "soon"}, {"day": "2026-12-04"})] == [
        True,
        True,
        False,
    ]


def test_the_first_time_that_is_free_is_no_first_day() -> None:
    written = PLAN.model_dump(by_alias=True, exclude_unset=True)
    written["slots"][1]["instead"] = ["the first"]
    call = Responder(Dialplan.model_validate(written), FakeEmbedder()).conversation("", now=datetime(2026, 12, 1, 10))
    call.greet()
    call.answer("a visit")
    call.answer("on friday")
    assert "Friday" in call.answer("the first").text
