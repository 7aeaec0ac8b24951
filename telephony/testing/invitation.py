"""Placing one call: the INVITE with its offer, digest, cancelling, the ACK."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telephony.errors import CallFailed
from telephony.testing import sdp
from telephony.testing.call import Call
from telephony.testing.dialog import Dialog, tag
from telephony.testing.negotiation import Negotiation
from telephony.testing.sip import METHODS, Request, Response, address_uri, parameter
from telephony.testing.stream import Stream
from telephony.testing.transport import Address

if TYPE_CHECKING:
    from telephony.testing.relay import Leg, Relay
    from telephony.testing.user_agent import UserAgent


@dataclass
class Invitation:
    """One attempt to place a call; the options are those of `UserAgent.call`."""

    agent: UserAgent
    target: str
    caller: str
    codecs: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    ptime: int
    events: bool
    offerless: bool
    session_expires: int
    proxy: str
    lose_acks: int
    rewrite: Callable[[bytes], bytes] | None
    relay: Relay | None
    ringing: bool = False  # a provisional response came, so that a CANCEL may be sent

    async def place(self, answer_within: float, reply_within: float) -> Call:
        """The answered call. Raises CallFailed."""
        address = await self.agent.resolve(self.proxy or self.target)
        stream = Stream(self.agent.host(address))
        leg: Leg | None = None
        call_id = f"{secrets.token_hex(12)}@{self.agent.host(address)}"
        self.agent.inviting.add(call_id)
        try:
            if self.relay is not None:
                leg = self.relay.leg((self.agent.host(address), stream.port))
            where = leg.advertised if leg is not None else (self.agent.host(address), stream.port)
            formats = sdp.formats(self.codecs, sdp.EVENT_TYPE if self.events else None)
            negotiation = Negotiation(sdp.Media(where[0], where[1], formats, ptime=self.ptime), leg)
            invite = self._invite(address, call_id, negotiation)
            began = time.monotonic()
            response = await self._answer(invite, address, answer_within, reply_within)
            call = Call(self.agent, Dialog.of_answer(invite, response), stream, negotiation)
            call.answered_after_ms = (time.monotonic() - began) * 1000.0
            return await self._up(call, invite, response, negotiation)
        except BaseException:
            self.agent.media.remove(stream)
            if leg is not None:
                leg.close()
            raise
        finally:
            self.agent.inviting.discard(call_id)

    def _invite(self, address: Address, call_id: str, negotiation: Negotiation) -> Request:
        invite = Request("INVITE", self.target)
        host = self.agent.host(address)
        if self.proxy:
            invite.headers.add("Route", f"<{self.proxy};lr>")
        invite.headers.add("From", f"<sip:{self.caller}@{host}>;tag={tag()}")
        invite.headers.add("To", f"<{self.target}>")
        invite.headers.add("Call-ID", call_id)
        invite.headers.add("CSeq", "1 INVITE")
        invite.headers.add("Contact", self.agent.contact(address, "caller"))
        invite.headers.add("Max-Forwards", "70")
        invite.headers.add("Allow", METHODS)
        invite.headers.add("User-Agent", "offhook-call")
        if self.session_expires:
            invite.headers.add("Supported", "timer")
            invite.headers.add("Session-Expires", str(self.session_expires))
            invite.headers.add("Min-SE", str(min(90, self.session_expires)))
        for name, value in self.headers:
            invite.headers.add(name, value)
        if not self.offerless:
            body = negotiation.describe()
            invite.headers.add("Content-Type", "application/sdp")
            invite.body = self.rewrite(body) if self.rewrite is not None else body
        return invite

    async def _answer(self, invite: Request, address: Address, answer_within: float, reply_within: float) -> Response:
        """The 2xx; a challenge is answered once. Raises CallFailed for everything else."""
        response = await self._attempt(invite, address, answer_within, reply_within)
        if response.status in (401, 407):
            if not self.agent.username:
                raise CallFailed(response.status, f"{response.reason}: the peer asks for a user and a password")
            invite.headers.set("CSeq", "2 INVITE")
            self.agent.authorize(invite, response)
            response = await self._attempt(invite, address, answer_within, reply_within)
            if response.status in (401, 407):
                raise CallFailed(response.status, f"{response.reason}: user or password is wrong")
        if response.status >= 300:
            raise refusal(response)
        return response

    async def _attempt(self, invite: Request, address: Address, answer_within: float, reply_within: float) -> Response:
        self.ringing = False
        sending = asyncio.ensure_future(
            self.agent.send(
                invite, address, give_up=reply_within, ringing=answer_within + 10, provisional=self._provisional
            )
        )
        try:
            done, _ = await asyncio.wait({sending}, timeout=answer_within)
        except asyncio.CancelledError:
            await self._cancel(invite, address, sending)
            raise
        if done:
            return sending.result()
        response = await self._cancel(invite, address, sending)
        if response is not None and response.status < 300:
            return response  # answered while we cancelled: the call is up (RFC 3261, 9.1)
        status = response.status if response is not None else 0
        raise CallFailed(status, f"no answer within {answer_within:g} s; cancelled")

    async def _cancel(self, invite: Request, address: Address, sending: asyncio.Future[Response]) -> Response | None:
        if self.ringing:
            cancel = Request("CANCEL", invite.uri)
            for name in ("Via", "Route", "From", "To", "Call-ID"):
                for value in invite.headers.all(name):
                    cancel.headers.add(name, value)
            cancel.headers.add("CSeq", f"{invite.headers.get('CSeq').split()[0]} CANCEL")
            cancel.headers.add("Max-Forwards", "70")
            await self.agent.transmit(cancel, address)
            done, _ = await asyncio.wait({sending}, timeout=4.0)
            if done and sending.exception() is None:
                return sending.result()
        sending.cancel()
        await asyncio.wait({sending})
        return None

    def _provisional(self, response: Response) -> None:
        self.ringing = True

    async def _up(self, call: Call, invite: Request, response: Response, negotiation: Negotiation) -> Call:
        """Acknowledge, and open the media; a description that cannot be used ends the call again."""
        call.status, call.headers = response.status, response.headers.fields
        self.agent.adopt(call)
        body, problem = b"", ""
        try:
            media = sdp.parse(response.body)
            if self.offerless:
                body = negotiation.describe(sdp.MIRROR[media.direction], media)
        except sdp.BadSession as error:
            problem = str(error)
        number = int(invite.headers.get("CSeq").split()[0])
        await self.agent.acknowledge(call, number, body, self.lose_acks)
        try:
            if problem:
                raise sdp.BadSession(problem)
            call.begin(media, time.monotonic())
        except sdp.BadSession as error:
            await call.hang_up()
            raise CallFailed(0, f"answered with an unusable session description: {error}") from error
        expires = response.headers.get("Session-Expires")
        if expires and self.session_expires and parameter(expires, "refresher") == "uac":
            call.refresh_every(float(expires.partition(";")[0]))
        return call


def refusal(response: Response) -> CallFailed:
    """A final response that is no success, in words."""
    reason = response.reason
    if 300 <= response.status < 400:
        where = ", ".join(address_uri(contact) for contact in response.headers.all("Contact"))
        reason = f"{reason}: the peer redirects to {where or 'nowhere'}; redirects are not followed, call that address"
    for name in ("Retry-After", "Warning", "Reason"):
        if response.headers.get(name):
            reason += f" ({name}: {response.headers.get(name)})"
    return CallFailed(response.status, reason)
