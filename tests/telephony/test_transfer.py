"""The transfer's table, and one transfer in every order of events: nobody is left on a leg."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.audio import FRAME_BYTES, SILENCE
from telephony.call.handover import HEARD_PACKETS, Handover
from telephony.call.keys import MOST, Pressing
from telephony.call.transfer import (
    BEGIN,
    JOIN_S,
    NOTIFY_S,
    PRESS_S,
    PROVE_S,
    TABLE,
    Effect,
    Event,
    State,
    answer,
    limit_s,
)
from telephony.errors import SipError
from telephony.media.briefing import PAUSE_BYTES, Briefing
from telephony.message import Message
from telephony.messages import RING_LIMIT_S, EndedBy, Transfer, TransferFailed, Transferred, TransferRinging
from telephony.transfers import Failure, How

VERDICTS = {Effect.TELL_DONE, Effect.TELL_BACK, Effect.TELL_GONE}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, Event)))
def test_every_pair_is_answered(state: State, event: Event) -> None:
    after, effects = answer(state, event)
    assert (after is State.OVER and state is not State.OVER) == bool(VERDICTS & set(effects))
    assert len(VERDICTS & set(effects)) <= 1
    if after is State.OVER and state is not State.OVER:
        assert Effect.DROP_LEG in effects
    if Effect.TELL_BACK in effects:
        assert Effect.END_CALL not in effects


def test_the_table_holds_nothing_else() -> None:
    assert set(TABLE) == set(itertools.product(State, Event))
    assert set(BEGIN) == set(How)


@pytest.mark.parametrize("state", list(State))
def test_no_state_but_the_last_waits_for_ever(state: State) -> None:
    assert (limit_s(state, 30.0) is None) is (state is State.OVER)
    after, _ = answer(state, Event.TIME)
    assert after is State.OVER or after is State.PROVING


class Wire:
    """Both legs, as a trunk has them. What is asked of it happens when the test lets it."""

    def __init__(self, how: How, *, broken: bool = False, then_send: str = "") -> None:
        self.call_up, self.leg_up, self.dialled = True, False, 0
        self.ended_by: EndedBy | None = None
        self.briefed = False
        self.pressed: list[tuple[float, str]] = []
        self.referred = ""
        self.told: list[Message] = []
        self.now = 0.0
        self.broken = broken
        self.packets = 0
        self.handover = Handover(
            Transfer("c", "200", how, ring_s=20.0, then_send=then_send), self, self.told.append, lambda: 7
        )
        self.handover.begin(self.now)

    def dial(self) -> None:
        self._work()
        self.leg_up, self.dialled = True, self.dialled + 1

    def press(self, keys: str) -> None:
        self._work()
        self.pressed.append((round(self.now, 1), keys))

    def brief(self) -> None:
        self.briefed = True

    def refer(self) -> None:
        self._work()
        assert self.leg_up
        self.referred = "with replaces"

    def refer_blind(self) -> None:
        self._work()
        self.referred = "blind"

    def drop_leg(self) -> None:
        self.leg_up = False

    def end_call(self, by: EndedBy) -> None:
        self.call_up, self.ended_by = False, by

    def _work(self) -> None:
        if self.broken:
            raise SipError("broken")

    def happens(self, event: Event, status: int = 0) -> None:
        if event is Event.LEG_GONE:
            self.leg_up = False
        elif event is Event.CALLER_GONE:
            self.call_up = False
        elif event is Event.ANSWERED and self.dialled:
            self.leg_up = True  # also after our CANCEL
        self.handover.step(event, self.now, status)

    def wait(self, seconds: float, packets: int = 0) -> None:
        for _ in range(round(seconds / 0.2)):
            self.now += 0.2
            self.packets += packets
            self.handover.look(self.now, self.packets, held=False)

    @property
    def verdicts(self) -> list[Transferred | TransferFailed]:
        return [each for each in self.told if isinstance(each, Transferred | TransferFailed)]

    @property
    def verdict(self) -> Transferred | TransferFailed:
        (only,) = self.verdicts
        return only


STATUSES = st.sampled_from([0, 200, 202, 404, 408, 480, 486, 503, 603])


@given(
    st.sampled_from(How),
    st.lists(st.tuples(st.sampled_from(Event), STATUSES), max_size=25),
    st.booleans(),
    st.sampled_from(["", "12#", ",1,2", "," * 40 + "1", "x"]),
)
def test_every_story_ends_with_both_legs_resolved(
    how: How, story: list[tuple[Event, int]], broken: bool, keys: str
) -> None:
    """Whatever comes in whatever order, also what cannot be."""
    wire = Wire(how, broken=broken, then_send=keys)
    for event, status in story:
        wire.happens(event, status)
    wire.wait(20.0 + PRESS_S + NOTIFY_S + PROVE_S + 20.0)
    assert wire.handover.over
    assert not wire.leg_up, "the second leg is left over"
    verdict = wire.verdict
    assert isinstance(wire.told[-1], Transferred | TransferFailed), "something was told after the outcome"
    back = isinstance(verdict, TransferFailed) and not verdict.gone
    if not back:
        assert not wire.call_up, "the caller's leg is left over"
    elif wire.call_up is False:
        assert Event.CALLER_GONE in {event for event, _ in story}, "the line hung up on a caller who was back"
    for event in Event:
        wire.happens(event)
    assert not wire.leg_up
    assert wire.verdicts == [verdict]


def test_the_target_is_sent_its_keys_before_the_caller_comes() -> None:
    wire = Wire(How.CONSULT, then_send="1,,2#")
    wire.happens(Event.ANSWERED, 200)
    wire.wait(1.0)
    assert (wire.pressed, wire.referred) == ([(0.6, "1")], "")
    wire.wait(2.0)
    assert (wire.pressed, wire.referred) == ([(0.6, "1"), (3.0, "2#")], "")
    wire.wait(0.6)
    assert wire.referred == "with replaces"


def test_a_warm_target_is_sent_its_keys_before_the_briefing() -> None:
    wire = Wire(How.WARM, then_send="9")
    wire.happens(Event.ANSWERED, 200)
    wire.wait(0.6)
    assert (wire.pressed, wire.briefed) == ([(0.6, "9")], False)
    wire.wait(0.4)
    assert wire.briefed


@pytest.mark.parametrize(("event", "reason"), [(Event.LEG_GONE, Failure.DECLINED), (Event.CANCEL, Failure.CANCELLED)])
def test_what_ends_while_keys_are_sent_brings_the_caller_back(event: Event, reason: Failure) -> None:
    wire = Wire(How.CONSULT, then_send="1,,2#")
    wire.happens(Event.ANSWERED, 200)
    wire.wait(1.0)
    wire.happens(event)
    assert wire.verdict == TransferFailed("c", 0, reason, False, 7)
    wire.wait(5.0)
    assert wire.pressed == [(0.6, "1")]


def test_keys_that_cannot_be_sent_bring_the_caller_back() -> None:
    wire = Wire(How.CONSULT, then_send="1")
    wire.happens(Event.ANSWERED, 200)
    wire.broken = True
    wire.wait(1.0)
    assert isinstance(wire.verdict, TransferFailed)
    assert (wire.verdict.gone, wire.leg_up, wire.call_up) == (False, False, True)


@pytest.mark.parametrize(("keys", "sent"), [("12#", ["12#"]), (",1,,", ["1"]), ("a+1", ["A1"]), (",,", []), ("", [])])
def test_the_keys_that_are_sent(keys: str, sent: list[str]) -> None:
    pressing, now, given = Pressing(keys, 0.0), 0.0, []
    assert pressing.over(now) is not bool(sent)
    while not pressing.over(now):
        given.append(pressing.due(now))
        now += 0.2
    assert [group for group in given if group] == sent


def test_the_longest_keys_are_sent_in_their_time() -> None:
    pressing, now = Pressing("1," * MOST, 0.0), 0.0
    while not pressing.over(now):
        pressing.due(now)
        now += 0.2
    assert now < PRESS_S


def test_consult() -> None:
    wire = Wire(How.CONSULT)
    wire.happens(Event.RINGING, 180)
    assert (wire.referred, wire.call_up) == ("", True)
    wire.happens(Event.ANSWERED, 200)
    assert (wire.referred, wire.briefed) == ("with replaces", False)
    wire.happens(Event.REFER_TAKEN)
    wire.happens(Event.LEG_GONE, 200)
    wire.happens(Event.DONE, 200)
    assert wire.told == [TransferRinging("c", 7), Transferred("c", 200, 7)]
    assert wire.ended_by is EndedBy.TRANSFERRED


@pytest.mark.parametrize("ends", [True, False])
def test_the_legs_are_the_peers_until_it_has_put_the_two_together(ends: bool) -> None:
    """Asterisk says 200 first, and moves the caller to the channel of the consultation leg then."""
    wire = Wire(How.CONSULT)
    wire.happens(Event.ANSWERED, 200)
    wire.happens(Event.DONE, 200)
    wire.wait(JOIN_S - 0.4)
    assert (wire.leg_up, wire.call_up, wire.told) == (True, True, [])
    if ends:
        wire.happens(Event.LEG_GONE, 200)
    else:
        wire.wait(0.6)
    assert (wire.leg_up, wire.call_up, wire.ended_by) == (False, False, EndedBy.TRANSFERRED)
    assert wire.told == [Transferred("c", 200, 7)]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (486, Failure.BUSY),
        (600, Failure.BUSY),
        (404, Failure.UNKNOWN),
        (480, Failure.NO_ANSWER),
        (603, Failure.DECLINED),
        (500, Failure.FAILED),
    ],
)
def test_consult_with_somebody_who_does_not_answer(status: int, reason: Failure) -> None:
    wire = Wire(How.CONSULT)
    wire.happens(Event.LEG_GONE, status)
    assert wire.told == [TransferFailed("c", status, reason, gone=False, at=7)]
    assert wire.call_up


def test_it_rings_no_longer_than_asked() -> None:
    wire = Wire(How.CONSULT)
    wire.wait(19.6)
    assert wire.leg_up
    wire.wait(0.6)
    assert wire.verdict == TransferFailed("c", 0, Failure.NO_ANSWER, gone=False, at=7)
    assert (wire.leg_up, wire.call_up) == (False, True)
    wire.happens(Event.ANSWERED, 200)  # crossed our CANCEL
    assert not wire.leg_up


def test_the_caller_hangs_up_while_it_rings() -> None:
    wire = Wire(How.CONSULT)
    wire.happens(Event.CALLER_GONE)
    assert wire.verdict == TransferFailed("c", 0, Failure.CALLER_GONE, gone=True, at=7)
    assert not wire.leg_up


def test_a_cancel_is_in_time_until_the_refer() -> None:
    wire = Wire(How.WARM)
    wire.happens(Event.ANSWERED)
    wire.happens(Event.CANCEL)
    assert wire.verdict == TransferFailed("c", 0, Failure.CANCELLED, gone=False, at=7)
    late = Wire(How.CONSULT)
    late.happens(Event.ANSWERED)
    late.happens(Event.CANCEL)
    assert late.leg_up
    late.happens(Event.DONE, 200)
    late.happens(Event.LEG_GONE, 200)
    assert isinstance(late.verdict, Transferred)


@pytest.mark.parametrize(("digit", "referred"), [("1", "with replaces"), ("2", "")])
def test_a_warm_target_decides_by_a_key(digit: str, referred: str) -> None:
    wire = Wire(How.WARM)
    wire.happens(Event.ANSWERED)
    assert (wire.briefed, wire.referred) == (True, "")
    wire.handover.key(digit, wire.now)
    assert wire.referred == referred
    if not referred:
        assert wire.verdict == TransferFailed("c", 0, Failure.DECLINED, gone=False, at=7)


def test_a_warm_target_who_does_nothing_or_hangs_up() -> None:
    idle, away = Wire(How.WARM), Wire(How.WARM)
    idle.happens(Event.ANSWERED)
    idle.wait(20.4)
    away.happens(Event.ANSWERED)
    away.happens(Event.LEG_GONE, 200)
    assert [wire.verdict.reason for wire in (idle, away) if isinstance(wire.verdict, TransferFailed)] == [
        Failure.NO_ANSWER,
        Failure.DECLINED,
    ]


def test_blind() -> None:
    wire = Wire(How.BLIND)
    wire.happens(Event.REFER_TAKEN)
    wire.happens(Event.DONE, 200)
    assert (wire.told, wire.ended_by, wire.dialled) == ([Transferred("c", 200, 7)], EndedBy.TRANSFERRED, 0)


def test_blind_to_nobody_leaves_the_caller_who_is_heard() -> None:
    wire = Wire(How.BLIND)
    wire.happens(Event.REFER_TAKEN)
    wire.happens(Event.NOT_DONE, 404)
    assert not wire.verdicts
    wire.wait(0.6, packets=HEARD_PACKETS)
    assert wire.verdict == TransferFailed("c", 404, Failure.UNKNOWN, gone=False, at=7)
    assert wire.call_up


def test_blind_to_a_busy_phone_has_lost_the_caller() -> None:
    """Asterisk keeps the bot's leg, with nobody on it. Packets that were under way are no caller."""
    wire = Wire(How.BLIND)
    wire.happens(Event.REFER_TAKEN)
    wire.happens(Event.NOT_DONE, 486)
    wire.wait(0.4, packets=4)
    wire.wait(PROVE_S)
    assert wire.verdict == TransferFailed("c", 486, Failure.BUSY, gone=True, at=7)
    assert wire.ended_by is EndedBy.FAILED


