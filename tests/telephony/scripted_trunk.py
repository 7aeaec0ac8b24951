"""A trunk that answers as a test says, message by message: for what no well-behaved user agent does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from telephony.testing.dialog import answer_to
from telephony.testing.sip import Request, build, parse

TAG = "scripted"


class ScriptedTrunk(asyncio.DatagramProtocol):
    """`async with ScriptedTrunk(script) as trunk`: `script(trunk, request)` is called for each request that
    comes on its UDP port of the loopback; `requests` keeps each once, however often it is sent."""

    def __init__(self, script: Callable[[ScriptedTrunk, Request], None]) -> None:
        self.requests: list[Request] = []
        self.port = 0
        self._script = script
        self._known: set[tuple[str, ...]] = set()

    async def __aenter__(self) -> ScriptedTrunk:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self.port = self._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._transport.close()

    @property
    def here(self) -> str:
        """As `dial_at`."""
        return f"127.0.0.1:{self.port}"

    def methods(self) -> list[str]:
        """Of what has come."""
        return [request.method for request in self.requests]

    def answer(self, request: Request, status: int, *headers: tuple[str, str], sdp: bytes = b"") -> None:
        response = answer_to(request, status, "as scripted", TAG if status > 100 else "")
        response.headers.add("Contact", f"<sip:{self.here}>")
        for name, value in headers:
            response.headers.add(name, value)
        if sdp:
            response.headers.add("Content-Type", "application/sdp")
            response.body = sdp
        self._transport.sendto(build(response), self._source)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = parse(data) if data.strip() else None
        if isinstance(message, Request):
            self._source = addr
            sent = (message.method, message.headers.get("Via"), message.headers.get("CSeq"))
            if sent not in self._known:
                self._known.add(sent)
                self.requests.append(message)
            self._script(self, message)


def description(port: int, payload: int = 0) -> bytes:
    """A session description with this port and payload type, where nobody listens."""
    lines = ("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0")
    return "".join(f"{line}\r\n" for line in (*lines, f"m=audio {port} RTP/AVP {payload}")).encode()
