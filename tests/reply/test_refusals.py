"""Answers that a model can't word: which are left alone, and how many are remembered."""

from __future__ import annotations

import pytest

from agent.reply.refusals import MOST, REFUSALS, REST_S, Refusals

NOTE = "Dogs are welcome on a leash."


@pytest.fixture
def refusals() -> Refusals:
    return Refusals()


def refuse(refusals: Refusals, note: str, times: int = REFUSALS) -> None:
    for _ in range(times):
        refusals.failed(note, 0.0)


def test_one_that_was_refused_in_a_row_rests_and_no_other(refusals: Refusals) -> None:
    refuse(refusals, NOTE, REFUSALS - 1)
    assert not refusals.rests(NOTE, 0.0)
    refusals.succeeded(NOTE)
    refuse(refusals, NOTE, REFUSALS - 1)
    assert not refusals.rests(NOTE, 0.0)
    refuse(refusals, NOTE, 1)
    assert refusals.rests(NOTE, 0.0)
    assert not refusals.rests("Cats stay outside.", 0.0)


def test_after_the_rest_one_may_try_and_another_where_nobody_waited_for_that(refusals: Refusals) -> None:
    refuse(refusals, NOTE)
    assert not refusals.rests(NOTE, REST_S)
    refusals.tried(NOTE, REST_S)
    assert refusals.rests(NOTE, REST_S + 1)
    refusals.abandoned(NOTE, REST_S)
    assert not refusals.rests(NOTE, REST_S + 1)


def test_answers_that_are_worded_well_push_no_refused_one_out(refusals: Refusals) -> None:
    refuse(refusals, NOTE)
    for number in range(2 * MOST):
        note = f"Room {number} is free."
        assert not refusals.rests(note, 0.0)
        refusals.tried(note, 0.0)
        refusals.succeeded(note)
    assert refusals.rests(NOTE, 0.0)


def test_beyond_so_many_the_one_that_was_refused_longest_ago_is_forgotten(refusals: Refusals) -> None:
    refuse(refusals, NOTE)
    refuse(refusals, "Cats stay outside.")
    refuse(refusals, NOTE, 1)
    for number in range(MOST - 1):
        refuse(refusals, f"Room {number} is free.", 1)
    assert refusals.rests(NOTE, 0.0)
    assert not refusals.rests("Cats stay outside.", 0.0)
