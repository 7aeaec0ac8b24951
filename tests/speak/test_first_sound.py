"""What is expected of a kind of reply is what such replies took."""

from __future__ import annotations

from agent.speak.first_sound import FirstSound


def test_the_expectation_goes_to_what_is_seen_and_work_done_counts() -> None:
    first = FirstSound()
    for _ in range(50):
        first.took("model", 900.0)
    assert 880 < first.expected("model", 0.0) < 901
    assert first.expected("model", 500.0) == first.expected("model", 0.0) - 500.0
    assert first.expected("model", 2_000.0) == 0.0
    assert first.expected("stock", 0.0) == 0.0
