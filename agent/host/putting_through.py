"""The agent's side of one call's transfers: one at a time is ordered from the line, and an outcome is waited for no
longer than a transfer can take.

::

    begin ─► ordered ─► failed ─► told
      │         └► no news in time ─► called off, told as failed
      └─ while another rings ─► that one is called off ─► its outcome ─► ordered
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from agent.dialplan.transfers import MOST_SECONDS, Transfer
from agent.host.link import Line
from telephony import messages as wire
from telephony.transfers import Failure, How

SPARE_S = (
    60.0  # beside the ringing and a warm target's thinking: for keys that are sent, and the trunk to say how it went
)


class PuttingThrough:
    """Belongs to the event loop. `sound` gives the line's id of a stock text; `failed` takes the news of a
    caller who is still with the bot, which the conversation tells them unless it has called that off."""

    def __init__(
        self,
        call: wire.OngoingCall,
        line: Line,
        sound: Callable[[str], str],
        failed: Callable[[wire.TransferFailed], None],
    ) -> None:
        self._call = call.call
        self._line = line
        self._sound = sound
        self._failed = failed
        self._next: Transfer | None = None  # ordered once the one that rings is over
        self._alarm: asyncio.TimerHandle | None = None  # while one rings
        self._log = structlog.get_logger().bind(call=call.call)
        if call.transferring:
            self._await_outcome(MOST_SECONDS)

    def begin(self, transfer: Transfer) -> None:
        """Have the caller put through; one that rings is given up for it."""
        if self._alarm is None:
            self._order(transfer)
            return
        self._next = transfer
        self._line.control(wire.CancelTransfer(self._call))

    def call_off(self) -> None:
        """The caller wants to stay."""
        self._next = None
        self._line.control(wire.CancelTransfer(self._call))

    def passed(self, news: wire.TransferRinging | wire.Transferred | wire.TransferFailed) -> None:
        """The line tells how it goes. A caller who is gone is told nothing; `Finished` follows."""
        what = type(news).__name__
        if isinstance(news, wire.TransferRinging):
            self._log.info("transfer", news=what)
            return
        reason = news.reason.value if isinstance(news, wire.TransferFailed) else ""
        self._log.info("transfer", news=what, status=news.status, reason=reason)
        if isinstance(news, wire.TransferFailed) and not news.gone:
            self._over(news)
        else:
            self.close()

    def close(self) -> None:
        """Nothing is waited for any more."""
        self._next = None
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _order(self, transfer: Transfer) -> None:
        briefing = (self._sound(transfer.briefing),) if transfer.how is How.WARM else ()
        ring_s = float(transfer.seconds)
        keys = transfer.then_send or ""
        self._line.control(wire.Transfer(self._call, transfer.target, transfer.how, ring_s, briefing, then_send=keys))
        self._await_outcome(ring_s)

    def _await_outcome(self, ring_s: float) -> None:
        self._alarm = asyncio.get_running_loop().call_later(2 * ring_s + SPARE_S, self._too_late)

    def _over(self, news: wire.TransferFailed) -> None:
        """The caller is with the bot."""
        coming = self._next
        self.close()
        if coming is not None:
            self._order(coming)
        else:
            self._failed(news)

    def _too_late(self) -> None:
        self._log.error("transfer: the line does not say how it went")
        self._line.control(wire.CancelTransfer(self._call))
        self._over(wire.TransferFailed(self._call, 0, Failure.SILENT, gone=False, at=0))
