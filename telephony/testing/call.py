"""One call of the simulated caller: speak, listen, press keys, hold, hang up; answers what the peer asks meanwhile."""

from __future__ import annotations

import asyncio
import random
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import structlog

from telephony.audio import SAMPLE_RATE, Samples, samples_of
from telephony.errors import CallFailed, SipError
from telephony.testing import sdp
from telephony.testing.dialog import Dialog, answer_to
from telephony.testing.measure import Span
from telephony.testing.negotiation import Negotiation, holds
from telephony.testing.recorder import Recording
from telephony.testing.sip import METHODS, Request, Response, parameter
from telephony.testing.stream import Counters, Path, Stream
from telephony.testing.transaction import GIVE_UP, T1, T2
from telephony.testing.transport import Peer

if TYPE_CHECKING:
    from telephony.testing.user_agent import UserAgent

T = TypeVar("T")
_LOOK_S = 0.01  # how often the waits look at the stream
_log = structlog.get_logger()


@dataclass(frozen=True)
class Ending:
    """How a call ended: by which side, and the peer's Reason where it gave one."""

    by: Literal["us", "peer"]
    reason: str = ""


class Call:
    """An answered call. Made by `UserAgent.call`, or handed to the `answer` function of a UserAgent that was called.

    Positions and spans count 16 kHz samples since the ACK; what they mean stands in `telephony.testing.recorder`.
    """

    def __init__(self, agent: UserAgent, dialog: Dialog, stream: Stream, negotiation: Negotiation) -> None:
        self.dialog = dialog
        self.status = 0  # of the response that answered the call
        self.headers: list[tuple[str, str]] = []  # of that response
        self.asked: list[str] = []  # methods of the requests the peer sent in the dialog
        self.held_by_peer = False
        self.on_hold = False
        self.answered_after_ms = 0.0  # from the INVITE to its 200
        self._agent = agent
        self._stream = stream
        self._negotiation = negotiation
        self._ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._changing = False  # a re-INVITE of ours is under way
        self._unacknowledged: dict[int, asyncio.Task[None]] = {}
        self._ack: tuple[bytes, Peer] | None = None
        self._lose = 0
        self._confirmed = asyncio.Event()  # an ACK came
        self._refresher: asyncio.Task[None] | None = None
        self._info_digits: list[tuple[str, int]] = []

    # ── what a test or a command does ──────────────────────────────────────────────────────────────

    async def play(self, pcm: bytes | Samples) -> Span:
        """Say 16 kHz PCM; returns when its last sample has been sent, with where it lies on the recording.
        Raises CallFailed when the call ends before that."""
        samples = samples_of(pcm) if isinstance(pcm, bytes) else pcm
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Span] = loop.create_future()
        self._stream.say(samples, lambda span: _hand(loop, done, span))
        return await self._unless_ended(done, "while the caller spoke")

    async def dtmf(self, digits: str, method: Literal["auto", "rfc4733", "info"] = "auto") -> None:
        """Press keys ("0-9*#A-D"), 100 ms each; `auto` takes RFC 4733 where negotiated, else INFO.
        Raises ValueError for what is no key, CallFailed when the peer refuses an INFO or the call ends."""
        path = self._path()
        if method == "rfc4733" and path.event_type is None:
            raise CallFailed(0, "the peer did not agree to telephone-event")
        if method == "info" or path.event_type is None:
            for digit in digits:
                await self._info(digit)
            return
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        if digits:
            self._stream.press(digits, lambda: _hand(loop, done, None))
            await self._unless_ended(done, "while keys were pressed")

    async def bot_speaks(self, timeout: float = 10.0) -> int:  # noqa: ASYNC109 (what went wrong is in words)
        """Wait until the bot is audible; returns the position where this speech began (now, if it goes on already).
        Raises TimeoutError, or CallFailed when the call ends first."""
        deadline = time.monotonic() + timeout
        while True:
            if self._ending.done():
                raise CallFailed(0, "the call ended before the bot spoke")
            heard = self._stream.audible[0] if self._stream.audible else None
            if heard is not None and time.monotonic() - heard[1] < 0.1:
                return max(0, round((heard[0] - self._stream.zero) * SAMPLE_RATE))
            if time.monotonic() > deadline:
                raise TimeoutError(f"the bot said nothing for {timeout:g} s")
            await asyncio.sleep(_LOOK_S)

    async def bot_quiet(self, for_ms: float = 700, timeout: float = 30.0) -> None:  # noqa: ASYNC109 (what went wrong is in words)
        """Wait until the bot has not been audible for `for_ms`; an ended call is quiet. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while not self._ending.done():
            if self.quiet_s >= for_ms / 1000.0:
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"the bot did not stop for {for_ms:g} ms within {timeout:g} s")
            await asyncio.sleep(_LOOK_S)

    @property
    def quiet_s(self) -> float:
        """How long the bot has not been audible."""
        last = self._stream.audible[0][1] if self._stream.audible else self._stream.zero
        return time.monotonic() - last

    async def hold(self, direction: sdp.Direction = "sendonly") -> None:
        """Put the bot on hold by re-INVITE: `sendonly` or `inactive`. Raises CallFailed when refused."""
        await self._reinvite(direction)
        self.on_hold = True

    async def unhold(self) -> None:
        """Take the bot off hold."""
        await self._reinvite("sendrecv")
        self.on_hold = False

    async def hang_up(self) -> None:
        """End the call; harmless when it is over. The recording stays."""
        if self._ending.done():
            return
        self._finish(Ending("us"))
        try:
            await self._agent.transact(self.dialog.request("BYE"), self.dialog, give_up=4.0)
        except (CallFailed, SipError) as error:
            _log.warning("BYE was not answered", call=self.dialog.call_id, error=str(error))

    async def ended(self, timeout: float = 30.0) -> Ending:  # noqa: ASYNC109 (what went wrong is in words)
        """Wait for the end. Raises TimeoutError."""
        return await asyncio.wait_for(asyncio.shield(self._ending), timeout)

    def abandon(self) -> None:
        """Vanish without a BYE, as a phone does whose network is gone: no packet more, no answer."""
        self._finish(Ending("us", "abandoned"))

    def mute(self) -> None:
        """Stop sending RTP while the call goes on."""
        self._stream.direct(replace(self._path(), sending=False))

    def unmute(self) -> None:
        """Send RTP again."""
        self._stream.direct(replace(self._path(), sending=not self.held_by_peer))

    @property
    def over(self) -> bool:
        return self._ending.done()

    @property
    def recording(self) -> Recording:
        """Everything so far."""
        return self._stream.recording()

    def save(self, path: FilePath | str) -> None:
        """Write the stereo recording, caller left, bot right."""
        self.recording.save(path)

    @property
    def now(self) -> int:
        """The present on the recording's clock, in samples."""
        return self._stream.now()

    @property
    def codec(self) -> str:
        return self._path().codec

    @property
    def digits(self) -> str:
        """DTMF received from the bot, RFC 4733 and INFO, each key once."""
        return "".join(digit for digit, _ in sorted(self._stream.digits + self._info_digits, key=lambda d: d[1]))

    @property
    def counters(self) -> Counters:
        return self._stream.counters

    @property
    def stream(self) -> Stream:
        """The RTP below, for measurements."""
        return self._stream

    # ── called by the user agent ───────────────────────────────────────────────────────────────────

    def begin(self, media: sdp.Media, zero: float) -> None:
        """Open the media agreed in `media` (the peer's description). Raises sdp.BadSession."""
        self._stream.open(self._negotiation.path_to(media), zero)
        self.held_by_peer = holds(media)
        self._agent.media.add(self._stream)

    def acknowledge(self, data: bytes, peer: Peer, lose: int = 0) -> None:
        """Send this ACK now, and again for every copy of the 200; the first `lose` of them get lost."""
        self._ack, self._lose = (data, peer), lose
        self.answered_again()

    def answered_again(self) -> None:
        """A copy of the 200 came: our ACK was lost."""
        if self._ack is None:
            return
        if self._lose:
            self._lose -= 1
            return
        data, peer = self._ack
        peer.send(data)

    async def confirmed(self) -> None:
        """Wait for the ACK of our 200, or for the end."""
        first: set[asyncio.Future[Any]] = {asyncio.ensure_future(self._confirmed.wait()), self._ending}
        await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)

    def refresh_every(self, interval: float) -> None:
        """Refresh the session by UPDATE (RFC 4028)."""
        self._refresher = self._agent.spawn(self._refresh(interval))

    def resend_until_acknowledged(self, number: int, data: bytes, peer: Peer) -> None:
        """Send a 200 to an INVITE until its ACK comes (RFC 3261, 13.3.1.4)."""
        peer.send(data)
        self._unacknowledged[number] = self._agent.spawn(self._resend(data, peer))

    def asked_for(self, request: Request, peer: Peer) -> None:
        """A request of the peer inside the dialog."""
        self.asked.append(request.method)
        if request.method == "ACK":
            self._acknowledged(request)
            return
        if not self.dialog.accepts(request):
            self._agent.reply(request, peer, answer_to(request, 500, "CSeq Out Of Order"))
            return
        handler = {"BYE": self._bye, "INVITE": self._offered, "UPDATE": self._offered, "INFO": self._information}
        response = handler.get(request.method, self._other)(request)
        data = self._agent.reply(request, peer, response)
        if request.method == "INVITE" and response.status == 200:
            number = int(request.headers.get("CSeq").split()[0])
            self.resend_until_acknowledged(number, data, peer)

    # ── requests of the peer ───────────────────────────────────────────────────────────────────────

    def _bye(self, request: Request) -> Response:
        self._finish(Ending("peer", request.headers.get("Reason")))
        return answer_to(request, 200, "OK")

    def _offered(self, request: Request) -> Response:
        """A re-INVITE, or an UPDATE with or without a description."""
        if self._changing and request.body:
            return answer_to(request, 491, "Request Pending")
        response = answer_to(request, 200, "OK")
        if request.body:
            try:
                offered = sdp.parse(request.body)
                self._take(offered)
            except sdp.BadSession as error:
                return answer_to(request, 488, f"Not Acceptable Here ({error})")
            _attach(response, self._negotiation.describe(sdp.MIRROR[offered.direction], offered))
        elif request.method == "INVITE":
            _attach(response, self._negotiation.describe())
        expires = request.headers.get("Session-Expires")
        if expires:
            seconds = expires.partition(";")[0]
            response.headers.add("Session-Expires", f"{seconds};refresher={parameter(expires, 'refresher') or 'uac'}")
            response.headers.add("Require", "timer")
        return response

    def _information(self, request: Request) -> Response:
        match = re.search(r"(?im)^\s*signal\s*=\s*([0-9*#A-D])|^\s*([0-9*#A-D])\s*$", request.body.decode("latin-1"))
        if match is None:
            return answer_to(request, 415, "Unsupported Media Type")
        self._info_digits.append((match[1] or match[2], self.now))
        return answer_to(request, 200, "OK")

    def _other(self, request: Request) -> Response:
        if request.method in ("OPTIONS", "NOTIFY"):
            return answer_to(request, 200, "OK")
        if request.method == "REFER":
            return self._agent.referee.answer(self._agent, self, request)
        response = answer_to(request, 405, "Method Not Allowed")
        response.headers.add("Allow", METHODS)
        return response

    def _acknowledged(self, request: Request) -> None:
        self._confirmed.set()
        number = int(request.headers.get("CSeq").split()[0])
        task = self._unacknowledged.pop(number, None)
        if task is not None:
            task.cancel()
        if request.body:  # the answer to an offer that we made in a 200
            try:
                self._take(sdp.parse(request.body))
            except sdp.BadSession as error:
                _log.warning("unusable description in ACK", call=self.dialog.call_id, error=str(error))

    async def _resend(self, data: bytes, peer: Peer) -> None:
        interval, waited = T1, 0.0
        while waited < GIVE_UP:
            await asyncio.sleep(interval)
            waited += interval
            interval = min(interval * 2, T2)
            if not peer.reliable:
                peer.send(data)
        _log.warning("200 was never acknowledged", call=self.dialog.call_id)

    # ── requests of ours ───────────────────────────────────────────────────────────────────────────

    async def _reinvite(self, direction: sdp.Direction) -> None:
        for _ in range(4):
            request = self.dialog.request("INVITE")
            _attach(request, self._negotiation.describe(direction))
            self._changing = True
            try:
                response = await self._agent.transact(request, self.dialog)
            finally:
                self._changing = False
            if response.status < 300:
                number = int(request.headers.get("CSeq").split()[0])
                await self._agent.acknowledge(self, number, b"")
                self._take(sdp.parse(response.body))
                return
            if response.status != 491:
                break
            await asyncio.sleep(random.uniform(2.1, 4.0))  # RFC 3261, 14.1: the side that owns the Call-ID
        raise CallFailed(response.status, f"re-INVITE {direction} was refused: {response.reason}")

    async def _info(self, digit: str) -> None:
        request = self.dialog.request("INFO")
        request.headers.add("Content-Type", "application/dtmf-relay")
        request.body = f"Signal={digit}\r\nDuration=100\r\n".encode()
        response = await self._agent.transact(request, self.dialog)
        if response.status >= 300:
            raise CallFailed(response.status, f"INFO with a key was refused: {response.reason}")

    async def _refresh(self, interval: float) -> None:
        while not self._ending.done():
            await asyncio.sleep(interval / 2)
            request = self.dialog.request("UPDATE")
            request.headers.add("Supported", "timer")
            request.headers.add("Session-Expires", f"{interval:g};refresher=uac")
            await self._agent.transact(request, self.dialog)

    # ── media ──────────────────────────────────────────────────────────────────────────────────────

    def _path(self) -> Path:
        assert self._stream.path is not None, "the call has no media yet"
        return self._stream.path

    def _take(self, media: sdp.Media) -> None:
        path = self._negotiation.path_to(media)
        self.held_by_peer = holds(media)
        sending = self.on_hold or path.sending  # who holds may go on sending
        self._stream.direct(replace(path, sending=sending and media.direction != "inactive"))

    async def _unless_ended(self, work: asyncio.Future[T], when: str) -> T:
        both: set[asyncio.Future[Any]] = {work, self._ending}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise CallFailed(0, f"the call ended {when}")
        return work.result()

    def _finish(self, ending: Ending) -> None:
        if self._ending.done():
            return
        self._ending.set_result(ending)
        for task in (*self._unacknowledged.values(), self._refresher):
            if task is not None:
                task.cancel()
        self._agent.media.remove(self._stream)
        if self._negotiation.leg is not None:
            self._negotiation.leg.close()
        self._agent.forget(self)


def _attach(message: Request | Response, description: bytes) -> None:
    message.headers.add("Content-Type", "application/sdp")
    message.body = description


def _hand(loop: asyncio.AbstractEventLoop, future: asyncio.Future[T], value: T) -> None:
    """Settle a future from the media thread; its loop may be gone."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(_settle, future, value)


def _settle(future: asyncio.Future[T], value: T) -> None:
    if not future.done():
        future.set_result(value)
