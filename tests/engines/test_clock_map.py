from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.engines.clock_map import ClockMap

STRETCHES = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 300)), min_size=1, max_size=12)  # (gap, samples)


@given(STRETCHES)
def test_every_fed_sample_is_found_again_on_the_call_clock(stretches: list[tuple[int, int]]) -> None:
    clock, truth, at = ClockMap(), [], 0
    for gap, samples in stretches:
        clock.add(at + gap, samples)
        truth += range(at + gap, at + gap + samples)
        at += gap + samples
    assert [clock.start_of(fed) for fed in range(len(truth))] == truth
    assert [clock.end_of(fed + 1) for fed in range(len(truth))] == [sample + 1 for sample in truth]
    assert clock.start_of(len(truth) + 99) == at


@given(STRETCHES, st.data())
def test_forgetting_keeps_what_comes_after(stretches: list[tuple[int, int]], data: st.DataObject) -> None:
    clock, at = ClockMap(), 0
    for gap, samples in stretches:
        clock.add(at + gap, samples)
        at += gap + samples
    before = data.draw(st.integers(0, clock.fed))
    known = [clock.start_of(fed) for fed in range(before, clock.fed)]
    clock.forget(before)
    assert [clock.start_of(fed) for fed in range(before, clock.fed)] == known


def test_an_overlap_is_told_and_a_gap_is_not() -> None:
    clock = ClockMap(at=1000)
    clock.add(1000, 320)
    assert clock.skip(1160) == 160
    assert clock.skip(1320) == 0
    assert clock.skip(5000) == 0


@given(STRETCHES, st.integers(1, 400))
def test_what_is_not_of_the_call_takes_no_time_of_it(stretches: list[tuple[int, int]], silence: int) -> None:
    clock, truth, at = ClockMap(), [], 0
    for gap, samples in stretches:
        clock.add(at + gap, samples)
        truth += range(at + gap, at + gap + samples)
        at += gap + samples
        clock.pause(silence)
        truth += [at] * silence
    assert [clock.start_of(fed) for fed in range(len(truth))] == truth
    edges = [clock.end_of(fed + 1) for fed in range(len(truth))]
    assert edges == sorted(edges)
    assert edges[-1] == at


def test_after_reopening_what_was_fed_is_taken_again() -> None:
    clock = ClockMap(at=1000)
    clock.add(1000, 320)
    clock.reopen()
    assert clock.skip(1000) == 0
    clock.add(1000, 320)
    assert (clock.start_of(320), clock.end_of(640)) == (1000, 1320)
    assert clock.skip(1000) == 320
