"""A peer scripted message by message on a bare UDP socket, for what a well-behaved peer never does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast

from telephony.testing import sdp
from telephony.testing.dialog import answer_to
from telephony.testing.sip import Request, Response, SipMessage, build, parse

PATIENCE_S = 15.0  # until what should have come is missed: a busy machine is late, and nothing else
Script = Callable[["WirePeer"], Awaitable[None]]


class WirePeer(asyncio.DatagramProtocol):
    """Reads messages in order; `say` answers the last sender."""

    def __init__(self) -> None:
        self.inbox: asyncio.Queue[SipMessage] = asyncio.Queue()
        self.transport: asyncio.DatagramTransport | None = None
        self.sender = ("", 0)
        self.problem: BaseException | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.sender = addr
        self.inbox.put_nowait(parse(data))

    @property
    def port(self) -> int:
        assert self.transport is not None
        return int(self.transport.get_extra_info("sockname")[1])

    async def expect(self, method: str, within: float = PATIENCE_S) -> Request:
        """The next request, which must be `method`."""
        message = await asyncio.wait_for(self.inbox.get(), within)
        assert isinstance(message, Request), message.start_line
        assert message.method == method, f"{message.method} came, {method} was expected"
        return message

    async def expect_answer(self, within: float = PATIENCE_S) -> Response:
        message = await asyncio.wait_for(self.inbox.get(), within)
        assert isinstance(message, Response), message.start_line
        return message

    def say(self, message: SipMessage) -> None:
        assert self.transport is not None
        self.transport.sendto(build(message), self.sender)

    def refuse(self, request: Request, status: int, reason: str, *headers: tuple[str, str]) -> None:
        response = answer_to(request, status, reason, "peer")
        response.headers.fields += list(headers)
        self.say(response)

    def accept(self, request: Request, *headers: tuple[str, str], body: bytes | None = None) -> Response:
        """A 200 with PCMU towards port 9 (discard), unless `body` says otherwise."""
        response = answer_to(request, 200, "OK", "peer")
        response.headers.fields += [("Contact", f"<sip:bot@127.0.0.1:{self.port}>"), *headers]
        response.body = sdp.build(sdp.Media("127.0.0.1", 9, {0: "PCMU"}), 1, 1) if body is None else body
        self.say(response)
        return response


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[WirePeer]:
    """Run a script beside the test; yields the peer. The script must have come to its end when the test does."""
    loop = asyncio.get_running_loop()
    transport, peer = await loop.create_datagram_endpoint(WirePeer, local_addr=("127.0.0.1", 0))
    task = asyncio.ensure_future(script(peer))
    try:
        yield peer
        await asyncio.wait_for(task, PATIENCE_S)
    finally:
        task.cancel()
        transport.close()
