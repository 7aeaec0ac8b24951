"""A far side that fails in a row is left alone, then tried once."""

from __future__ import annotations

from agent.tools.breaker import FAILURES, REST_S, Breaker


def broken(at: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(FAILURES):
        assert breaker.closed(at)
        breaker.failed(at)
    return breaker


def test_it_is_left_alone_after_failures_in_a_row() -> None:
    breaker = broken()
    assert not breaker.closed(0.0)
    assert not breaker.closed(REST_S - 1)


def test_a_success_between_begins_the_count_anew() -> None:
    breaker = Breaker()
    for _ in range(3):
        for _ in range(FAILURES - 1):
            breaker.failed(0.0)
        breaker.succeeded()
    assert breaker.closed(0.0)


def test_after_the_rest_one_may_try_and_its_success_lets_all() -> None:
    breaker = broken()
    assert [breaker.closed(REST_S), breaker.closed(REST_S)] == [True, False]
    breaker.succeeded()
    assert breaker.closed(REST_S)


def test_after_the_rest_a_failure_is_another_rest() -> None:
    breaker = broken()
    assert breaker.closed(REST_S)
    breaker.failed(REST_S + 1)
    assert not breaker.closed(2 * REST_S)
    assert breaker.closed(2 * REST_S + 1)


def test_a_trial_that_nobody_waited_for_leaves_another_and_any_other_run_does_not() -> None:
    breaker = broken()
    breaker.abandoned(1.0)
    assert not breaker.closed(REST_S - 1)
    assert breaker.closed(REST_S)
    breaker.abandoned(REST_S)
    assert [breaker.closed(REST_S + 1), breaker.closed(REST_S + 2)] == [True, False]
