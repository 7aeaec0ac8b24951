"""A SIP peer of plain sockets: every byte of a test's call is its own, also the wrong ones.

It speaks just enough SIP to place a call, and sends and receives RTP as timestamped packets, so that tests can say
what was on the wire and when.
"""

from __future__ import annotations

import asyncio
import random
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass, field

import numpy as np

from tests.telephony.line_process import PATIENCE_S

Address = tuple[str, int]
PCMU, PCMA, G722, EVENT = 0, 8, 9, 101


def ulaw(samples: np.ndarray) -> bytes:
    """G.711 mu-law of int16 samples at 8 kHz."""
    x = np.clip(samples.astype(np.int32), -32635, 32635)
    sign = np.where(x < 0, 0x80, 0)
    x = np.abs(x) + 132
    exponent = np.floor(np.log2(x)).astype(np.int32) - 7
    mantissa = (x >> (exponent + 3)) & 0x0F
    return ((~(sign | (exponent << 4) | mantissa)) & 0xFF).astype(np.uint8).tobytes()


def from_ulaw(data: bytes) -> np.ndarray:
    """int16 samples of G.711 mu-law."""
    u = (~np.frombuffer(data, dtype=np.uint8)).astype(np.int32) & 0xFF
    value = (((u & 0x0F) << 3) + 132) << ((u >> 4) & 7)
    return np.where(u & 0x80, 132 - value, value - 132).astype(np.int16)


@dataclass(frozen=True)
class Packet:
    """One RTP packet as it came."""

    time: float  # time.monotonic()
    source: Address
    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes


@dataclass
class Rtp:
    """An RTP socket that sends on request and keeps everything it receives."""

    packets: list[Packet] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.port: int = self.sock.getsockname()[1]
        self.ssrc = random.getrandbits(32)
        self.sequence = random.getrandbits(12)
        self.timestamp = random.getrandbits(20)
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()

    def send(
        self, to: Address, payload: bytes, payload_type: int = PCMU, samples: int = 160, marker: bool = False
    ) -> None:
        """One packet; the clock goes on by `samples`."""
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.sock.sendto(self.pack(payload, payload_type, marker), to)
        self.timestamp = (self.timestamp + samples) & 0xFFFFFFFF

    def pack(self, payload: bytes, payload_type: int, marker: bool = False) -> bytes:
        mark = 0x80 if marker else 0
        return struct.pack("!BBHII", 0x80, payload_type | mark, self.sequence, self.timestamp, self.ssrc) + payload

    async def speak(self, to: Address, samples: np.ndarray, ptime: int = 20) -> None:
        """Send int16 samples at 8 kHz in real time as PCMU."""
        step = 8 * ptime
        began = time.monotonic()
        for index in range(0, len(samples), step):
            self.send(to, ulaw(samples[index : index + step]), samples=step)
            due = began + (index + step) / 8000
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def heard(self) -> np.ndarray:
        """All PCMU received, as int16 samples at 8 kHz."""
        parts = [from_ulaw(packet.payload) for packet in self.packets if packet.payload_type == PCMU]
        return np.concatenate(parts) if parts else np.zeros(0, np.int16)

    def first_loud(self, after: float = 0.0, level: int = 500) -> float | None:
        """When the first packet came whose peak is over `level`."""
        for packet in list(self.packets):
            if packet.time >= after and packet.payload_type == PCMU and np.abs(from_ulaw(packet.payload)).max() > level:
                return packet.time
        return None

    def close(self) -> None:
        self.sock.close()

    def _receive(self) -> None:
        while True:
            try:
                data, source = self.sock.recvfrom(4096)
            except OSError:
                return
            if len(data) < 12 or data[0] >> 6 != 2:
                continue
            _, kind, sequence, timestamp, ssrc = struct.unpack("!BBHII", data[:12])
            self.packets.append(Packet(time.monotonic(), source, kind & 0x7F, sequence, timestamp, ssrc, data[12:]))


