"""How often a tool runs: in a call, in an hour, and at once."""

from __future__ import annotations

from agent.tools.limits import MOST_CALLERS, Limits


def runs(limits: Limits, call: str, caller: str, now: float = 0.0) -> bool:
    admitted = not limits.admit(call, caller, now)
    if admitted:
        limits.left()
    return admitted


def test_a_call_has_so_many_runs_and_no_more() -> None:
    limits = Limits(a_call=2, an_hour=9, together=1)
    assert [runs(limits, "a", "1") for _ in range(3)] == [True, True, False]
    assert runs(limits, "b", "1")


def test_a_caller_has_so_many_in_any_hour() -> None:
    limits = Limits(a_call=9, an_hour=2, together=1)
    assert [runs(limits, f"call {now}", "1", now) for now in (0, 1800, 3599)] == [True, True, False]
    assert [runs(limits, f"call {now}", "1", now) for now in (3600, 3601)] == [True, False]
    assert runs(limits, "call of another", "2", 3601)


def test_callers_without_a_number_do_not_share_one() -> None:
    limits = Limits(a_call=9, an_hour=1, together=1)
    assert [runs(limits, call, "") for call in ("a", "a", "b")] == [True, False, True]


def test_so_many_run_at_once() -> None:
    limits = Limits(a_call=9, an_hour=9, together=2)
    assert [limits.admit(call, call, 0.0) == "" for call in "abc"] == [True, True, False]
    limits.left()
    assert limits.admit("c", "c", 0.0) == ""


def test_callers_beyond_number_are_forgotten_the_oldest_first() -> None:
    limits = Limits(a_call=1, an_hour=1, together=1)
    for caller in range(MOST_CALLERS + 1):
        assert runs(limits, f"call {caller}", str(caller))
    assert not runs(limits, "another", str(MOST_CALLERS))
    assert runs(limits, "one more", "0")
