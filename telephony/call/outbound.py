"""Which calls of the bot's own are placed, and what came of them: nothing is dialled that a trunk does not name, for a
bot that calls whoever it is told to is how toll fraud is done.

::

    the trunk has `outbound`? ─no─► not_allowed     a number of digits, among `to`, not among `never`? ─no─► not_allowed
    a caller has room beside it? ─no─► no_room      fewer than `an_hour` in the last hour? ─no─► limit   else: Admitted
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable

from telephony.call.admission import Admitted, normalise
from telephony.call.destination import home_of
from telephony.call.transfer import NO_SUCH_NUMBER
from telephony.config import Outbound, Trunk
from telephony.errors import NotAllowed
from telephony.orders import Place, Unreached

HOUR_S = 3_600.0
_NUMBER = re.compile(r"\+?[0-9]{3,20}")


class OutboundRules:
    """Decides by the configuration, and counts. Times are seconds of any monotonic clock, given as arguments."""

    def __init__(self, trunks: Iterable[Trunk]) -> None:
        self._trunks = {trunk.name: trunk for trunk in trunks}
        self._placed: dict[str, deque[float]] = {name: deque() for name in self._trunks}

    def judge(self, order: Place, now: float, room: bool) -> Admitted | Unreached:
        """The verdict on an order, which is counted when it is admitted. `room`: for a caller beside it. Raises
        NotAllowed for what the configuration does not allow."""
        trunk = self._trunks.get(order.trunk)
        if trunk is None or trunk.outbound is None:
            raise NotAllowed(f"no calls are placed at trunk {order.trunk!r}: allow some by [trunk.outbound] there")
        number = _allowed(order.to, trunk, trunk.outbound)
        if not trunk.dial_at and trunk.registration is None:
            raise NotAllowed(f"trunk {trunk.name!r} has no address to call: write dial_at there")
        if not room:
            return Unreached.NO_ROOM
        placed = self._placed[trunk.name]
        while placed and now - placed[0] >= HOUR_S:
            placed.popleft()
        if len(placed) >= trunk.outbound.an_hour:
            return Unreached.LIMIT
        placed.append(now)
        home = home_of(trunk, "", 0, tcp=False)
        return Admitted(trunk.name, number, order.caller, order.dialplan, trunk.codecs, home, order.order)


def _allowed(to: str, trunk: Trunk, outbound: Outbound) -> str:
    number, name = normalise(to, trunk), trunk.name
    if not _NUMBER.fullmatch(number):
        raise NotAllowed(f"what is to be called at trunk {name!r} is no telephone number")
    if not number.startswith(outbound.to):
        raise NotAllowed(f"calls to {number[:4]}… are not allowed: put its begin under outbound.to of trunk {name!r}")
    if number.startswith(outbound.never):
        raise NotAllowed(f"calls to {number[:4]}… are not allowed: outbound.never of trunk {name!r} has them")
    return number


def why_unreached(status: int) -> Unreached:
    """Why nobody answered, by the final SIP status of our INVITE."""
    if status in NO_SUCH_NUMBER:
        return Unreached.UNKNOWN
    match status:
        case 486 | 600:
            return Unreached.BUSY
        case 408 | 480 | 487:
            return Unreached.NO_ANSWER
        case 403 | 603:
            return Unreached.DECLINED
        case _:
            return Unreached.FAILED
