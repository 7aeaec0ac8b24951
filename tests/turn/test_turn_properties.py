"""The turn table under every order of events: complete, one generation at a time, and it always ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.listen.far_end import Far
from agent.listen.interjection import Interjection
from agent.reply.reply import Awaited, Expectation
from agent.turn import moves
from agent.turn.moves import (
    Answered,
    Began,
    Begin,
    Cancel,
    Ended,
    Event,
    Excuse,
    Fill,
    Handed,
    HangUp,
    Murmur,
    Nudge,
    Over,
    Pause,
    Prepared,
    Restore,
    Settle,
    Tick,
    VoiceBegan,
    Voiced,
    VoiceEnded,
    Words,
)
from agent.turn.rules import Rules
from agent.turn.state import State, Timing, Turn
from agent.turn.table import ROWS, Table
from telephony.audio import samples

TABLE = Table(Rules(backchannels=True))


GAP = st.integers(0, samples(8.0))


@st.composite
def events(draw: st.DrawFn) -> list[tuple[type[Event], int, dict[str, object]]]:
    kinds = st.sampled_from([kind for kind in moves.EVENTS if kind is not Over])
    text = st.sampled_from(["", "yes", "what are your hours", "the"])
    one = st.tuples(
        kinds,
        GAP,
        st.fixed_dictionaries(
            {"text": text, "flushed": st.booleans(), "over": st.sampled_from(Interjection),
             "hang_up": st.booleans(), "protected": st.booleans(), "binds": st.booleans(),
             "far": st.sampled_from([far for far in Far if far is not Far.PERSON]),
             "stale": st.integers(0, 1), "stable": st.integers(0, 5),
             "odds": st.none() | st.floats(-9, 9), "topic": st.none() | st.floats(0, 1)}
        ),
    )  # fmt: skip
    return draw(st.lists(one, max_size=60))


def make(kind: type[Event], at: int, turn: Turn, drawn: dict[str, object]) -> Event:
    if issubclass(kind, Prepared):
        flags = {name: bool(drawn[name]) for name in ("hang_up", "protected", "binds")}
        return kind(at, turn.generation - int(drawn["stale"]), **flags)  # type: ignore[call-overload]
    if issubclass(kind, moves.About):
        return kind(at, turn.generation - int(drawn["stale"]))  # type: ignore[call-overload]
    if kind in (VoiceEnded, moves.Noticed):
        more = (at - 100,) if kind is VoiceEnded else (drawn["far"], max(0, at - samples(4.0)))
        return kind(at, *more)
    if issubclass(kind, Words):
        hearing = turn.hearing - int(drawn["stale"])
        return kind(at, hearing, str(drawn["text"]), int(drawn["stable"]), bool(drawn["flushed"]), drawn["over"])  # type: ignore[call-overload]
    if issubclass(kind, moves.Weighed):
        return kind(at, str(drawn["text"]), drawn["odds"], None, drawn["topic"])  # type: ignore[call-overload]
    return kind(at)


@settings(max_examples=400, deadline=None)
@given(events())
def test_one_generation_at_a_time_and_every_state_answers_every_event(script: list) -> None:
    turn, at, alive = Turn(), 0, 0
    for kind, gap, drawn in script:
        at += gap
        before = turn
        turn, effects = TABLE.step(turn, make(kind, at, turn, drawn))
        if kind is Ended and not drawn["stale"]:
            alive = 0
        for effect in effects:
            if isinstance(effect, Cancel) and effect.upto >= alive:
                alive = 0
            if isinstance(effect, Begin):
                assert alive == 0, f"{before.state} on {kind.__name__} began {effect} beside generation {alive}"
                assert effect.generation == turn.generation == before.generation + 1
                alive = effect.generation
            if isinstance(effect, Excuse | Fill | Pause | Restore | Settle):
                assert effect.generation == turn.generation
        assert turn.state in ROWS
        assert TABLE.wake(turn) is not None or turn.state in (State.NEW, State.ENDED) or not turn.reachable


@settings(max_examples=200, deadline=None)
@given(events())
def test_whatever_happened_the_call_ends_when_nobody_speaks_any_more(script: list) -> None:
    turn, at = Turn(), 0
    turn, _ = TABLE.step(turn, Answered(at))
    for kind, gap, drawn in script:
        at += gap
        turn, _ = TABLE.step(turn, make(kind, at, turn, drawn))
    turn, _ = TABLE.step(turn, moves.Reachable(at))
    turn, _ = TABLE.step(turn, VoiceEnded(at, at))
    for _ in range(200):
        wake = TABLE.wake(turn)
        assert wake is not None
        at = max(at, wake)
        turn, effects = TABLE.step(turn, Tick(at))
        if any(isinstance(effect, HangUp) for effect in effects) and turn.state is State.CLOSING:
            return
        for effect in effects:
            if isinstance(effect, Begin):
                goodbye = isinstance(effect.ask, moves.Part)
                goodbye = goodbye or (isinstance(effect.ask, Nudge) and effect.ask.count >= 3)
                for event in (
                    Prepared(at, effect.generation, hang_up=goodbye), Voiced(at, effect.generation),
                    Began(at, effect.generation), Handed(at, effect.generation), Ended(at + 100, effect.generation),
                ):  # fmt: skip
                    turn, more = TABLE.step(turn, event)
                    if any(isinstance(one, HangUp) for one in more):
                        return
    pytest.fail(f"still in {turn.state} after 200 wakes")


@given(st.sampled_from([state for state in State if state is not State.NEW]), GAP)
def test_the_end_of_the_call_ends_every_state(state: State, at: int) -> None:
    turn, _ = TABLE.step(Turn(state=state, generation=3), Over(at))
    assert turn.state is State.ENDED
    assert TABLE.wake(turn) is None


REPLYING = Turn(State.SPEAKING, generation=1, ask=moves.Answer("yes"), hearing=1, sounded=True)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from([Turn(), replace(REPLYING, binds=True), replace(REPLYING, binds=True, hang_up=True)]), events())
def test_what_comes_of_a_reply_happens_once_in_time_and_never_after_it_was_taken_back(turn: Turn, script: list) -> None:
    at, done, dropped, after_all = 0, set[int](), 0, (Ended, Over)
    for kind, gap, drawn in [*script, (Over, 0, {})]:
        at += gap
        before = turn
        turn, effects = TABLE.step(turn, make(kind, at, turn, drawn))
        for effect in effects:
            if isinstance(effect, Cancel):
                dropped = max(dropped, effect.upto)
            if isinstance(effect, Settle):
                assert effect.generation not in done
                assert effect.generation > dropped
                undecided = before.through or before.state is State.CLOSING
                assert undecided or kind in after_all or at - before.began_at >= samples(0.3)
                done.add(effect.generation)


@settings(max_examples=400, deadline=None)
@given(events())
def test_nothing_that_a_caller_does_cuts_what_is_protected(script: list) -> None:
    turn, at = replace(REPLYING, protected=True), 0
    for kind, gap, drawn in script:
        at += gap
        before, event = turn, make(kind, at, turn, drawn)
        turn, effects = TABLE.step(turn, event)
        if not before.protected or before.state not in (State.SPEAKING, State.OVERLAP):
            continue
        assert not any(isinstance(effect, Pause) for effect in effects)
        if any(isinstance(effect, Cancel) for effect in effects):
            rash = kind is VoiceBegan and at < before.began_at + Timing().rash
            endless = kind is Tick and at - before.since >= Timing().longest
            fax = kind is moves.Noticed and drawn["far"] is Far.FAX  # which is hung up on
            assert rash or endless or fax, f"{kind.__name__} in {before}"


TELLING = Turn(
    State.PAUSED, generation=1, hearing=1, heard="and then", flushed=True, sure=True, voiced_for=samples(6.0),
    expects=Expectation(Awaited.MESSAGE),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(events())
def test_the_bot_murmurs_seldom_and_only_into_a_callers_pause(script: list) -> None:
    turn, at, latest = TELLING, 0, -samples(60.0)
    for kind, gap, drawn in [(Tick, samples(0.4), {}), *script]:
        at += gap
        before = turn
        turn, effects = TABLE.step(turn, make(kind, at, turn, drawn))
        for effect in effects:
            if isinstance(effect, Murmur):
                assert before.state is turn.state is State.PAUSED
                assert not before.voice
                assert at - latest >= samples(8.0)
                assert effect.generation == turn.generation == before.generation + 1
                latest = at
    assert latest >= 0  # the first pause is one
