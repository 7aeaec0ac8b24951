"""What the caller puts on the wire, against a peer scripted message by message."""

import asyncio
import hashlib
import re

import pytest

from telephony.errors import CallFailed
from telephony.testing import sdp
from telephony.testing.caller import UserAgent
from telephony.testing.sip import Request, parameter

from .wire import WirePeer, scripted


async def test_digest_is_answered_once_with_a_new_cseq() -> None:
    async def peer_script(peer: WirePeer) -> None:
        first = await peer.expect("INVITE")
        peer.refuse(first, 407, "Proxy Auth", ("Proxy-Authenticate", 'Digest realm="r", nonce="n", qop="auth"'))
        ack = await peer.expect("ACK")
        assert ack.headers.get("Via") == first.headers.get("Via")
        second = await peer.expect("INVITE")
        given = dict(re.findall(r'(\w+)="?([^",]*)', second.headers.get("Proxy-Authorization")))
        secret = hashlib.md5(b"joe:r:s3cret").hexdigest()
        target = hashlib.md5(f"INVITE:{second.uri}".encode()).hexdigest()
        text = f"{secret}:n:{given['nc']}:{given['cnonce']}:auth:{target}"
        assert given["response"] == hashlib.md5(text.encode()).hexdigest()
        assert second.headers.get("CSeq") == "2 INVITE"
        peer.accept(second)
        assert (await peer.expect("ACK")).headers.get("CSeq") == "2 ACK"
        peer.refuse(await peer.expect("BYE"), 200, "OK")

    async with scripted(peer_script) as peer, UserAgent(username="joe", password="s3cret") as ua:
        call = await ua.call(f"sip:1@127.0.0.1:{peer.port}")
        await call.hang_up()


async def test_a_wrong_password_is_said_so() -> None:
    async def peer_script(peer: WirePeer) -> None:
        for _ in range(2):
            peer.refuse(
                await peer.expect("INVITE"), 401, "Unauthorized", ("WWW-Authenticate", 'Digest realm="r", nonce="n"')
            )
            await peer.expect("ACK")

    async with scripted(peer_script) as peer, UserAgent(username="joe", password="x") as ua:
        with pytest.raises(CallFailed, match="401 Unauthorized: user or password is wrong"):
            await ua.call(f"sip:1@127.0.0.1:{peer.port}")


async def test_requests_follow_the_recorded_route() -> None:
    async def peer_script(peer: WirePeer) -> None:
        invite = await peer.expect("INVITE")
        here = f"127.0.0.1:{peer.port}"
        routes = [("Record-Route", f"<sip:{here};lr;n=2>, <sip:{here};lr;n=1>")]
        response = peer.accept(invite, *routes)
        assert response.status == 200
        ack = await peer.expect("ACK")
        assert ack.headers.all("Route") == [f"<sip:{here};lr;n=1>", f"<sip:{here};lr;n=2>"]
        assert ack.uri == f"sip:bot@{here}"
        bye = await peer.expect("BYE")
        assert bye.headers.all("Route") == ack.headers.all("Route")
        assert bye.headers.get("CSeq") == "2 BYE"
        peer.refuse(bye, 200, "OK")

    async with scripted(peer_script) as peer, UserAgent() as ua:
        await (await ua.call(f"sip:1@127.0.0.1:{peer.port}")).hang_up()


async def test_an_invite_is_sent_again_and_a_lost_ack_too() -> None:
    async def peer_script(peer: WirePeer) -> None:
        first = await peer.expect("INVITE")
        again = await peer.expect("INVITE")  # timer A, after 500 ms
        assert again.headers.get("Via") == first.headers.get("Via")
        peer.accept(again)
        with pytest.raises(TimeoutError):
            await peer.expect("ACK", within=0.2)
        peer.accept(again)
        await peer.expect("ACK")
        peer.refuse(await peer.expect("BYE"), 200, "OK")

    async with scripted(peer_script) as peer, UserAgent() as ua:
        call = await ua.call(f"sip:1@127.0.0.1:{peer.port}", lose_acks=1)
        await asyncio.sleep(0.4)
        await call.hang_up()


