"""The simulated caller's SIP user agent: one socket, many calls.

A wire-level user agent of our own (asyncio for SIP, one paced thread for all RTP) and not a second pjsua2, because
* latency has to be measured on RTP packets at the wire, with the kernel's time stamps, before any jitter buffer;
* a second, independent stack keeps both ends honest: a misreading of an RFC does not cancel itself out;
* one process must hold many callers cheaply, where pjsua2's wheel holds four.
It does what a trunk's other end does and no more: RFC 3261 over UDP and TCP, digest, RFC 4733 and INFO keys, hold,
session timers. It does not follow redirects, fork, or do TLS and SRTP.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Literal

import structlog

from telephony.errors import CallFailed, SipError
from telephony.testing import digest
from telephony.testing.call import Call
from telephony.testing.dialog import Dialog, answer_to, branch, tag
from telephony.testing.incoming import Incoming
from telephony.testing.invitation import Invitation
from telephony.testing.media_thread import MediaThread
from telephony.testing.referee import Referee
from telephony.testing.relay import Relay
from telephony.testing.sip import METHODS, Request, Response, SipMessage, SipUri, build, parameter
from telephony.testing.transaction import GIVE_UP, Answered, ClientTransaction
from telephony.testing.transaction import branch as branch_of
from telephony.testing.transport import Address, Peer, Transport, local_address, numeric, open_transport, resolve

_log = structlog.get_logger()


class UserAgent:
    """Places calls, and takes them where `answer` is given: `async with UserAgent() as ua: await ua.call(...)`.

    `answer` is a coroutine function that runs an incoming call; without one, calls are refused with 486. A raised
    CallFailed in `ring` (called with the INVITE before it is answered) refuses with its status. `referee` says what
    becomes of a REFER; without one it is refused with 603.
    """

    def __init__(
        self,
        bind: str = "127.0.0.1",
        port: int = 0,
        transport: Literal["udp", "tcp"] = "udp",
        *,
        username: str = "",
        password: str = "",
        answer: Callable[[Call], Awaitable[None]] | None = None,
        ring: Callable[[Request], Awaitable[None]] | None = None,
        codecs: Sequence[str] = ("PCMU", "PCMA"),
        referee: Referee | None = None,
    ) -> None:
        self.referee = referee or Referee(603)
        self.media = MediaThread()
        self.trace: deque[str] = deque(maxlen=200)  # the last messages, "->" sent and "<-" received
        self.username, self.password = username, password
        self.codecs = tuple(codecs)
        self.transport_name: Literal["udp", "tcp"] = transport
        self._bind, self._wish = bind, port
        self._answer, self._ring = answer, ring
        self._transport: Transport | None = None
        self._transactions: dict[tuple[str, str], ClientTransaction] = {}
        self._refused: dict[str, tuple[bytes, Peer]] = {}  # branch -> ACK, for copies of a refusal
        self._answered = Answered()
        self._calls: dict[tuple[str, str], Call] = {}  # (Call-ID, our tag)
        self.inviting: set[str] = set()  # Call-IDs that are not answered yet
        self._incoming: dict[str, Incoming] = {}  # branch of the INVITE
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> UserAgent:
        self._transport = await open_transport(self.transport_name, self._bind, self._wish, self)
        self.media.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        open_calls: list[Incoming | Call] = [*self._incoming.values(), *self._calls.values()]
        await asyncio.gather(*(call.hang_up() for call in open_calls))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._bound().close()
        self.media.stop()

    @property
    def port(self) -> int:
        return self._bound().port

    @property
    def calls(self) -> list[Call]:
        """The calls that are up."""
        return list(self._calls.values())

    async def call(
        self,
        target: str,
        caller: str = "anonymous",
        codecs: Sequence[str] | None = None,
        *,
        answer_within: float = 60.0,
        reply_within: float = GIVE_UP,
        via: Relay | None = None,
        headers: Sequence[tuple[str, str]] = (),
        ptime: int = 20,
        events: bool = True,
        offerless: bool = False,
        session_expires: int = 0,
        proxy: str = "",
        lose_acks: int = 0,
        rewrite: Callable[[bytes], bytes] | None = None,
    ) -> Call:
        """Place a call and wait until it is answered. Raises CallFailed(status, reason); a call that nobody answers
        within `answer_within` s is cancelled (487), one without any reply within `reply_within` s has status 0.

        `codecs` in order of preference (default: the agent's); `via` sends the RTP through an impairment relay;
        `events=False` offers no telephone-event; `offerless` leaves the offer to the peer; `session_expires` asks for
        a session timer in s; `proxy` is an outbound proxy's URI; `lose_acks` ACKs are not sent, `rewrite` changes our
        offer: both for testing the peer.
        """
        invitation = Invitation(
            agent=self,
            target=target,
            caller=caller,
            codecs=tuple(codecs or self.codecs),
            headers=tuple(headers),
            ptime=ptime,
            events=events,
            offerless=offerless,
            session_expires=session_expires,
            proxy=proxy,
            lose_acks=lose_acks,
            rewrite=rewrite,
            relay=via,
        )
        return await invitation.place(answer_within, reply_within)

    async def options(self, target: str, within: float = 4.0) -> Response:
        """Ask a peer for its capabilities, outside any call; the usual liveness probe. Raises CallFailed."""
        address = await self.resolve(target)
        request = Request("OPTIONS", target)
        request.headers.add("From", f"<sip:probe@{self.host(address)}>;tag={tag()}")
        request.headers.add("To", f"<{target}>")
        request.headers.add("Call-ID", secrets.token_hex(12))
        request.headers.add("CSeq", "1 OPTIONS")
        request.headers.add("Max-Forwards", "70")
        return await self.send(request, address, give_up=within)

    # ── for Invitation, Incoming and Call ──────────────────────────────────────────────────────────

    async def resolve(self, uri: str) -> Address:
        """Where a request to `uri` is sent. Raises CallFailed."""
        try:
            parsed = SipUri.parse(uri)
            wanted = parsed.parameters.get("transport", self.transport_name).lower()
            if wanted != self.transport_name:
                raise SipError(f"{uri} asks for {wanted}, this user agent speaks {self.transport_name}")
            if numeric(parsed.host):
                return parsed.host, parsed.port
            return await asyncio.to_thread(resolve, parsed.host, parsed.port, self.transport_name)
        except SipError as error:
            raise CallFailed(0, str(error)) from error

    def host(self, towards: Address) -> str:
        """Our address as `towards` sees it."""
        return local_address(towards) if self._bind in ("0.0.0.0", "::", "") else self._bind

    def contact(self, towards: Address, user: str) -> str:
        host = self.host(towards)
        host = f"[{host}]" if ":" in host else host
        suffix = ";transport=tcp" if self.transport_name == "tcp" else ""
        return f"<sip:{user}@{host}:{self.port}{suffix}>"

    async def send(
        self,
        request: Request,
        address: Address,
        *,
        give_up: float = GIVE_UP,
        ringing: float = 180.0,
        provisional: Callable[[Response], None] | None = None,
    ) -> Response:
        """Send a request in a transaction of its own and wait for its final response. Raises CallFailed."""
        try:
            peer = await self._bound().connect(address)
        except SipError as error:
            raise CallFailed(0, str(error)) from error
        self.stamp(request, address)
        key = (branch_of(request.headers.get("Via")), request.method)
        transaction = self._transactions[key] = ClientTransaction(request, peer, give_up)
        self._note("->", build(request))
        try:
            response = await transaction.final(provisional, ringing)
        finally:
            del self._transactions[key]
        if request.method == "INVITE" and response.status >= 300:
            self._acknowledge_refusal(request, response, peer)
        return response

    async def transact(self, request: Request, dialog: Dialog, give_up: float = GIVE_UP) -> Response:
        """Send a request inside a dialog, answering a digest challenge once. Raises CallFailed."""
        address = await self.resolve(dialog.next_hop)
        request.headers.set("Contact", self.contact(address, "caller"))
        response = await self.send(request, address, give_up=give_up)
        if response.status in (401, 407) and self.username:
            dialog.sequence += 1
            request.headers.set("CSeq", f"{dialog.sequence} {request.method}")
            self.authorize(request, response)
            response = await self.send(request, address, give_up=give_up)
        return response

    def stamp(self, request: Request, address: Address, same: str = "") -> None:
        """Put our Via on top: a fresh branch, or `same`."""
        host = self.host(address)
        host = f"[{host}]" if ":" in host else host
        via = f"SIP/2.0/{self._bound().name} {host}:{self.port};rport;branch={same or branch()}"
        request.headers.fields = [f for f in request.headers.fields if f[0] != "Via"]
        request.headers.fields.insert(0, ("Via", via))

    def authorize(self, request: Request, challenged: Response) -> None:
        """Add the answer to the first challenge that we can answer. Raises CallFailed."""
        name = "WWW-Authenticate" if challenged.status == 401 else "Proxy-Authenticate"
        reply = "Authorization" if challenged.status == 401 else "Proxy-Authorization"
        problem = f"{challenged.status} without {name}"
        for challenge in challenged.headers.all(name):
            try:
                value = digest.authorization(
                    challenge,
                    request.method,
                    request.uri,
                    username=self.username,
                    password=self.password,
                    cnonce=secrets.token_hex(8),
                )
            except digest.UnusableChallenge as error:
                problem = str(error)
                continue
            request.headers.set(reply, value)
            return
        raise CallFailed(challenged.status, problem)

    async def acknowledge(self, call: Call, number: int, body: bytes, lose: int = 0) -> None:
        """Send the ACK of a 2xx; the first `lose` of them are withheld."""
        request = call.dialog.request("ACK", number)
        address = await self.resolve(call.dialog.next_hop)
        self.stamp(request, address)
        if body:
            request.headers.add("Content-Type", "application/sdp")
            request.body = body
        peer = await self._bound().connect(address)
        self._note("->", build(request))
        call.acknowledge(build(request), peer, lose)

    async def transmit(self, request: Request, address: Address) -> None:
        """Send a request that nobody answers."""
        peer = await self._bound().connect(address)
        self._note("->", build(request))
        peer.send(build(request))

    def reply(self, request: Request, peer: Peer, response: Response) -> bytes:
        """Answer a request, now and when it is repeated."""
        if response.status < 300 and request.method in ("INVITE", "UPDATE"):
            response.headers.add("Contact", self.contact(peer.address, "caller"))
            response.headers.add("Allow", METHODS)
        data = build(response)
        self._note("->", data)
        self._answered.keep(request, data, time.monotonic())
        peer.send(data)
        return data

    def adopt(self, call: Call) -> None:
        self._calls[call.dialog.call_id, call.dialog.local_tag] = call

    def forget(self, call: Call) -> None:
        self._calls.pop((call.dialog.call_id, call.dialog.local_tag), None)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run beside; cancelled when the agent closes, a failure is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    # ── from the transport ─────────────────────────────────────────────────────────────────────────

    def received(self, message: SipMessage, peer: Peer) -> None:
        self._note("<-", build(message))
        if isinstance(message, Response):
            self._response(message)
        else:
            self._request(message, peer)

    def unreachable(self, address: Address, why: str) -> None:
        for transaction in list(self._transactions.values()):
            if transaction.peer.address == address:
                transaction.fail(f"{address[0]}:{address[1]} is unreachable: {why}")

    def _response(self, response: Response) -> None:
        method = response.headers.get("CSeq").split()[1]
        key = branch_of(response.headers.get("Via"))
        transaction = self._transactions.get((key, method))
        if transaction is not None:
            transaction.feed(response)
        elif method == "INVITE" and response.status >= 300 and key in self._refused:
            data, peer = self._refused[key]
            peer.send(data)
        elif method == "INVITE" and 200 <= response.status < 300:
            local = parameter(response.headers.get("From"), "tag") or ""
            call = self._calls.get((response.headers.get("Call-ID"), local))
            if call is not None:
                call.answered_again()

    def _request(self, request: Request, peer: Peer) -> None:
        earlier = self._answered.find(request, time.monotonic())
        if earlier is not None and request.method != "ACK":
            if earlier:
                peer.send(earlier)
            return
        our_tag = parameter(request.headers.get("To"), "tag")
        call = self._calls.get((request.headers.get("Call-ID"), our_tag or ""))
        if call is not None:
            call.asked_for(request, peer)
        elif request.method == "CANCEL":
            self._cancelled(request, peer)
        elif request.method == "ACK":
            return  # of a refusal
        elif request.headers.get("Call-ID") in self.inviting:  # its 200 is here, but was not looked at yet
            asyncio.get_running_loop().call_later(0.01, self._request, request, peer)
        elif our_tag is not None:
            self.reply(request, peer, answer_to(request, 481, "Call/Transaction Does Not Exist"))
        else:
            self._outside(request, peer)

    def _outside(self, request: Request, peer: Peer) -> None:
        """A request that belongs to no call."""
        if request.method == "OPTIONS":
            self.reply(request, peer, answer_to(request, 200, "OK", tag()))
        elif request.method == "INVITE" and self._answer is not None:
            incoming = Incoming(self, request, peer, self._ring)
            self._incoming[branch_of(request.headers.get("Via"))] = incoming
            self.spawn(self._take(incoming, self._answer))
        elif request.method == "INVITE":
            self.reply(request, peer, answer_to(request, 486, "Busy Here", tag()))
        else:
            response = answer_to(request, 405, "Method Not Allowed", tag())
            response.headers.add("Allow", METHODS)
            self.reply(request, peer, response)

    async def _take(self, incoming: Incoming, answer: Callable[[Call], Awaitable[None]]) -> None:
        try:
            call = await incoming.answer()
        finally:
            self._incoming.pop(branch_of(incoming.request.headers.get("Via")), None)
        if call is not None:
            try:
                await call.confirmed()
                await answer(call)
            finally:
                await call.hang_up()

    def _cancelled(self, request: Request, peer: Peer) -> None:
        incoming = self._incoming.get(branch_of(request.headers.get("Via")))
        found = (200, "OK") if incoming is not None else (481, "Call/Transaction Does Not Exist")
        self.reply(request, peer, answer_to(request, *found, tag()))
        if incoming is not None:
            incoming.cancel()

    def _acknowledge_refusal(self, invite: Request, response: Response, peer: Peer) -> None:
        ack = Request("ACK", invite.uri)
        for name in ("Via", "Route", "From"):
            for value in invite.headers.all(name):
                ack.headers.add(name, value)
        ack.headers.add("To", response.headers.get("To"))
        ack.headers.add("Call-ID", invite.headers.get("Call-ID"))
        ack.headers.add("CSeq", f"{invite.headers.get('CSeq').split()[0]} ACK")
        ack.headers.add("Max-Forwards", "70")
        key = branch_of(invite.headers.get("Via"))
        self._refused[key] = (build(ack), peer)
        while len(self._refused) > 64:
            del self._refused[next(iter(self._refused))]
        self._note("->", build(ack))
        peer.send(build(ack))

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("a task of the caller failed", error=str(task.exception()), exc_info=task.exception())

    def _bound(self) -> Transport:
        if self._transport is None:
            raise SipError("the user agent is not open: use it as `async with UserAgent() as ua`")
        return self._transport

    def _note(self, way: str, data: bytes) -> None:
        self.trace.append(f"{way} {data.decode('utf-8', 'replace')}")
