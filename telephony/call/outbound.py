"""Which calls of the bot's own are placed: nothing is dialled that a trunk does not name, for a bot that calls whoever
it is told to is how toll fraud is done.

::

    the trunk has `outbound`, and an address? ─no─► not_set_up
    a number of digits, among `to`, not among `never`, of nobody's that the bot answers itself? ─no─► not_allowed
    a caller has room beside it? ─no─► no_room      fewer than `an_hour` in the last hour? ─no─► limit   else: Admitted
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable

from telephony.call.admission import CATCH_ALL, Admitted
from telephony.call.destination import home_of
from telephony.call.number import has_prefix_behind_code, normalise, plain
from telephony.config import Outbound, Trunk
from telephony.errors import NotAllowed, NotSetUp
from telephony.orders import Place, Unreached

HOUR_S = 3_600.0
_NUMBER = re.compile(r"\+?[0-9]{3,20}")


class OutboundRules:
    """Decides by the configuration, and counts. `numbers` are those that the bot answers. Times are seconds of any
    monotonic clock, given as arguments."""

    def __init__(self, trunks: Iterable[Trunk], numbers: Iterable[str] = ()) -> None:
        self._trunks = {trunk.name: trunk for trunk in trunks}
        users = [trunk.registration.username for trunk in self._trunks.values() if trunk.registration is not None]
        self._own = frozenset((*numbers, *users)) - {CATCH_ALL}
        self._placed: dict[str, deque[float]] = {name: deque() for name in self._trunks}

    def judge(self, order: Place, now: float, room: bool) -> Admitted | Unreached:
        """The verdict on an order, which is counted when it is admitted. `room`: for a caller beside it. Raises
        NotSetUp and NotAllowed for what the configuration does not allow."""
        trunk = self._trunks.get(order.trunk)
        if trunk is None or trunk.outbound is None:
            raise NotSetUp(f"no calls are placed at trunk {order.trunk!r}: allow some by [trunk.outbound] there")
        if not trunk.dial_at and trunk.registration is None:
            raise NotSetUp(f"trunk {trunk.name!r} has no address to call: write dial_at there")
        number = _allowed(order.to, trunk, trunk.outbound)
        own = {plain(normalise(one, trunk)) for one in (*self._own, order.caller)}
        if plain(number) in own:
            raise NotAllowed(f"calls to {number[:4]}… are not allowed: the bot answers that number itself")
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
    if has_prefix_behind_code(number):
        raise NotAllowed(f"calls to {number[:4]}… are not allowed: no number has such a digit behind its country code")
    if not number.startswith(outbound.to):
        raise NotAllowed(f"calls to {number[:4]}… are not allowed: put its begin under outbound.to of trunk {name!r}")
    if number.startswith(outbound.never):
        raise NotAllowed(f"calls to {number[:4]}… are not allowed: outbound.never of trunk {name!r} has them")
    return number
