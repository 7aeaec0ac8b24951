"""One call of the stack: pjsua2's callbacks turned into what `telephony.call.live` understands, and back.

Every callback runs on the thread that owns the stack. Its errors are counted and logged; SWIG would print and forget
them. The stack hangs up a call whose Python object is collected: `calls` in the endpoint keeps it until DISCONNECTED.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pjsua2 as pj
import structlog

from telephony.call.admission import Admitted
from telephony.call.dtmf import Method
from telephony.call.invite import offered_in
from telephony.call.live import LiveCall
from telephony.call.transfer import Event
from telephony.errors import SipError
from telephony.line.dial import dial
from telephony.line.hang_up import hang_up
from telephony.line.leg import NamedLeg
from telephony.line.port import CallPort
from telephony.line.press import press
from telephony.line.sdp import prefer
from telephony.line.speex import SpeexFilter
from telephony.line.transfer import LineTransfer, begin
from telephony.messages import OngoingCall, Transfer

if TYPE_CHECKING:
    from telephony.line.account import LineAccount
    from telephony.line.endpoint import LineEndpoint

REFUSE_TRANSFER = 603

log = structlog.get_logger()


class LineCall(pj.Call):  # type: ignore[misc]  # pjsua2 has no types
    """A call that came in, or one that `dial` places. `admitted` is the verdict on its INVITE."""

    def __init__(
        self, account: LineAccount, call_id: int, endpoint: LineEndpoint, name: str, admitted: Admitted
    ) -> None:
        super().__init__(account, call_id)
        self.name = name
        self._endpoint = endpoint
        self._account = account
        self._admitted = admitted
        self._stream = 0
        self._transfer: LineTransfer | None = None
        facts = OngoingCall(
            call=name,
            line=endpoint.line,
            trunk=admitted.trunk,
            caller=admitted.caller,
            called=admitted.called,
            dialplan=admitted.dialplan,
            codec="",
            at=0,
            order=admitted.order,
        )
        board = endpoint.board
        self.live = LiveCall(
            facts,
            NamedLeg(endpoint, name),
            shelf=board.shelf,
            limits=endpoint.limits,
            emit=board.emit,
            hear=endpoint.hear,
            make_filter=SpeexFilter,
        )
        self._port = CallPort(f"bot-{name}", self.live.heard, self.live.fill, endpoint.count_error)

    # ── on the owner thread ────────────────────────────────────────────────────────────────────────

    def look(self, now: float) -> None:
        """Called a few times a second."""
        packets = self.packets_received()
        self.live.look(now, packets)
        if self._transfer is not None:
            self._transfer.look(now, packets, self.live.held)

    def pick_up(self) -> None:
        """Answer 200 at once: the greeting is ready before the caller is."""
        prm = pj.CallOpParam(True)
        prm.statusCode = pj.PJSIP_SC_OK
        self.answer(prm)

    def dial(self, uri: str) -> None:
        """INVITE `uri`. Raises SipError when it was not sent."""
        try:
            dial(self, uri, self._account.shown(self._admitted), self.name)
        except pj.Error as error:
            raise SipError(f"the INVITE was not sent: {error.reason}") from error

    def lose(self) -> None:
        """It was not placed."""
        self.live.gone(0, "not placed")
        self._endpoint.forget(self, 0)

    def packets_received(self) -> int:
        """RTP packets of the present stream, 0 without one."""
        if not self._stream:
            return 0
        try:
            return int(self.getStreamStat(0).rtcp.rxStat.pkt)
        except pj.Error:  # created, but not started yet
            return 0

    def release(self) -> None:
        """Take the port off the bridge and break the ring of references: the stack's objects must be freed here, by
        counting, and never by a collection on some other thread. The call can't be used afterwards."""
        self._port.close()
        self._transfer = None
        del self._port
        del self.live

    def transfer(self, order: Transfer) -> None:
        """Begin a transfer, unless the call is about to end: then `Finished` says enough."""
        if self.live.talking:
            self._transfer = begin(self, self._endpoint, self._admitted, order)

    def cancel_transfer(self) -> None:
        """The agent wants it no more."""
        self._of_transfer(Event.CANCEL)

    def _of_transfer(self, event: Event, status: int = 0) -> None:
        if self._transfer is not None:
            self._transfer.step(event, status)

    def end(self, status: int, reason: str) -> None:
        """BYE, or CANCEL."""
        if not self.isActive():
            return
        hang_up(self, status if status >= 300 else 0, reason)

    def press(self, digits: str) -> None:
        """DTMF, RFC 4733 or else INFO."""
        press(self, digits)

    def probe(self) -> None:
        """Ask the peer for a sign of life, inside the dialog."""
        prm = pj.CallSendRequestParam()
        prm.method = "OPTIONS"
        self.sendRequest(prm)

    def _codec(self) -> str:
        try:
            info = self.getStreamInfo(0)
        except pj.Error:  # acknowledged without a description: the stack ends such a call itself
            return ""
        return f"{info.codecName.upper()}/{info.codecClockRate}"

    # ── callbacks ──────────────────────────────────────────────────────────────────────────────────

    def onCallState(self, prm: pj.OnCallStateParam) -> None:  # noqa: N802
        with self._endpoint.counted("onCallState", self.name):
            info = self.getInfo()
            if info.state == pj.PJSIP_INV_STATE_CONFIRMED:
                self._confirmed(usable=bool(info.media))
            elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
                self._port.watch_stream(None)
                self._of_transfer(Event.CALLER_GONE)
                self.live.gone(int(info.lastStatusCode), info.lastReason)
                self._endpoint.forget(self, int(info.lastStatusCode))

    def _confirmed(self, *, usable: bool) -> None:
        """`usable`: what we offered was answered by something that can be heard, though it may be on hold. Where it was
        not, the stack has sent its BYE: whoever we called has heard nothing, and was not reached."""
        if not usable and self._admitted.order:
            log.error("answered by no codec that we offered: check the codecs of the trunk", call=self.name)
            return
        self.live.acked(time.monotonic(), self._codec())
        self._endpoint.placing.answered(self.name)

    def onCallMediaState(self, prm: pj.OnCallMediaStateParam) -> None:  # noqa: N802
        with self._endpoint.counted("onCallMediaState", self.name):
            info = self.getInfo()  # must live in a variable while its media is walked
            for index, media in enumerate(info.media):
                if media.type == pj.PJMEDIA_TYPE_AUDIO:
                    self._connect(index, int(media.status), int(media.dir))
                    return

    def _connect(self, index: int, status: int, direction: int) -> None:
        held = status in {pj.PJSUA_CALL_MEDIA_REMOTE_HOLD, pj.PJSUA_CALL_MEDIA_NONE}
        if status in {pj.PJSUA_CALL_MEDIA_ACTIVE, pj.PJSUA_CALL_MEDIA_REMOTE_HOLD}:
            try:
                media = self.getAudioMedia(index)  # never kept: each negotiation makes a new one
            except pj.Error as error:
                # An odd offer, or a BYE right after the ACK, can leave a stream that is active and has no port.
                log.warning("no sound in this stream", call=self.name, reason=error.reason)
                return
            if direction & pj.PJMEDIA_DIR_ENCODING:
                self._port.startTransmit(media)
            if direction & pj.PJMEDIA_DIR_DECODING:
                media.startTransmit(self._port)
        self.live.media(held=held)

    def onStreamCreated(self, prm: pj.OnStreamCreatedParam) -> None:  # noqa: N802
        with self._endpoint.counted("onStreamCreated", self.name):
            self._stream = int(prm.stream)
            self._port.watch_stream(self._stream)

    def onStreamDestroyed(self, prm: pj.OnStreamDestroyedParam) -> None:  # noqa: N802
        with self._endpoint.counted("onStreamDestroyed", self.name):
            if int(prm.stream) == self._stream:
                self._stream = 0
                self._port.watch_stream(None)

    def onCallSdpCreated(self, prm: pj.OnCallSdpCreatedParam) -> None:  # noqa: N802
        with self._endpoint.counted("onCallSdpCreated", self.name):
            offered = offered_in(prm.remSdp.wholeSdp)
            prm.sdp.wholeSdp = prefer(prm.sdp.wholeSdp, self._admitted.codecs, offered)

    def onDtmfEvent(self, prm: pj.OnDtmfEventParam) -> None:  # noqa: N802
        with self._endpoint.counted("onDtmfEvent", self.name):
            method = Method.INFO if prm.method == pj.PJSUA_DTMF_METHOD_SIP_INFO else Method.RFC4733
            self.live.digit(method, prm.digit, int(prm.timestamp))

    def onDtmfDigit(self, prm: pj.OnDtmfDigitParam) -> None:  # noqa: N802
        """Fires beside `onDtmfEvent` for the same press: not used."""

    def onCallTsxState(self, prm: pj.OnCallTsxStateParam) -> None:  # noqa: N802
        with self._endpoint.counted("onCallTsxState", self.name):
            tsx = prm.e.body.tsxState.tsx
            if tsx.role != pj.PJSIP_ROLE_UAC:
                return
            if tsx.method == "INVITE" and 100 <= tsx.statusCode < 200:
                self._endpoint.placing.progressed(self.name, int(tsx.statusCode))
            if tsx.method == "OPTIONS" and tsx.statusCode >= 200:
                self.live.probe_answered(int(tsx.statusCode))
            if tsx.method == "REFER" and tsx.statusCode >= 300:
                self._of_transfer(Event.REFER_REFUSED, int(tsx.statusCode))

    def onCallRedirected(self, prm: pj.OnCallRedirectedParam) -> int:  # noqa: N802
        """A 3xx is followed to nobody, and is what the call ends with; the stack's default makes a 487 of it."""
        return int(pj.PJSIP_REDIRECT_REJECT)

    def onCallTransferStatus(self, prm: pj.OnCallTransferStatusParam) -> None:  # noqa: N802
        with self._endpoint.counted("onCallTransferStatus", self.name):
            if self._transfer is not None:
                self._transfer.progress(int(prm.statusCode))

    def onCallTransferRequest(self, prm: pj.OnCallTransferRequestParam) -> None:  # noqa: N802
        with self._endpoint.counted("onCallTransferRequest", self.name):
            prm.statusCode = REFUSE_TRANSFER  # the stack's default is to place the call: toll fraud
            log.warning("transfer of ourselves refused", call=self.name)

    def onCallReplaceRequest(self, prm: pj.OnCallReplaceRequestParam) -> None:  # noqa: N802
        with self._endpoint.counted("onCallReplaceRequest", self.name):
            prm.statusCode = REFUSE_TRANSFER