async def test_nobody_answers() -> None:
    async def silent(peer: WirePeer) -> None:
        await peer.expect("INVITE")

    async with scripted(silent) as peer, UserAgent() as ua:
        with pytest.raises(CallFailed, match=r"no answer to INVITE from 127.0.0.1:\d+ within 0.3 s") as failed:
            await ua.call(f"sip:1@127.0.0.1:{peer.port}", reply_within=0.3)
        assert failed.value.status == 0


async def test_a_closed_port_is_known_at_once() -> None:
    async with UserAgent() as other:
        port = other.port
    for transport in ("udp", "tcp"):
        async with UserAgent(transport=transport) as ua:
            with pytest.raises(CallFailed, match=rf"127.0.0.1:{port}.*[Rr]efused|nobody listens|Connect call failed"):
                await asyncio.wait_for(ua.call(f"sip:1@127.0.0.1:{port}"), 15)  # and not when the timer of 32 s is over


@pytest.mark.parametrize(
    ("status", "headers", "complaint"),
    [
        (486, [], "^486 Nope$"),
        (503, [("Retry-After", "30")], r"503 Nope \(Retry-After: 30\)"),
        (302, [("Contact", "<sip:2@192.0.2.1>")], "redirects to sip:2@192.0.2.1; redirects are not followed"),
    ],
)
async def test_refusals_in_words(status: int, headers: list[tuple[str, str]], complaint: str) -> None:
    async def peer_script(peer: WirePeer) -> None:
        invite = await peer.expect("INVITE")
        peer.refuse(invite, status, "Nope", *headers)
        await peer.expect("ACK")
        peer.refuse(invite, status, "Nope", *headers)  # its ACK was lost: it is sent again
        await peer.expect("ACK")

    async with scripted(peer_script) as peer, UserAgent() as ua:
        with pytest.raises(CallFailed, match=complaint):
            await ua.call(f"sip:1@127.0.0.1:{peer.port}")
        await asyncio.sleep(0.1)


async def test_a_call_that_only_rings_is_cancelled() -> None:
    async def peer_script(peer: WirePeer) -> None:
        invite = await peer.expect("INVITE")
        peer.refuse(invite, 180, "Ringing")
        cancel = await peer.expect("CANCEL")
        assert cancel.headers.all("Via") == invite.headers.all("Via")
        assert cancel.headers.get("CSeq") == "1 CANCEL"
        peer.refuse(cancel, 200, "OK")
        peer.refuse(invite, 487, "Request Terminated")
        await peer.expect("ACK")

    async with scripted(peer_script) as peer, UserAgent() as ua:
        with pytest.raises(CallFailed, match=r"no answer within 0.3 s; cancelled") as failed:
            await ua.call(f"sip:1@127.0.0.1:{peer.port}", answer_within=0.3)
        assert failed.value.status == 487


@pytest.mark.parametrize("body", [b"", b"v=0\r\nm=aud", b"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 0 RTP/AVP 0\r\n"])
async def test_an_answer_without_usable_media_is_hung_up(body: bytes) -> None:
    async def peer_script(peer: WirePeer) -> None:
        peer.accept(await peer.expect("INVITE"), body=body)
        await peer.expect("ACK")
        peer.refuse(await peer.expect("BYE"), 200, "OK")

    async with scripted(peer_script) as peer, UserAgent() as ua:
        with pytest.raises(CallFailed, match="unusable session description"):
            await ua.call(f"sip:1@127.0.0.1:{peer.port}")


