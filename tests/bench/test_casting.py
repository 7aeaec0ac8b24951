"""Who speaks in a dialplan's tests."""

from __future__ import annotations

from agent.bench.casting import part


def test_a_test_has_the_same_caller_whenever_it_is_run() -> None:
    assert part("the way") == part("the way")
    first, second = part("the way").background, part("the way").background
    assert (first is None and second is None) or (first is not None and second is not None and (first == second).all())


def test_callers_differ_in_voice_level_and_place() -> None:
    parts = [part(f"test {number}") for number in range(60)]
    assert len({one.voice for one in parts}) == 5
    assert {one.noise_db is None for one in parts} == {True, False}
    assert max(one.dbfs for one in parts) - min(one.dbfs for one in parts) > 6
