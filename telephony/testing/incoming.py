"""Taking one call: the answer to an INVITE, and its cancelling."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from telephony.errors import CallFailed
from telephony.testing import sdp
from telephony.testing.call import Call
from telephony.testing.dialog import Dialog, answer_to, tag
from telephony.testing.negotiation import Negotiation
from telephony.testing.sip import Request, build
from telephony.testing.stream import Stream
from telephony.testing.transport import Peer

if TYPE_CHECKING:
    from telephony.testing.user_agent import UserAgent


class Incoming:
    """An INVITE that was not answered yet."""

    def __init__(
        self, agent: UserAgent, request: Request, peer: Peer, ring: Callable[[Request], Awaitable[None]] | None
    ) -> None:
        self.request = request
        self._agent = agent
        self._peer = peer
        self._ring = ring
        self._tag = tag()
        self._cancelled = asyncio.Event()
        self._told = asyncio.Event()

    def cancel(self) -> None:
        """The caller gave up."""
        self._cancelled.set()

    async def hang_up(self) -> None:
        """Stop ringing; returns once the caller knows. Who vanishes without a word keeps them waiting."""
        self.cancel()
        await self._told.wait()

    async def answer(self) -> Call | None:
        """Ring, then answer; None when it was refused or cancelled."""
        try:
            return await self._answer()
        finally:
            self._told.set()

    async def _answer(self) -> Call | None:
        self._say(180, "Ringing")
        try:
            await self._wait()
            offered = sdp.parse(self.request.body)
            offered.audio(self._agent.codecs)
        except sdp.BadSession as error:
            self._say(488, f"Not Acceptable Here ({error})")
            return None
        except CallFailed as error:
            self._say(error.status or 480, error.reason)
            return None
        return self._up(offered)

    async def _wait(self) -> None:
        if self._ring is None:
            return
        ringing = asyncio.ensure_future(self._ring(self.request))
        cancelled = asyncio.ensure_future(self._cancelled.wait())
        await asyncio.wait({ringing, cancelled}, return_when=asyncio.FIRST_COMPLETED)
        cancelled.cancel()
        if not ringing.done():
            ringing.cancel()
            raise CallFailed(487, "Request Terminated")
        ringing.result()

    def _up(self, offered: sdp.Media) -> Call:
        host = self._agent.host(self._peer.address)
        stream = Stream(host)
        kind, name = offered.audio(self._agent.codecs)
        event = offered.event_type
        formats = {kind: name} | ({event: sdp.EVENT} if event is not None else {})
        media = sdp.Media(host, stream.port, formats, sdp.MIRROR[offered.direction])
        negotiation = Negotiation(media)
        call = Call(self._agent, Dialog.of_invite(self.request, self._tag), stream, negotiation)
        self._agent.adopt(call)
        response = answer_to(self.request, 200, "OK", self._tag)
        response.headers.add("Content-Type", "application/sdp")
        response.body = negotiation.describe(media.direction)
        data = self._agent.reply(self.request, self._peer, response)
        call.begin(offered, time.monotonic())
        call.resend_until_acknowledged(int(self.request.headers.get("CSeq").split()[0]), data, self._peer)
        return call

    def _say(self, status: int, reason: str) -> None:
        response = answer_to(self.request, status, reason, self._tag)
        if status < 200:
            self._peer.send(build(response))
        else:
            self._agent.reply(self.request, self._peer, response)
