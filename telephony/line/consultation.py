"""The second leg of a transfer: a call that we place, to ask the target whether it takes the caller.

It has no conversation: nothing of it is heard by the agent, and all it hears is silence, or the briefing of a warm
transfer. The stack hangs up a call whose Python object is collected: `legs` in the endpoint keeps it until
DISCONNECTED.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pjsua2 as pj
import structlog

from telephony.audio import SAMPLE_RATE
from telephony.call.dtmf import DigitGate, Method
from telephony.call.invite import offered_in
from telephony.call.transfer import Event
from telephony.config import Codec
from telephony.errors import SipError
from telephony.line.dial import dial
from telephony.line.hang_up import hang_up
from telephony.line.port import CallPort
from telephony.line.press import press
from telephony.line.sdp import prefer
from telephony.media.briefing import Briefing

if TYPE_CHECKING:
    from telephony.line.endpoint import LineEndpoint

log = structlog.get_logger()


class Consultation(pj.Call):  # type: ignore[misc]  # pjsua2 has no types
    """Made and used on the owner thread. `happened(event, status)` and `pressed(digit)` are told what comes of it."""

    def __init__(
        self,
        account: pj.Account,
        endpoint: LineEndpoint,
        call: str,
        *,
        codecs: Sequence[Codec],
        briefing: Briefing,
        happened: Callable[[Event, int], None],
        pressed: Callable[[str], None],
    ) -> None:
        super().__init__(account)
        self.call = call
        self._endpoint = endpoint
        self._codecs = codecs
        self._happened = happened
        self._pressed = pressed
        self._state = -1
        self._digits = DigitGate()
        self._port = CallPort(f"consult-{call}", _not_heard, briefing.fill, endpoint.count_error)

    def dial(self, uri: str, local_uri: str) -> None:
        """INVITE `uri`, as `local_uri` ("" for the account's own name). Raises SipError when it was not sent."""
        try:
            dial(self, uri, local_uri, self.call)
        except pj.Error as error:
            raise SipError(f"{uri} cannot be called: {error.reason}") from error

    def press(self, keys: str) -> None:
        """DTMF to the target. Raises SipError."""
        try:
            press(self, keys)
        except pj.Error as error:
            raise SipError(f"no keys can be sent: {error.reason}") from error

    def drop(self) -> None:
        """CANCEL or BYE, whichever is due; harmless when it is over. Raises SipError."""
        if not self.isActive():
            return
        try:
            hang_up(self)
        except pj.Error as error:
            raise SipError(f"the second leg cannot be ended: {error.reason}") from error

    def release(self) -> None:
        """Take the port off the bridge; as `LineCall.release`, on the owner thread."""
        self._port.close()
        del self._port, self._happened, self._pressed

    # ── callbacks ──────────────────────────────────────────────────────────────────────────────────

    def onCallState(self, prm: pj.OnCallStateParam) -> None:  # noqa: N802
        with self._endpoint.counted("onCallState of a second leg", self.call):
            info = self.getInfo()
            state, self._state = self._state, int(info.state)
            if state == self._state:
                return
            if self._state == pj.PJSIP_INV_STATE_EARLY:
                self._happened(Event.RINGING, int(info.lastStatusCode))
            elif self._state == pj.PJSIP_INV_STATE_CONFIRMED and info.media:  # without, the stack has sent its BYE
                self._happened(Event.ANSWERED, int(info.lastStatusCode))
            elif self._state == pj.PJSIP_INV_STATE_DISCONNECTED:
                self._endpoint.forget_leg(self)
                self._happened(Event.LEG_GONE, int(info.lastStatusCode))

    def onCallMediaState(self, prm: pj.OnCallMediaStateParam) -> None:  # noqa: N802
        with self._endpoint.counted("onCallMediaState of a second leg", self.call):
            info = self.getInfo()  # must live in a variable while its media is walked
            for index, media in enumerate(info.media):
                if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                    self._connect(index)

    def _connect(self, index: int) -> None:
        try:
            self._port.startTransmit(self.getAudioMedia(index))  # never kept: each negotiation makes a new one
        except pj.Error as error:
            log.warning("no sound in this stream", call=self.call, reason=error.reason)

    def onCallSdpCreated(self, prm: pj.OnCallSdpCreatedParam) -> None:  # noqa: N802
        with self._endpoint.counted("onCallSdpCreated of a second leg", self.call):
            offered = offered_in(prm.remSdp.wholeSdp)
            prm.sdp.wholeSdp = prefer(prm.sdp.wholeSdp, self._codecs, offered)

    def onDtmfEvent(self, prm: pj.OnDtmfEventParam) -> None:  # noqa: N802
        with self._endpoint.counted("onDtmfEvent of a second leg", self.call):
            method = Method.INFO if prm.method == pj.PJSUA_DTMF_METHOD_SIP_INFO else Method.RFC4733
            at = int(time.monotonic() * SAMPLE_RATE)
            digit = self._digits.press(method, prm.digit, int(prm.timestamp), at)
            if digit is not None:
                self._pressed(digit)

    def onDtmfDigit(self, prm: pj.OnDtmfDigitParam) -> None:  # noqa: N802
        """Fires beside `onDtmfEvent` for the same press: not used."""

    def onCallRedirected(self, prm: pj.OnCallRedirectedParam) -> int:  # noqa: N802
        """As `LineCall.onCallRedirected`."""
        return int(pj.PJSIP_REDIRECT_REJECT)

    def onCallTransferRequest(self, prm: pj.OnCallTransferRequestParam) -> None:  # noqa: N802
        with self._endpoint.counted("onCallTransferRequest of a second leg", self.call):
            prm.statusCode = pj.PJSIP_SC_DECLINE  # the stack's default is to place the call: toll fraud
            log.warning("transfer of ourselves refused", call=self.call)

    def onCallReplaceRequest(self, prm: pj.OnCallReplaceRequestParam) -> None:  # noqa: N802
        with self._endpoint.counted("onCallReplaceRequest of a second leg", self.call):
            prm.statusCode = pj.PJSIP_SC_DECLINE


def _not_heard(pcm: bytes, holes: int, waited: int | None, played: int | None) -> None:
    """What the target says is nobody's; its keys come by themselves."""
