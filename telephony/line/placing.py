"""The calls that the agent has us place, until somebody answers: from then on they are calls like any other.

::

    Place ─► OutboundRules ─► LineCall.dial ─► answered: Started
               │ no             │ refused, rings too long, gives way, called off
               ▼                ▼
            NotReached       NotReached
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from telephony.call.admission import Admitted
from telephony.call.destination import destination
from telephony.call.outbound import OutboundRules
from telephony.call.progress import Progress
from telephony.config import LineConfig
from telephony.errors import NotAllowed, NotSetUp, SipError
from telephony.message import Message
from telephony.messages import EndedBy
from telephony.orders import RING_LEAST_S, RING_MOST_S, NotReached, Place, Unreached

if TYPE_CHECKING:
    from telephony.line.call import LineCall

log = structlog.get_logger()


@dataclass(slots=True)
class _Ringing:
    order: str
    until: float  # monotonic
    progress: Progress = field(default_factory=Progress)
    why: Unreached | None = None  # it is given up


class Placing:
    """On the thread that owns the stack. `room` tells whether a caller has room beside one more call, `call` makes the
    object of one, and `ask` runs something with the call of a name, if there is one."""

    def __init__(
        self,
        config: LineConfig,
        *,
        emit: Callable[[Message], None],
        room: Callable[[], bool],
        call: Callable[[Admitted], LineCall],
        ask: Callable[[str, Callable[[LineCall], None]], None],
    ) -> None:
        self._rules = OutboundRules(config.trunks, config.numbers)
        self._emit = emit
        self._room = room
        self._call = call
        self._ask = ask
        self._ringing: dict[str, _Ringing] = {}  # by the call's name

    def begin(self, order: Place) -> None:
        """Place a call, or tell why not."""
        if any(one.order == order.order for one in self._ringing.values()):
            log.warning("order ignored: its call rings already", order=order.order)
            return
        verdict = self._verdict(order)
        if isinstance(verdict, Unreached):
            log.info("call not placed", order=order.order, why=verdict.value)
            self._emit(NotReached(order.order, 0, verdict))
            return
        ring_s = min(max(order.ring_s, RING_LEAST_S), RING_MOST_S)
        self._dial(verdict, time.monotonic() + ring_s)

    def _verdict(self, order: Place) -> Admitted | Unreached:
        try:
            return self._rules.judge(order, time.monotonic(), self._room())
        except (NotAllowed, NotSetUp) as error:
            log.error("call not placed", order=order.order, reason=str(error))
            return Unreached.NOT_ALLOWED if isinstance(error, NotAllowed) else Unreached.NOT_SET_UP

    def _dial(self, admitted: Admitted, until: float) -> None:
        call = self._call(admitted)
        self._ringing[call.name] = _Ringing(admitted.order, until)
        log.info("calling", call=call.name, trunk=admitted.trunk, dialplan=admitted.dialplan, order=admitted.order)
        try:
            call.dial(destination(admitted.caller, admitted.home))
        except SipError as error:
            log.error("call not placed", call=call.name, order=admitted.order, reason=str(error))
            call.lose()

    def progressed(self, call: str, status: int) -> None:
        """A provisional response to the INVITE of a call, if it is one of these."""
        ringing = self._ringing.get(call)
        if ringing is not None:
            ringing.progress = ringing.progress.on(status, time.monotonic())

    def answered(self, call: str) -> None:
        """Somebody is there, unless it was given up."""
        ringing = self._ringing.get(call)
        if ringing is not None and ringing.why is None:
            del self._ringing[call]

    def over(self, call: str, status: int) -> None:
        """A call is over: the agent is told, where it was one of these and nobody has answered."""
        ringing = self._ringing.pop(call, None)
        if ringing is not None:
            now = time.monotonic()
            why, rang = ringing.why or ringing.progress.why(status, now), ringing.progress.rang(now)
            log.info("nobody reached", call=call, order=ringing.order, status=status, why=why.value, rang=rang)
            self._emit(NotReached(ringing.order, status, why, rang))

    def look(self, now: float, wanted: bool) -> None:
        """Called a few times a second. `wanted`: the line goes on, and there is an agent to talk."""
        for name, ringing in tuple(self._ringing.items()):
            if not wanted:
                self._give_up(name, Unreached.CALLED_OFF)
            elif now >= ringing.until:
                self._give_up(name, Unreached.NO_ANSWER if ringing.progress.heard else Unreached.UNREACHABLE)

    def give_way(self, room: bool) -> None:
        """A caller's call was taken; `room`: there is some for another caller."""
        if not room:
            for name in tuple(self._ringing):
                self._give_up(name, Unreached.GAVE_WAY)

    def _give_up(self, name: str, why: Unreached) -> None:
        ringing = self._ringing[name]
        if ringing.why is None:
            ringing.why = why
            self._ask(name, lambda call: call.live.end(EndedBy.BOT, 487, "Called off"))
