"""A transfer as a table: every pair of state and event has an answer, and every story ends with both legs resolved.

::

    consult ─► CALLING ── answered ─► PRESSING ─ keys sent ─────────────────────┐
    warm ────► CALLING_WARM ─ answered ─► PRESSING_WARM ─ sent ─► ASKING ─ key ─┴─► REFERRING ─ leg replaced ─► REPLACED
                  │ busy, no answer,          │ hung up              │ declined,       │ final 200               │ final
                  │ cancelled                 │                      │ no key          ▼                         │ 200
                  ▼                           ▼                      ▼             JOINING ─ leg replaced ─►     ▼
                 back                        back                   back                               transferred

    blind ───► SENT ── 202 ─► TAKEN ── final 200 ─► transferred
                 │ refused     │ final 404, 486, none
                 ▼             ▼
                back        PROVING ── the caller is heard ─► back, else gone

A REFER cannot be called back, so from REFERRING and SENT on a cancel is too late. One that ends badly (also one with
Replaces) says nothing about the caller: Asterisk keeps the bridge after 404, and has lost the caller after 486, with
the bot's leg up in both. So the line listens for RTP. Asterisk says 200 before it has moved the caller to the target: a
BYE of ours on the consultation leg would end the very channel that they are moved to ("Can't move channel. One or both
is dead"), and both would be gone. So that leg is the peer's to end, for JOIN_S. A caller's leg that is ended by the
peer is the caller's hang-up, but for two cases: after the consultation leg was replaced, and after the 202 of a blind
transfer, the trunk has taken both ends.

Times are not here but in `limit_s`; `telephony.call.handover` acts.
"""

from __future__ import annotations

from enum import StrEnum

from telephony.transfers import Failure, How

NOTIFY_S = 8.0  # from a REFER with Replaces to its final NOTIFY
PRESS_S = 40.0  # more than MOST of `telephony.call.keys` take
JOIN_S = 2.0  # from a final 200 to the peer's BYE on the leg that it replaced; Asterisk takes some ms
PROVE_S = 3.0  # without RTP, the caller is gone; nobody waits for it
NO_SUCH_NUMBER = frozenset({404, 410, 484, 604})


class State(StrEnum):
    """Where a transfer stands."""

    CALLING = "calling"  # the consultation leg: INVITE sent, no final answer
    CALLING_WARM = "calling_warm"
    PRESSING = "pressing"  # the target has answered, and is sent telephone keys
    PRESSING_WARM = "pressing_warm"
    ASKING = "asking"  # the target hears the briefing
    REFERRING = "referring"  # REFER with Replaces sent
    REPLACED = "replaced"  # and the peer has ended the consultation leg: the sign that it took it
    JOINING = "joining"  # final 200: the peer puts the two together, and ends the consultation leg when it has
    SENT = "sent"  # blind REFER sent, no answer to it
    TAKEN = "taken"  # 202
    PROVING = "proving"  # it went wrong: is the caller still there?
    OVER = "over"


class Event(StrEnum):
    """What can happen to a transfer."""

    RINGING = "ringing"
    ANSWERED = "answered"  # the consultation leg is up
    PRESSED = "pressed"  # every key is sent, or there is none
    LEG_GONE = "leg_gone"  # the consultation leg has ended, or never came up
    ACCEPTED = "accepted"  # the target's key
    DECLINED = "declined"
    REFER_TAKEN = "refer_taken"  # 202
    REFER_REFUSED = "refer_refused"
    DONE = "done"  # final NOTIFY of 2xx
    NOT_DONE = "not_done"  # final NOTIFY of anything else
    HEARD = "heard"  # RTP of the caller comes
    TIME = "time"  # the state's limit is over
    CANCEL = "cancel"
    CALLER_GONE = "caller_gone"  # the caller's leg has ended


class Effect(StrEnum):
    """What has to be done about it."""

    DIAL = "dial"  # the consultation leg
    PRESS = "press"  # the target's keys
    BRIEF = "brief"
    REFER = "refer"  # the caller, to the consultation leg
    REFER_BLIND = "refer_blind"
    DROP_LEG = "drop_leg"  # CANCEL or BYE; harmless where there is none
    END_CALL = "end_call"  # BYE on the caller's leg
    TELL_RINGING = "tell_ringing"
    TELL_DONE = "tell_done"  # transferred
    TELL_BACK = "tell_back"  # failed, the caller is with the bot
    TELL_GONE = "tell_gone"  # failed, the caller is lost


Answer = tuple[State, tuple[Effect, ...]]
_BY_EVENT = {
    Event.DECLINED: Failure.DECLINED,
    Event.CANCEL: Failure.CANCELLED,
    Event.CALLER_GONE: Failure.CALLER_GONE,
}
_ANSWERED = frozenset({State.PRESSING, State.PRESSING_WARM, State.ASKING})
_UNDECIDED = _ANSWERED | {State.CALLING, State.CALLING_WARM}  # a cancel is in time

