"""Questions to the strong model, counted by call and by hour."""

from __future__ import annotations

from agent.reply.allowance import HOUR_S, Allowance


def test_questions_count_for_their_call_until_it_is_over() -> None:
    allowance = Allowance()
    allowance.spend("call-1", 0.0)
    allowance.spend("call-1", 1.0)
    allowance.spend("call-2", 2.0)
    assert (allowance.in_call("call-1"), allowance.in_call("call-2"), allowance.in_call("call-3")) == (2, 1, 0)
    allowance.forget("call-1")
    assert allowance.in_call("call-1") == 0
    assert allowance.in_hour(2.0) == 3


def test_a_question_counts_for_an_hour() -> None:
    allowance = Allowance()
    allowance.spend("call-1", 0.0)
    allowance.spend("call-2", 10.0)
    assert allowance.in_hour(HOUR_S - 1) == 2
    assert allowance.in_hour(HOUR_S) == 1
    assert allowance.in_hour(HOUR_S + 10) == 0
