"""RTP packets (RFC 3550, 5.1) and telephone events inside them (RFC 4733): bytes to values and back, pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from telephony.errors import TelephonyError

DIGITS = "0123456789*#ABCD"
_HEADER = struct.Struct(">BBHII")
_EVENT = struct.Struct(">BBH")


class MalformedPacket(TelephonyError):
    """A datagram that is not RTP."""


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """One packet; `timestamp` in units of the 8 kHz RTP clock."""

    kind: int  # payload type
    sequence: int
    timestamp: int
    source: int  # SSRC
    payload: bytes
    marker: bool = False

    def encode(self) -> bytes:
        second = self.kind | (0x80 if self.marker else 0)
        return _HEADER.pack(0x80, second, self.sequence, self.timestamp, self.source) + self.payload

    @classmethod
    def decode(cls, data: bytes) -> RtpPacket:
        """Raises MalformedPacket, also for RTCP that strays into an RTP port (RFC 5761, 4)."""
        if len(data) < _HEADER.size or data[0] >> 6 != 2:
            raise MalformedPacket(f"{len(data)} bytes are not RTP version 2")
        first, second, sequence, timestamp, source = _HEADER.unpack_from(data)
        if 192 <= second <= 223:
            raise MalformedPacket("RTCP in the RTP port")
        start = _HEADER.size + 4 * (first & 0x0F)
        if first & 0x10 and len(data) >= start + 4:
            start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
        end = len(data) - (data[-1] if first & 0x20 else 0)
        if start > end:
            raise MalformedPacket("RTP header, extension and padding are longer than the packet")
        return cls(second & 0x7F, sequence, timestamp, source, data[start:end], bool(second & 0x80))


@dataclass(frozen=True, slots=True)
class TelephoneEvent:
    """The payload of one event packet; `duration` in RTP clock units since the event began."""

    digit: str
    ended: bool
    duration: int

    def encode(self) -> bytes:
        return _EVENT.pack(DIGITS.index(self.digit), (0x80 if self.ended else 0) | 10, self.duration)

    @classmethod
    def decode(cls, payload: bytes) -> TelephoneEvent:
        """Raises MalformedPacket for a short payload or an event that is no key."""
        if len(payload) < _EVENT.size:
            raise MalformedPacket(f"telephone event of {len(payload)} bytes")
        event, flags, duration = _EVENT.unpack_from(payload)
        if event >= len(DIGITS):
            raise MalformedPacket(f"telephone event {event} is not a key")
        return cls(DIGITS[event], bool(flags & 0x80), duration)


def press(digit: str, interval: int, length: int) -> Iterator[TelephoneEvent]:
    """The packets of one key press, one for every `interval` RTP clock units until `length`, the end sent three
    times (RFC 4733, 2.5.1.4). Raises ValueError for what is not a key."""
    if digit not in DIGITS:
        raise ValueError(f"{digit!r} is not a DTMF key; the keys are {DIGITS}")
    for duration in range(interval, length, interval):
        yield TelephoneEvent(digit, False, duration)
    for _ in range(3):
        yield TelephoneEvent(digit, True, length)


def distance(newer: int, older: int, bits: int) -> int:
    """`newer - older` of counters that wrap at `bits`, between -2^(bits-1) and 2^(bits-1)-1."""
    half = 1 << (bits - 1)
    return ((newer - older + half) & ((1 << bits) - 1)) - half