BEGIN: dict[How, Answer] = {
    How.CONSULT: (State.CALLING, (Effect.DIAL,)),
    How.WARM: (State.CALLING_WARM, (Effect.DIAL,)),
    How.BLIND: (State.SENT, (Effect.REFER_BLIND,)),
}

_DONE: Answer = (State.OVER, (Effect.TELL_DONE, Effect.DROP_LEG, Effect.END_CALL))
_TOOK_BOTH: Answer = (State.OVER, (Effect.TELL_DONE, Effect.DROP_LEG))
_BACK: Answer = (State.OVER, (Effect.TELL_BACK, Effect.DROP_LEG))
_GONE: Answer = (State.OVER, (Effect.TELL_GONE, Effect.DROP_LEG))
_LOST: Answer = (State.OVER, (Effect.TELL_GONE, Effect.DROP_LEG, Effect.END_CALL))
_PROVE: Answer = (State.PROVING, (Effect.DROP_LEG,))

_BEFORE_REFER: dict[Event, Answer] = {
    Event.LEG_GONE: _BACK,
    Event.TIME: _BACK,
    Event.CANCEL: _BACK,
    Event.CALLER_GONE: _GONE,
}
_AFTER_REFER: dict[Event, Answer] = {
    Event.REFER_REFUSED: _BACK,
    Event.DONE: _DONE,
    Event.NOT_DONE: _PROVE,
    Event.TIME: _PROVE,
    Event.CALLER_GONE: _GONE,
}

_ROWS: dict[State, dict[Event, Answer]] = {
    State.CALLING: _BEFORE_REFER
    | {
        Event.RINGING: (State.CALLING, (Effect.TELL_RINGING,)),
        Event.ANSWERED: (State.PRESSING, (Effect.PRESS,)),
    },
    State.CALLING_WARM: _BEFORE_REFER
    | {
        Event.RINGING: (State.CALLING_WARM, (Effect.TELL_RINGING,)),
        Event.ANSWERED: (State.PRESSING_WARM, (Effect.PRESS,)),
    },
    State.PRESSING: _BEFORE_REFER | {Event.PRESSED: (State.REFERRING, (Effect.REFER,))},
    State.PRESSING_WARM: _BEFORE_REFER | {Event.PRESSED: (State.ASKING, (Effect.BRIEF,))},
    State.ASKING: _BEFORE_REFER | {Event.ACCEPTED: (State.REFERRING, (Effect.REFER,)), Event.DECLINED: _BACK},
    State.REFERRING: _AFTER_REFER | {Event.LEG_GONE: (State.REPLACED, ()), Event.DONE: (State.JOINING, ())},
    State.REPLACED: _AFTER_REFER | {Event.CALLER_GONE: _TOOK_BOTH},
    State.JOINING: {Event.LEG_GONE: _DONE, Event.TIME: _DONE, Event.CALLER_GONE: _TOOK_BOTH},
    State.SENT: _AFTER_REFER | {Event.REFER_TAKEN: (State.TAKEN, ())},
    State.TAKEN: _AFTER_REFER | {Event.CALLER_GONE: _TOOK_BOTH},
    State.PROVING: {
        Event.HEARD: _BACK,
        Event.DONE: _DONE,  # late, but good news
        Event.TIME: _LOST,
        Event.CALLER_GONE: _GONE,
    },
    State.OVER: {Event.ANSWERED: (State.OVER, (Effect.DROP_LEG,))},  # a 200 that crossed our CANCEL
}

# What a row does not name is none of the state's business, or comes too late.
TABLE: dict[tuple[State, Event], Answer] = {
    (state, event): row.get(event, (state, ())) for state, row in _ROWS.items() for event in Event
}


def answer(state: State, event: Event) -> Answer:
    """The next state and what to do."""
    return TABLE[state, event]


def limit_s(state: State, ring_s: float) -> float | None:
    """How long a state may last, in seconds; None for the last one, which may for ever."""
    return {
        State.PRESSING: PRESS_S,
        State.PRESSING_WARM: PRESS_S,
        State.REFERRING: NOTIFY_S,
        State.REPLACED: NOTIFY_S,
        State.JOINING: JOIN_S,
        State.PROVING: PROVE_S,
        State.OVER: None,
    }.get(state, ring_s)


def why(state: State, event: Event, status: int) -> Failure:
    """Why a transfer fails, if it does, by what happened in `state`; `status` is the SIP status that came with it."""
    match event:
        case Event.TIME:
            return Failure.NO_ANSWER if state in _UNDECIDED else Failure.SILENT
        case Event.LEG_GONE if state in _ANSWERED:
            return Failure.DECLINED
        case Event.REFER_REFUSED if status and status not in NO_SUCH_NUMBER:
            return Failure.REFUSED
        case _:
            return _BY_EVENT.get(event) or _by_status(status)


def _by_status(status: int) -> Failure:
    if status in NO_SUCH_NUMBER:
        return Failure.UNKNOWN
    match status:
        case 486 | 600:
            return Failure.BUSY
        case 408 | 480 | 487:
            return Failure.NO_ANSWER
        case 403 | 603:
            return Failure.DECLINED
        case _:
            return Failure.FAILED
