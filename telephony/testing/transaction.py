"""Transactions: one request and its responses, with the retransmissions of RFC 3261, 17.

The client's half is a coroutine a request (`ClientTransaction.final`). The server's half only has to answer
retransmissions with what was answered first (`Answered`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from telephony.errors import CallFailed
from telephony.testing.sip import Request, Response, build, parameter
from telephony.testing.transport import Peer

T1 = 0.5  # s, first retransmission
T2 = 4.0  # s, longest interval of the others
GIVE_UP = 64 * T1  # s, timers B, F and H
LINGER = 32.0  # s, retransmissions of the other side may still come


class ClientTransaction:
    """A request under way. Responses and failures are fed in; `final` waits for the end."""

    def __init__(self, request: Request, peer: Peer, give_up: float = GIVE_UP) -> None:
        self.request = request
        self.peer = peer
        self._give_up = give_up
        self._responses: asyncio.Queue[Response | CallFailed] = asyncio.Queue()

    def feed(self, response: Response) -> None:
        self._responses.put_nowait(response)

    def fail(self, why: str) -> None:
        """The transport could not deliver."""
        self._responses.put_nowait(CallFailed(0, why))

    async def final(self, provisional: Callable[[Response], None] | None = None, ringing: float = 180.0) -> Response:
        """Send, resend, and wait for a final response; an INVITE may ring for `ringing` s after a provisional one.
        Raises CallFailed with status 0 when nobody answers or the peer is unreachable."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._give_up
        data, interval, answered = build(self.request), T1, False
        invite = self.request.method == "INVITE"
        self.peer.send(data)
        resend = float("inf") if self.peer.reliable else loop.time() + interval
        while True:
            try:
                response = await asyncio.wait_for(self._responses.get(), max(0.0, min(resend, deadline) - loop.time()))
            except TimeoutError:
                if loop.time() >= deadline:
                    raise self._nobody(answered) from None
                self.peer.send(data)
                interval = interval * 2 if invite else min(interval * 2, T2)
                resend = loop.time() + interval
                continue
            if isinstance(response, CallFailed):
                raise response
            if response.status >= 200:
                return response
            if invite:
                resend = float("inf")
                deadline = deadline if answered else loop.time() + ringing
            else:
                resend, interval = loop.time() + T2, T2
            answered = True
            if provisional is not None:
                provisional(response)

    def _nobody(self, answered: bool) -> CallFailed:
        host, port = self.peer.address
        method = self.request.method
        if answered and method == "INVITE":
            return CallFailed(408, f"rang, but nobody at {host}:{port} picked up")
        return CallFailed(0, f"no answer to {method} from {host}:{port} within {self._give_up:g} s")


class Answered:
    """What was answered to each request, for its retransmissions; forgets after 32 s."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], tuple[float, bytes]] = {}

    def find(self, request: Request, now: float) -> bytes | None:
        """The answer to an earlier copy of `request`; b"" while it has none yet."""
        for key in [key for key, (until, _) in self._answers.items() if until < now]:
            del self._answers[key]
        found = self._answers.get(_key(request))
        return found[1] if found is not None else None

    def keep(self, request: Request, answer: bytes, now: float) -> None:
        self._answers[_key(request)] = (now + LINGER, answer)


def branch(via: str) -> str:
    """The branch of a Via value."""
    return parameter(via, "branch") or via


def _key(request: Request) -> tuple[str, str]:
    return branch(request.headers.get("Via")), request.method
