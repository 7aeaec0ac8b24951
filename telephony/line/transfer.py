"""A transfer's legs in the stack: places the consultation leg, refers the caller's, and ends what is to be ended.

::

    LineCall ──► LineTransfer ◄──► Handover (what is next)
       ▲ REFER        │ dial, drop
       └──────────────┼──► Consultation
"""

from __future__ import annotations

import time
import weakref
from typing import TYPE_CHECKING

import pjsua2 as pj
import structlog

from telephony.call.admission import Admitted
from telephony.call.destination import destination, with_header
from telephony.call.handover import Handover
from telephony.call.transfer import Event
from telephony.errors import NotAllowed, SipError
from telephony.line.consultation import Consultation
from telephony.line.dial import CALL_HEADER, call_header
from telephony.media.briefing import Briefing
from telephony.messages import EndedBy, Transfer, TransferFailed
from telephony.transfers import Failure, How

if TYPE_CHECKING:
    from telephony.line.account import LineAccount
    from telephony.line.call import LineCall
    from telephony.line.endpoint import LineEndpoint

log = structlog.get_logger()


def begin(call: LineCall, endpoint: LineEndpoint, admitted: Admitted, order: Transfer) -> LineTransfer | None:
    """Start a transfer; None, with the agent told, where it fails at once."""
    try:
        target = destination(order.to, admitted.home, endpoint.transfer_hosts(admitted.trunk))
    except NotAllowed as error:
        log.error("transfer refused", call=call.name, reason=str(error))
        failure = Failure.NOT_ALLOWED
    else:
        if order.how is How.BLIND or endpoint.has_slot:
            transfer = LineTransfer(call, endpoint, admitted, order, target)
            transfer.begin()
            return transfer
        log.warning("transfer refused: no call slot is free for a second leg", call=call.name)
        failure = Failure.NO_SLOT
    endpoint.board.emit(TransferFailed(call.name, 0, failure, gone=False, at=call.live.clock.at))
    return None


class LineTransfer:
    """One transfer of `call`, on the owner thread. It is its handover's `Legs`."""

    def __init__(
        self, call: LineCall, endpoint: LineEndpoint, admitted: Admitted, order: Transfer, target: str
    ) -> None:
        self._call = weakref.proxy(call)  # a call must be freed as soon as it is over: see `LineCall.release`
        self._endpoint = endpoint
        self._admitted = admitted
        self._target = target
        self._briefing = Briefing(endpoint.board.stock_of(order.call, order.briefing))
        self._leg: Consultation | None = None
        clock = call.live.clock
        self._handover = Handover(order, self, endpoint.board.emit, lambda: clock.at)

    def begin(self) -> None:
        self._handover.begin(time.monotonic())

    def step(self, event: Event, status: int = 0) -> None:
        """Something happened to one of the legs, or the agent wants it to."""
        if event is Event.LEG_GONE:
            self._leg = None
        self._handover.step(event, time.monotonic(), status)

    def progress(self, status: int) -> None:
        """What the stack says of our REFER: its 202 comes as 100, then the NOTIFYs."""
        if status < 200:  # even a last one: it does not say how it went
            self.step(Event.REFER_TAKEN, status)
        else:
            self.step(Event.DONE if status < 300 else Event.NOT_DONE, status)

    def look(self, now: float, packets: int, held: bool) -> None:
        """Called a few times a second; see `Handover.look`."""
        self._handover.look(now, packets, held)

    # ── its handover's legs ────────────────────────────────────────────────────────────────────────

    def dial(self) -> None:
        account = self._endpoint.account_of(self._admitted.trunk)
        try:
            leg = self._leg = self._consultation(account)
        except pj.Error as error:
            raise SipError(f"no second leg: {error.reason}") from error
        self._endpoint.keep_leg(leg)
        try:
            leg.dial(self._target, account.shown(self._admitted))
        except SipError:
            self._leg = None
            self._endpoint.forget_leg(leg)
            raise
        log.info("transfer: calling", call=self._call.name, target=self._target)

    def press(self, keys: str) -> None:
        if self._leg is None:
            raise SipError("there is no second leg")
        self._leg.press(keys)

    def brief(self) -> None:
        self._briefing.start()

    def refer(self) -> None:
        assert self._leg is not None
        try:
            self._call.xferReplaces(self._leg, self._with_header())
        except pj.Error as error:
            raise SipError(f"REFER with Replaces was not sent: {error.reason}") from error

    def refer_blind(self) -> None:
        try:
            self._call.xfer(f"<{with_header(self._target, CALL_HEADER, self._call.name)}>", self._with_header())
        except pj.Error as error:
            raise SipError(f"REFER was not sent: {error.reason}") from error

    def drop_leg(self) -> None:
        if self._leg is not None:
            self._leg.drop()

    def end_call(self, by: EndedBy) -> None:
        self._call.live.end(by, 200, "Transferred" if by is EndedBy.TRANSFERRED else "Lost in a transfer")

    # ── within ─────────────────────────────────────────────────────────────────────────────────────

    def _consultation(self, account: LineAccount) -> Consultation:
        return Consultation(
            account,
            self._endpoint,
            self._call.name,
            codecs=self._admitted.codecs,
            briefing=self._briefing,
            happened=self.step,
            pressed=lambda digit: self._handover.key(digit, time.monotonic()),
        )

    def _with_header(self) -> pj.CallOpParam:
        prm = pj.CallOpParam()
        prm.txOption.headers.append(call_header(self._call.name))
        return prm
