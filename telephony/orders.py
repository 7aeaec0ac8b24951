"""The messages about calls that the agent has the line place."""

from __future__ import annotations

from enum import StrEnum

from telephony.message import Message

RING_LEAST_S, RING_MOST_S = 1.0, 120.0


class Unreached(StrEnum):
    """Why a call that was ordered is not placed, or nobody answered it."""

    NOT_ALLOWED = "not_allowed"  # this number, by the trunk's configuration: see `telephony.call.outbound`
    UNKNOWN = "unknown"  # no such number
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    FAILED = "failed"  # anything else that has a status, and what the stack could not do
    # These say nothing about the number:
    NOT_SET_UP = "not_set_up"  # no call to any number is placed at the trunk, by its configuration
    UNREACHABLE = "unreachable"  # the trunk is away, or takes no calls of ours
    LIMIT = "limit"  # as many calls as the trunk may place in an hour
    NO_ROOM = "no_room"  # with it no caller would find a free line
    GAVE_WAY = "gave_way"  # a caller took the last free line while it rang
    CALLED_OFF = "called_off"  # the line ends, or its agent is gone

    @property
    def tried(self) -> bool:
        """Whether that was a try to reach somebody."""
        return self not in _NO_TRY


_NO_TRY = frozenset({
    Unreached.NOT_SET_UP, Unreached.UNREACHABLE, Unreached.LIMIT, Unreached.NO_ROOM, Unreached.GAVE_WAY,
    Unreached.CALLED_OFF,
})  # fmt: skip


class Place(Message, frozen=True):
    """agent → line: place a call at `trunk`, whose configuration says to which numbers. Answered once: by the `Started`
    of a call that has this `order`, or by `NotReached`. An order whose call rings already is ignored.

    `to` is a telephone number, `caller` the number that they see, where the trunk lets us choose; the call is held by
    `dialplan`. `ring_s` (RING_LEAST_S to RING_MOST_S): how long it may ring."""

    order: str
    to: str
    trunk: str
    caller: str
    dialplan: str
    ring_s: float = 30.0


class NotReached(Message, frozen=True):
    """line → agent: nobody answered what was ordered. `status` is the SIP status that said so, 0 where none came;
    `rang`: whoever was called has seen a call, as far as the trunk tells."""

    order: str
    status: int
    reason: Unreached
    rang: bool = False