class Peer:
    """A UDP SIP peer with one call. Use as `async with Peer(port) as peer`."""

    def __init__(
        self, to_port: int, to_host: str = "127.0.0.1", bind: str = "127.0.0.1", user: str = "5550100"
    ) -> None:
        self.to: Address = (to_host, to_port)
        self.bind = bind
        self.user = user
        self.rtp = Rtp()
        self.call_id = f"{random.getrandbits(64):x}@wire"
        self.tag = f"{random.getrandbits(32):x}"
        self.remote_tag = ""
        self.cseq = 0
        self.branch = ""
        self.number = "100"
        self.media: Address = ("", 0)
        self.inbox: asyncio.Queue[str] = asyncio.Queue()

    async def __aenter__(self) -> Peer:
        loop = asyncio.get_running_loop()
        peer = self

        class Protocol(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, addr: Address) -> None:
                peer.inbox.put_nowait(data.decode("utf-8", "replace"))

        self.transport, _ = await loop.create_datagram_endpoint(Protocol, local_addr=(self.bind, 0))
        self.port: int = self.transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.transport.close()
        self.rtp.close()

    def send(self, message: str | bytes) -> None:
        self.transport.sendto(message.encode() if isinstance(message, str) else message, self.to)

    def request(self, method: str, body: str = "", headers: str = "", cseq: int | None = None, branch: str = "") -> str:
        """Compose a request of this call."""
        if cseq is None:
            self.cseq += 1
            cseq = self.cseq
        self.branch = branch or f"z9hG4bK{random.getrandbits(48):x}"
        to_tag = f";tag={self.remote_tag}" if self.remote_tag else ""
        content = "Content-Type: application/sdp\r\n" if body and "Content-Type" not in headers else ""
        return (
            f"{method} sip:{self.number}@{self.to[0]}:{self.to[1]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self.bind}:{self.port};rport;branch={self.branch}\r\n"
            f"From: <sip:{self.user}@{self.bind}>;tag={self.tag}\r\n"
            f"To: <sip:{self.number}@{self.to[0]}>{to_tag}\r\n"
            f"Call-ID: {self.call_id}\r\nCSeq: {cseq} {method}\r\nMax-Forwards: 70\r\n"
            f"Contact: <sip:{self.user}@{self.bind}:{self.port}>\r\n"
            f"{headers}{content}Content-Length: {len(body.encode())}\r\n\r\n{body}"
        )

    def sdp(
        self, payloads: str = "0 101", *, direction: str = "sendrecv", port: int | None = None, host: str = "127.0.0.1",
        ptime: int = 20, extra: str = "",
    ) -> str:  # fmt: skip
        port = self.rtp.port if port is None else port
        return (
            f"v=0\r\no=- 1 {self.cseq + 1} IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP {payloads}\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
            f"a=rtpmap:9 G722/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
            f"a=ptime:{ptime}\r\na={direction}\r\n{extra}"
        )

    async def expect(self, pattern: str, within: float = PATIENCE_S) -> str:
        """The next message whose first line matches; others are skipped. Requests of the line get a 200."""
        deadline = time.monotonic() + within
        seen = []
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"no {pattern!r} within {within} s; seen: {seen}")
            try:
                message = await asyncio.wait_for(self.inbox.get(), left)
            except TimeoutError:
                continue
            first = message.partition("\r\n")[0]
            seen.append(first)
            if not first.startswith("SIP/2.0") and not first.startswith("ACK"):
                self.send(self.response(message, 200, "OK"))
            if re.search(pattern, first):
                return message

    def response(self, request: str, status: int, reason: str, body: str = "") -> str:
        """Answer a request of the line."""
        kept = [
            line
            for line in request.partition("\r\n\r\n")[0].split("\r\n")
            if re.match(r"(Via|From|To|Call-ID|CSeq|Record-Route):", line, re.IGNORECASE)
        ]
        content = "Content-Type: application/sdp\r\n" if body else ""
        return (
            f"SIP/2.0 {status} {reason}\r\n" + "\r\n".join(kept) + "\r\n"
            f"Contact: <sip:{self.user}@{self.bind}:{self.port}>\r\n{content}Content-Length: {len(body)}\r\n\r\n{body}"
        )

    async def call(self, number: str = "100", sdp: str | None = None, headers: str = "", ack: bool = True) -> str:
        """Place a call and acknowledge its answer; returns the final response."""
        self.number = number
        self.send(self.request("INVITE", self.sdp() if sdp is None else sdp, headers))
        final = await self.expect(r"^SIP/2.0 [2-6]")
        found = re.search(r"^To:.*;tag=([^\r;]+)", final, re.MULTILINE)
        self.remote_tag = found[1] if found else ""
        if final.startswith("SIP/2.0 200"):
            self.learn_media(final)
            if ack:
                self.ack()
        else:
            self.send(self.request("ACK", cseq=self.cseq, branch=self.branch))
        return final

    def ack(self, body: str = "") -> float:
        """Acknowledge a 200; returns when."""
        self.send(self.request("ACK", body, cseq=self.cseq))
        return time.monotonic()

    def learn_media(self, message: str) -> None:
        host = re.search(r"^c=IN IP4 (\S+)", message, re.MULTILINE)
        port = re.search(r"^m=audio (\d+)", message, re.MULTILINE)
        if host and port:
            self.media = (host[1], int(port[1]))

    async def bye(self) -> None:
        self.send(self.request("BYE"))
        await self.expect(r"^SIP/2.0 (200|481)")
