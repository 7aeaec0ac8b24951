"""A call as other threads know it: by its name.

Only the owner thread may hold a call of the stack. The last reference to one frees it, and a call that is freed late
takes whichever call has its slot by then with it: a command that waits in the queue must not keep it alive.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from telephony.messages import Transfer

if TYPE_CHECKING:
    from telephony.line.call import LineCall
    from telephony.line.endpoint import LineEndpoint


class NamedLeg:
    """The `Leg` of a live call. What it is asked for is done by the owner soon, if the call is there by then."""

    def __init__(self, endpoint: LineEndpoint, name: str) -> None:
        self._endpoint = endpoint
        self._name = name

    def hang_up(self, status: int, reason: str) -> None:
        self._ask(lambda call: call.end(status, reason))

    def send_digits(self, digits: str) -> None:
        self._ask(lambda call: call.press(digits))

    def probe(self) -> None:
        self._ask(lambda call: call.probe())

    def transfer(self, order: Transfer) -> None:
        self._ask(lambda call: call.transfer(order))

    def cancel_transfer(self) -> None:
        self._ask(lambda call: call.cancel_transfer())

    def _ask(self, command: Callable[[LineCall], None]) -> None:
        self._endpoint.do(lambda: self._endpoint.ask(self._name, command))
