"""The call's table, the digits, the watch and the clock: the small pure rooms."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.audio import FRAME_BYTES, SILENCE
from telephony.call.dtmf import DigitGate, Method
from telephony.call.state import TABLE, Effect, Event, State, answer
from telephony.call.watch import PROBE_S, Due, MediaWatch
from telephony.config import Limits
from telephony.media.inbound import InboundClock


@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, Event)))
def test_every_pair_is_answered(state: State, event: Event) -> None:
    after, effects = answer(state, event)
    assert isinstance(after, State)
    assert all(isinstance(effect, Effect) for effect in effects)


def test_the_table_holds_nothing_else() -> None:
    assert set(TABLE) == set(itertools.product(State, Event))


@given(st.lists(st.sampled_from(Event), max_size=30))
def test_any_story_starts_and_finishes_at_most_once(events: list[Event]) -> None:
    state, done = State.ANSWERED, []
    for event in [*events, Event.GONE]:
        state, effects = answer(state, event)
        done += effects
    assert state is State.OVER
    assert done.count(Effect.START) <= 1
    assert done.count(Effect.SEND_BYE) <= 1
    if Effect.START in done:
        assert done.count(Effect.FINISH) == 1
        assert done.index(Effect.START) < done.index(Effect.FINISH)
    held = done.count(Effect.TELL_HELD) - done.count(Effect.TELL_RESUMED)
    assert held in {0, 1}


def test_a_key_press_counts_once_by_its_timestamp() -> None:
    gate = DigitGate()
    assert [gate.press(Method.RFC4733, "5", 1000, at) for at in (0, 320, 640)] == ["5", None, None]
    assert gate.press(Method.RFC4733, "5", 3000, 4000) == "5"
    assert gate.press(Method.RFC4733, "x", 4000, 5000) is None
    assert gate.press(Method.RFC4733, "a", 5000, 6000) == "A"


def test_a_press_signalled_both_ways_counts_once() -> None:
    gate = DigitGate()
    assert gate.press(Method.RFC4733, "5", 1000, 0) == "5"
    assert gate.press(Method.INFO, "5", 0, 800) is None
    assert gate.press(Method.RFC4733, "5", 5000, 4000) == "5"
    assert gate.press(Method.INFO, "5", 0, 4800) is None
    assert gate.press(Method.INFO, "6", 0, 9000) == "6"
    assert gate.press(Method.INFO, "6", 0, 12_000) == "6"


LIMITS = Limits(media_lost_s=3, media_dead_s=30, max_call_s=100)


def test_media_that_stays_away() -> None:
    watch = MediaWatch(LIMITS, 0.0)
    assert watch.look(1.0, 50, held=False) == []
    assert watch.look(3.9, 50, held=False) == []
    assert watch.look(4.1, 50, held=False) == [Due.LOST]
    assert watch.look(10.0, 50, held=False) == []
    assert watch.look(31.1, 50, held=False) == [Due.PROBE]
    assert watch.look(32.0, 50, held=False) == []
    assert watch.look(31.2 + PROBE_S, 50, held=False) == [Due.DEAD]
    assert watch.look(90.0, 50, held=False) == []
    assert "does not answer" in watch.why_dead


def test_a_probe_that_is_answered_ends_it_sooner() -> None:
    watch = MediaWatch(LIMITS, 0.0)
    watch.look(3.0, 0, held=False)
    assert watch.look(30.0, 0, held=False) == [Due.PROBE]
    watch.probe_answered(200)
    assert watch.look(30.2, 0, held=False) == [Due.DEAD]
    assert "200" in watch.why_dead


def test_media_comes_back_also_on_a_new_stream() -> None:
    watch = MediaWatch(LIMITS, 0.0)
    watch.look(1.0, 50, held=False)
    assert watch.look(5.0, 50, held=False) == [Due.LOST]
    assert watch.look(5.2, 0, held=False) == []
    assert watch.look(5.4, 3, held=False) == [Due.BACK]


def test_hold_suspends_and_the_longest_call_does_not() -> None:
    watch = MediaWatch(LIMITS, 0.0)
    for second in range(1, 100):
        assert watch.look(float(second), 50, held=True) == []
    assert watch.look(100.0, 50, held=True) == [Due.TOO_LONG]
    assert watch.look(101.0, 50, held=True) == []


def test_the_clock_goes_through_gaps() -> None:
    clock = InboundClock()
    assert clock.tick(b"\1" * FRAME_BYTES, 4) is None
    clock.start()
    first = clock.tick(b"\1" * FRAME_BYTES, 4)
    gap = clock.tick(b"", 4)
    lost = clock.tick(b"\2" * FRAME_BYTES, 5)
    fresh = clock.tick(b"\2" * FRAME_BYTES, 0)
    frames = [first, gap, lost, fresh]
    assert [frame.at for frame in frames if frame] == [0, 320, 640, 960]
    assert [frame.concealed for frame in frames if frame] == [False, True, True, False]
    assert gap is not None
    assert gap.pcm == SILENCE
    clock.stop()
    assert clock.tick(b"\1" * FRAME_BYTES, 0) is None
