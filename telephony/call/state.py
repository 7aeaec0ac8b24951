"""One call's life as a table: every pair of state and event has an answer.

Times and numbers are not here: `telephony.call.watch` says when something is due, `telephony.call.live` acts.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a call stands."""

    RINGING = "ringing"  # we call, and nobody has answered
    ANSWERED = "answered"  # 200 sent, no ACK yet
    UP = "up"
    HELD = "held"  # by the peer
    GIVEN_UP = "given_up"  # we sent CANCEL before anybody answered
    CLOSING = "closing"  # we sent BYE (or gave up), its end is not confirmed
    OVER = "over"


class Event(StrEnum):
    """What can happen to a call."""

    ACKED = "acked"  # either way
    PEER_HELD = "peer_held"
    PEER_RESUMED = "peer_resumed"
    END = "end"  # the bot, a limit or the shutdown asks for the end
    GONE = "gone"  # the SIP session is over


class Effect(StrEnum):
    """What has to be done about it."""

    START = "start"  # the clock runs, the agent is told
    TELL_HELD = "tell_held"
    TELL_RESUMED = "tell_resumed"
    SEND_BYE = "send_bye"  # or CANCEL
    FINISH = "finish"  # the agent is told that it is over


Answer = tuple[State, tuple[Effect, ...]]

TABLE: dict[tuple[State, Event], Answer] = {
    (State.RINGING, Event.ACKED): (State.UP, (Effect.START,)),
    (State.RINGING, Event.PEER_HELD): (State.RINGING, ()),  # told after the answer
    (State.RINGING, Event.PEER_RESUMED): (State.RINGING, ()),
    (State.RINGING, Event.END): (State.GIVEN_UP, (Effect.SEND_BYE,)),
    (State.RINGING, Event.GONE): (State.OVER, ()),
    (State.GIVEN_UP, Event.ACKED): (State.GIVEN_UP, ()),  # a 200 that crossed our CANCEL: the stack sends BYE
    (State.GIVEN_UP, Event.PEER_HELD): (State.GIVEN_UP, ()),
    (State.GIVEN_UP, Event.PEER_RESUMED): (State.GIVEN_UP, ()),
    (State.GIVEN_UP, Event.END): (State.GIVEN_UP, ()),
    (State.GIVEN_UP, Event.GONE): (State.OVER, ()),
    (State.ANSWERED, Event.ACKED): (State.UP, (Effect.START,)),
    (State.ANSWERED, Event.PEER_HELD): (State.ANSWERED, ()),  # an offer that holds from the start: told after ACK
    (State.ANSWERED, Event.PEER_RESUMED): (State.ANSWERED, ()),
    (State.ANSWERED, Event.END): (State.CLOSING, (Effect.SEND_BYE,)),
    (State.ANSWERED, Event.GONE): (State.OVER, ()),
    (State.UP, Event.ACKED): (State.UP, ()),  # the ACK of a re-INVITE
    (State.UP, Event.PEER_HELD): (State.HELD, (Effect.TELL_HELD,)),
    (State.UP, Event.PEER_RESUMED): (State.UP, ()),
    (State.UP, Event.END): (State.CLOSING, (Effect.SEND_BYE,)),
    (State.UP, Event.GONE): (State.OVER, (Effect.FINISH,)),
    (State.HELD, Event.ACKED): (State.HELD, ()),
    (State.HELD, Event.PEER_HELD): (State.HELD, ()),
    (State.HELD, Event.PEER_RESUMED): (State.UP, (Effect.TELL_RESUMED,)),
    (State.HELD, Event.END): (State.CLOSING, (Effect.SEND_BYE,)),
    (State.HELD, Event.GONE): (State.OVER, (Effect.FINISH,)),
    (State.CLOSING, Event.ACKED): (State.CLOSING, ()),
    (State.CLOSING, Event.PEER_HELD): (State.CLOSING, ()),
    (State.CLOSING, Event.PEER_RESUMED): (State.CLOSING, ()),
    (State.CLOSING, Event.END): (State.CLOSING, ()),
    (State.CLOSING, Event.GONE): (State.OVER, (Effect.FINISH,)),
    (State.OVER, Event.ACKED): (State.OVER, ()),
    (State.OVER, Event.PEER_HELD): (State.OVER, ()),
    (State.OVER, Event.PEER_RESUMED): (State.OVER, ()),
    (State.OVER, Event.END): (State.OVER, ()),
    (State.OVER, Event.GONE): (State.OVER, ()),
}


def answer(state: State, event: Event) -> Answer:
    """The next state and what to do."""
    return TABLE[state, event]
