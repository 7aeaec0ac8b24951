"""One transfer of one call while it lasts: steps the table, does what it asks for, keeps its times.

It knows no stack: what it asks of SIP goes to `Legs`, and SipError from there is an event like any other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

import structlog

from telephony.call import transfer
from telephony.call.keys import Pressing
from telephony.call.transfer import BEGIN, Effect, Event, State
from telephony.errors import SipError
from telephony.message import Message
from telephony.messages import (
    RING_LIMIT_S,
    EndedBy,
    Transfer,
    TransferFailed,
    Transferred,
    TransferRinging,
)
from telephony.transfers import Failure

HEARD_PACKETS = 10  # more than are under way when the caller leaves

log = structlog.get_logger()


class Legs(Protocol):
    """The SIP side of a transfer. Methods return at once; where they raise SipError, nothing was sent."""

    def dial(self) -> None: ...
    def press(self, keys: str) -> None: ...
    def brief(self) -> None: ...
    def refer(self) -> None: ...
    def refer_blind(self) -> None: ...
    def drop_leg(self) -> None: ...
    def end_call(self, by: EndedBy) -> None: ...


class Handover:
    """From `begin` to `over`. Times are seconds of any monotonic clock; `at` gives the call clock."""

    def __init__(self, order: Transfer, legs: Legs, emit: Callable[[Message], None], at: Callable[[], int]) -> None:
        self.state = State.OVER
        self._order = order
        self._legs = legs
        self._emit = emit
        self._at = at
        self._until: float | None = None
        self._status = 0  # of what the outcome is due to
        self._failure = Failure.FAILED
        self._by = EndedBy.TRANSFERRED
        self._packets: int | None = None  # of the caller, when proving began
        self._pressing: Pressing | None = None  # the target's keys, once it has answered
        self._events: deque[tuple[Event, int]] = deque()
        self._acting = False

    @property
    def over(self) -> bool:
        return self.state is State.OVER

    def begin(self, now: float) -> None:
        state, effects = BEGIN[self._order.how]
        self._enter(state, now)
        self._run(effects, now)
        self._drain(now)

    def step(self, event: Event, now: float, status: int = 0) -> None:
        """Something happened; `status` is the SIP status that came with it, 0 without one."""
        self._events.append((event, status))
        if not self._acting:  # else it is stepped with once what is being done is done
            self._drain(now)

    def key(self, digit: str, now: float) -> None:
        """The target pressed a key, once."""
        self.step(Event.ACCEPTED if digit == self._order.accept.upper() else Event.DECLINED, now)

    def look(self, now: float, packets: int, held: bool) -> None:
        """Called a few times a second with the running count of RTP packets of the caller. One who is `held` sends
        none, and is there."""
        if self.state is State.PROVING:
            if self._packets is None or packets < self._packets:
                self._packets = packets
            if held or packets - self._packets >= HEARD_PACKETS:
                self.step(Event.HEARD, now)
        self._press(now)
        if self._until is not None and now >= self._until:
            self.step(Event.TIME, now)

    # ── within ─────────────────────────────────────────────────────────────────────────────────────

    def _drain(self, now: float) -> None:
        while self._events:
            event, status = self._events.popleft()
            old = self.state
            new, effects = transfer.answer(old, event)
            if event is Event.DONE:
                self._status = status
            if Effect.TELL_DONE in effects:
                self._status = self._status or 202
            elif new is State.PROVING or (new is State.OVER and old is not State.PROVING):
                self._status, self._failure = status, transfer.why(old, event, status)
            if new is not old:
                log.info("transfer", call=self._order.call, state=new.value, on=event.value, status=status)
                self._enter(new, now)
            self._run(effects, now)

    def _press(self, now: float) -> None:
        """Send the target the keys that are due."""
        if self._pressing is None or self.state not in (State.PRESSING, State.PRESSING_WARM):
            return
        try:
            if keys := self._pressing.due(now):
                self._legs.press(keys)
        except SipError as error:
            log.error("transfer: the stack refused", call=self._order.call, effect="press", reason=str(error))
            self.step(Event.LEG_GONE, now)
        else:
            if self._pressing.over(now):
                self.step(Event.PRESSED, now)

    def _enter(self, state: State, now: float) -> None:
        self.state = state
        limit = transfer.limit_s(state, min(max(1.0, self._order.ring_s), RING_LIMIT_S))
        self._until = None if limit is None else now + limit

    def _run(self, effects: tuple[Effect, ...], now: float) -> None:
        """Do them; one that fails is an event, and so may be what happens meanwhile."""
        self._acting = True
        try:
            for effect in effects:
                self._try(effect, now)
        finally:
            self._acting = False

    def _try(self, effect: Effect, now: float) -> None:
        try:
            self._do(effect, now)
        except SipError as error:
            log.error("transfer: the stack refused", call=self._order.call, effect=effect.value, reason=str(error))
            self._events.append((Event.LEG_GONE if effect is Effect.DIAL else Event.REFER_REFUSED, 0))

    def _do(self, effect: Effect, now: float) -> None:
        call = self._order.call
        match effect:
            case Effect.DIAL:
                self._legs.dial()
            case Effect.BRIEF:
                self._legs.brief()
            case Effect.REFER:
                self._legs.refer()
            case Effect.REFER_BLIND:
                self._legs.refer_blind()
            case Effect.DROP_LEG:
                self._legs.drop_leg()
            case Effect.END_CALL:
                self._legs.end_call(self._by)
            case Effect.TELL_RINGING:
                self._emit(TransferRinging(call, self._at()))
            case Effect.PRESS:
                self._pressing = Pressing(self._order.then_send, now)
                self._press(now)
            case _:
                self._tell(effect)

    def _tell(self, verdict: Effect) -> None:
        call = self._order.call
        if verdict is Effect.TELL_DONE:
            self._emit(Transferred(call, self._status, self._at()))
            return
        gone = verdict is Effect.TELL_GONE
        self._by = EndedBy.FAILED
        self._emit(TransferFailed(call, self._status, self._failure, gone, self._at()))