def test_a_caller_on_hold_sends_nothing_and_is_there() -> None:
    wire = Wire(How.BLIND)
    wire.happens(Event.NOT_DONE, 486)
    wire.handover.look(wire.now + 0.2, 0, held=True)
    assert wire.call_up
    assert wire.verdict == TransferFailed("c", 486, Failure.BUSY, gone=False, at=7)


def test_a_trunk_that_ends_the_call_after_its_202_took_it() -> None:
    wire = Wire(How.BLIND)
    wire.happens(Event.REFER_TAKEN)
    wire.happens(Event.CALLER_GONE)
    assert wire.told == [Transferred("c", 202, 7)]


@pytest.mark.parametrize("ring_s", [-1.0, 0.0, float("nan"), float("inf")])
def test_a_ring_time_that_is_none_is_bounded(ring_s: float) -> None:
    told: list[Message] = []
    wire = Wire(How.CONSULT)
    handover = Handover(Transfer("c", "200", ring_s=ring_s), wire, told.append, lambda: 0)
    handover.begin(0.0)
    handover.look(RING_LIMIT_S, 0, held=False)
    assert handover.over


@pytest.mark.parametrize("how", list(How))
def test_a_stack_that_refuses(how: How) -> None:
    wire = Wire(how, broken=True)
    assert wire.verdict == TransferFailed("c", 0, Failure.FAILED, gone=False, at=7)
    assert wire.call_up


def test_a_briefing_is_repeated_after_a_pause() -> None:
    briefing = Briefing([b"\1\1" * 400, b"\2\2" * 400])
    assert briefing.fill() == SILENCE
    briefing.start()
    length = 1600 + PAUSE_BYTES
    frames = b"".join(briefing.fill() for _ in range(2 * length // FRAME_BYTES))
    values = np.frombuffer(frames, np.int8)
    assert set(values[:800]) == {1}
    assert set(values[800:1600]) == {2}
    assert not values[1600:length].any()
    assert set(values[length : length + 800]) == {1}
    nothing = Briefing([])
    nothing.start()
    assert nothing.fill() == SILENCE