async def test_an_offer_in_the_answer_is_answered_in_the_ack() -> None:
    async def peer_script(peer: WirePeer) -> None:
        invite = await peer.expect("INVITE")
        assert not invite.body
        peer.accept(invite, body=sdp.build(sdp.Media("127.0.0.1", 9, {8: "PCMA", 0: "PCMU", 96: sdp.EVENT}), 1, 1))
        answer = sdp.parse((await peer.expect("ACK")).body)
        assert answer.formats == {8: "PCMA", 96: sdp.EVENT}
        peer.refuse(await peer.expect("BYE"), 200, "OK")

    async with scripted(peer_script) as peer, UserAgent() as ua:
        call = await ua.call(f"sip:1@127.0.0.1:{peer.port}", offerless=True)
        assert call.codec == "PCMA"
        await call.hang_up()


async def test_a_session_that_we_have_to_refresh() -> None:
    async def peer_script(peer: WirePeer) -> None:
        invite = await peer.expect("INVITE")
        assert invite.headers.get("Session-Expires") == "2"
        peer.accept(invite, ("Session-Expires", "2;refresher=uac"))
        await peer.expect("ACK")
        refresh = await peer.expect("UPDATE")
        assert refresh.headers.get("Session-Expires") == "2;refresher=uac"
        assert not refresh.body
        peer.refuse(refresh, 200, "OK")
        peer.refuse(await peer.expect("BYE"), 200, "OK")

    async with scripted(peer_script) as peer, UserAgent() as ua:
        call = await ua.call(f"sip:1@127.0.0.1:{peer.port}", session_expires=2)
        assert ("Session-Expires", "2;refresher=uac") in call.headers
        await asyncio.sleep(1.2)
        await call.hang_up()


async def test_what_the_peer_asks_in_the_dialog_is_answered() -> None:
    def ask(peer: WirePeer, invite: Request, method: str, number: int, body: bytes = b"") -> None:
        request = Request(method, f"sip:caller@127.0.0.1:{peer.sender[1]}", body=body)
        for name, value in (
            ("Via", f"SIP/2.0/UDP 127.0.0.1:{peer.port};branch=z9hG4bK{method}{number}"),
            ("From", f"{invite.headers.get('To')};tag=peer"),
            ("To", invite.headers.get("From")),
            ("Call-ID", invite.headers.get("Call-ID")),
            ("CSeq", f"{number} {method}"),
            ("Session-Expires", "90;refresher=uac"),
        ):
            request.headers.add(name, value)
        peer.say(request)

    async def peer_script(peer: WirePeer) -> None:
        invite = await peer.expect("INVITE")
        peer.accept(invite)
        await peer.expect("ACK")
        ask(peer, invite, "UPDATE", 1)
        refreshed = await peer.expect_answer()
        assert (refreshed.status, refreshed.headers.get("Session-Expires")) == (200, "90;refresher=uac")
        for number, (method, status) in enumerate(
            [("NOTIFY", 200), ("OPTIONS", 200), ("REFER", 603), ("PUBLISH", 405)], start=2
        ):
            ask(peer, invite, method, number)
            assert (await peer.expect_answer()).status == status
        ask(peer, invite, "INFO", 6, b"Signal=5\r\nDuration=160\r\n")
        assert (await peer.expect_answer()).status == 200
        ask(peer, invite, "INVITE", 7, sdp.build(sdp.Media("127.0.0.1", 9, {0: "PCMU"}, "sendonly"), 1, 2))
        held = await peer.expect_answer()
        assert sdp.parse(held.body).direction == "recvonly"
        assert parameter(held.headers.get("To"), "tag") == parameter(invite.headers.get("From"), "tag")
        assert (await peer.expect_answer()).status == 200  # sent again: we owe it the ACK
        ask(peer, invite, "ACK", 7)
        ask(peer, invite, "UPDATE", 7)
        assert (await peer.expect_answer()).status == 500  # CSeq did not rise
        ask(peer, invite, "BYE", 8)
        assert (await peer.expect_answer()).status == 200

    async with scripted(peer_script) as peer, UserAgent() as ua:
        call = await ua.call(f"sip:1@127.0.0.1:{peer.port}")
        assert (await call.ended(8)).by == "peer"
        assert call.digits == "5"
        assert call.held_by_peer
        assert ua.calls == []
