"""One call's RTP: a packet sent every `ptime` by an absolute clock, every arriving packet kept with its time.

The asyncio side arranges (`open`, `direct`, `say`, `press`); the media thread (`media_thread.py`) calls `send_due` and
`receive`. What crosses between the two are whole frozen values and a deque.
"""

from __future__ import annotations

import random
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from telephony.audio import SAMPLE_RATE, Samples, resample
from telephony.errors import SipError
from telephony.testing.background import Background
from telephony.testing.codec import RTP_CLOCK, Codec, open_codec
from telephony.testing.echo_path import EchoPath
from telephony.testing.measure import Span
from telephony.testing.recorder import Playout, Recording, Track, recording
from telephony.testing.reflection import Reflection
from telephony.testing.rtp import MalformedPacket, RtpPacket, TelephoneEvent, distance, press

AUDIBLE_RMS = 104.0  # -50 dBFS
_STALL_S = 0.2  # further behind than this the clock starts anew instead of sending a burst
_TIMESTAMPNS = 35  # SO_TIMESTAMPNS and SCM_TIMESTAMPNS of Linux
_TIMESPEC = struct.Struct("qq")
_KEY_MS, _KEY_GAP_MS = 100, 80


@dataclass(frozen=True)
class Path:
    """Where and how to send; replaced as a whole by a re-INVITE."""

    remote: tuple[str, int]
    kind: int
    codec: str
    event_type: int | None
    sending: bool = True
    ptime: int = 20  # ms


@dataclass
class Counters:
    """What happened to the packets of one call."""

    sent: int = 0
    received: int = 0
    lost: int = 0  # gaps in the sequence numbers not filled later
    duplicate: int = 0
    late: int = 0
    malformed: int = 0
    sources: set[tuple[str, int]] = field(default_factory=set)


@dataclass
class _Utterance:
    frames: deque[tuple[Samples, int]]  # samples, and how many of them are the caller's and no padding
    done: Callable[[Span], None]
    start: int | None = None


def rtp_socket(address: str) -> socket.socket:
    """A UDP socket on an even port, with kernel time stamps."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for _ in range(50):
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.bind((address, 0))
        if sock.getsockname()[1] % 2 == 0:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 19)
            sock.setsockopt(socket.SOL_SOCKET, _TIMESTAMPNS, 1)
            sock.setblocking(False)
            return sock
        sock.close()
    raise SipError(f"no even UDP port is free on {address}")


class Stream:
    """The RTP of one call."""

    def __init__(self, address: str) -> None:
        self.sock = rtp_socket(address)
        self.port: int = self.sock.getsockname()[1]
        self.path: Path | None = None
        self.zero = 0.0  # monotonic time of sample 0
        self.due = 0.0  # when the next packet is to be sent
        self.lateness: list[float] = []  # seconds, one a packet sent
        self.counters = Counters()
        self.digits: list[tuple[str, int]] = []  # received, with their position
        self.audible: deque[tuple[float, float]] = deque(maxlen=1)  # (since, last): monotonic times of the bot's voice
        self._ours, self._theirs = Track(), Track()
        self._queue: deque[_Utterance] = deque()
        self._keys: deque[tuple[Iterator[TelephoneEvent], Callable[[], None]]] = deque()
        self._pressing: tuple[int, Iterator[TelephoneEvent], Callable[[], None]] | None = None
        self._sequence, self._clock = random.randrange(1 << 15), random.randrange(1 << 31)
        self._quiet_until = self._clock  # the gap after a key
        self._source = random.randrange(1 << 32)
        self._encoder: Codec | None = None
        self._background: Background | None = None
        self._reflection: Reflection | None = None
        self._decoders: dict[int, Codec] = {}
        self._hearing: dict[tuple[int, int], Playout] = {}  # (SSRC, rate)
        self._newest: dict[int, int] = {}  # SSRC -> newest sequence number
        self._missing: dict[int, set[int]] = {}
        self._event_key: tuple[int, int] | None = None
        self._first = True

    # ── asked for by the call ──────────────────────────────────────────────────────────────────────

    def open(self, path: Path, zero: float) -> None:
        """Begin: the clock's sample 0 is at monotonic time `zero`."""
        self.zero = self.due = zero
        self.direct(path)

    def direct(self, path: Path) -> None:
        """Send on this path from now on."""
        if self.path is None or self.path.codec != path.codec or self._encoder is None:
            self._encoder = open_codec(path.codec)
        self.path = path

    def say(self, samples: Samples, done: Callable[[Span], None]) -> None:
        """Queue 16 kHz samples; `done` is called on the media thread with where they lie on the recording."""
        assert self.path is not None, "the stream is not open"
        assert self._encoder is not None, "an open stream has an encoder"
        rate = self._encoder.rate
        wave = resample(samples, SAMPLE_RATE, rate)
        size = rate * self.path.ptime // 1000
        padded = np.pad(wave, (0, -len(wave) % size))
        frames = deque((padded[i : i + size], min(size, len(wave) - i)) for i in range(0, len(padded), size))
        if not frames:
            done(Span(self.now(), self.now()))
            return
        self._queue.append(_Utterance(frames, done))

    def surround(self, samples: Samples) -> None:
        """Mix 16 kHz `samples` under everything that is sent from now on, in a loop."""
        assert self._encoder is not None, "the stream is not open"
        self._background = Background(samples, self._encoder.rate)

    def reflect(self, path: EchoPath) -> None:
        """From now on the bot's own sound comes back by `path` in what is sent."""
        assert self._encoder is not None, "the stream is not open"
        self._reflection = Reflection(path, self._encoder.rate)

    def press(self, digits: str, done: Callable[[], None]) -> None:
        """Queue key presses as telephone events. Raises ValueError for what is not a key."""
        assert self.path is not None, "the stream is not open"
        step = RTP_CLOCK * self.path.ptime // 1000
        presses = [list(press(digit, step, RTP_CLOCK * _KEY_MS // 1000)) for digit in digits]
        for index, events in enumerate(presses):
            self._keys.append((iter(events), done if index == len(presses) - 1 else _nothing))

    def now(self) -> int:
        """The present on the recording's 16 kHz clock."""
        return max(0, round((time.monotonic() - self.zero) * SAMPLE_RATE))

    def recording(self) -> Recording:
        return recording(self._ours, self._theirs, self.now() if self.due else 0)

    # ── on the media thread ────────────────────────────────────────────────────────────────────────

    def send_due(self, now: float) -> None:
        """Send the packet that is due."""
        path, encoder = self.path, self._encoder
        if path is None or encoder is None:
            return
        late = now - self.due
        self.lateness.append(late)
        units = RTP_CLOCK * path.ptime // 1000
        if late > _STALL_S:
            missed = int(late * 1000 / path.ptime)
            self.due += missed * path.ptime / 1000
            self._clock = (self._clock + missed * units) & 0xFFFFFFFF
        packet = self._next(path, encoder, units)
        if packet is not None and path.sending:
            self.sock.sendto(packet.encode(), path.remote)
            self.counters.sent += 1
            self._sequence = (self._sequence + 1) & 0xFFFF
            self._first = False
        self.due += path.ptime / 1000
        self._clock = (self._clock + units) & 0xFFFFFFFF

    def receive(self) -> None:
        """Take every packet that waits in the socket."""
        offset = time.monotonic() - time.time()
        while True:
            try:
                data, ancillary, _, source = self.sock.recvmsg(2048, 64)
            except (BlockingIOError, ConnectionRefusedError):
                return
            arrival = time.monotonic()
            for level, kind, value in ancillary:
                if level == socket.SOL_SOCKET and kind == _TIMESTAMPNS:
                    seconds, nanoseconds = _TIMESPEC.unpack(value[: _TIMESPEC.size])
                    arrival = seconds + nanoseconds / 1e9 + offset
            self._take(data, arrival, source)

    # ── sending ────────────────────────────────────────────────────────────────────────────────────

    def _next(self, path: Path, encoder: Codec, units: int) -> RtpPacket | None:
        event = self._next_event(path, units)
        if event is not None:
            return event
        samples, own, utterance = self._next_frame(encoder, path)
        position = self._at(self.due, encoder.rate) - len(samples)
        if self._background is not None:
            samples = self._background.under(samples)
        if self._reflection is not None:
            samples = self._reflection.under(position, samples)
        payload = encoder.encode(samples)
        if path.sending:
            self._ours.write(encoder.rate, position, samples)
        if utterance is not None:
            self._account(utterance, position, own, encoder.rate)
        return RtpPacket(path.kind, self._sequence, self._clock, self._source, payload, self._first)

    def _next_frame(self, encoder: Codec, path: Path) -> tuple[Samples, int, _Utterance | None]:
        if self._queue and distance(self._clock, self._quiet_until, 32) >= 0:
            utterance = self._queue[0]
            samples, own = utterance.frames.popleft()
            return samples, own, utterance
        return np.zeros(encoder.rate * path.ptime // 1000, np.int16), 0, None

    def _account(self, utterance: _Utterance, position: int, own: int, rate: int) -> None:
        factor = SAMPLE_RATE // rate
        if utterance.start is None:
            utterance.start = max(0, position * factor)
        if not utterance.frames:
            self._queue.popleft()
            utterance.done(Span(utterance.start, max(0, (position + own) * factor)))

    def _next_event(self, path: Path, units: int) -> RtpPacket | None:
        begins = False
        if self._pressing is None:
            if not self._keys or path.event_type is None or distance(self._clock, self._quiet_until, 32) < 0:
                return None
            self._pressing, begins = (self._clock, *self._keys.popleft()), True
        began, events, done = self._pressing
        event = next(events, None)
        if event is None:
            self._pressing = None
            self._quiet_until = (self._clock + RTP_CLOCK * _KEY_GAP_MS // 1000) & 0xFFFFFFFF
            done()
            return None
        return RtpPacket(path.event_type or 0, self._sequence, began, self._source, event.encode(), begins)

    def _at(self, moment: float, rate: int) -> int:
        return round((moment - self.zero) * rate)

    # ── receiving ──────────────────────────────────────────────────────────────────────────────────

    def _take(self, data: bytes, arrival: float, source: tuple[str, int]) -> None:
        path = self.path
        try:
            packet = RtpPacket.decode(data)
        except MalformedPacket:
            self.counters.malformed += 1
            return
        if path is None or arrival < self.zero - 0.1:
            return  # early media, or left over from before the clock
        self.counters.sources.add(source[:2])
        if not self._count(packet):
            return
        if packet.kind == path.event_type:
            self._take_event(packet, arrival)
            return
        decoder = self._decoder(packet.kind, path)
        if decoder is not None:
            self._take_audio(packet, decoder, arrival)

    def _count(self, packet: RtpPacket) -> bool:
        """Keep the books; False for a duplicate."""
        counters = self.counters
        missing = self._missing.setdefault(packet.source, set())
        newest = self._newest.get(packet.source)
        step = 1 if newest is None else distance(packet.sequence, newest, 16)
        if step > 0:
            if 1 < step < 500:  # more is a new sequence base, not a loss (DTMF injected by a PBX does that)
                missing.update((packet.sequence - back) & 0xFFFF for back in range(1, step))
                counters.lost += step - 1
            self._newest[packet.source] = packet.sequence
        elif packet.sequence in missing:
            missing.discard(packet.sequence)
            counters.lost -= 1
        elif step > -500:
            counters.duplicate += 1
            return False
        else:
            self._newest[packet.source] = packet.sequence
        counters.received += 1
        return True

    def _take_event(self, packet: RtpPacket, arrival: float) -> None:
        try:
            event = TelephoneEvent.decode(packet.payload)
        except MalformedPacket:
            self.counters.malformed += 1
            return
        key = (packet.source, packet.timestamp)
        if key != self._event_key:
            self._event_key = key
            self.digits.append((event.digit, max(0, self._at(arrival, SAMPLE_RATE))))

    def _decoder(self, kind: int, path: Path) -> Codec | None:
        if kind not in self._decoders:
            name = path.codec if kind == path.kind else {0: "PCMU", 8: "PCMA"}.get(kind)
            if name is None:
                self.counters.malformed += 1
                return None
            self._decoders[kind] = open_codec(name)
        return self._decoders[kind]

    def _take_audio(self, packet: RtpPacket, decoder: Codec, arrival: float) -> None:
        samples = decoder.decode(packet.payload)
        playout = self._hearing.setdefault((packet.source, decoder.rate), Playout(decoder.rate))
        arrived = self._at(arrival, decoder.rate)
        if self._reflection is not None and self._encoder is not None and decoder.rate == self._encoder.rate:
            self._reflection.heard(arrived, packet.timestamp, samples)
        position = playout.place(arrived, packet.timestamp, samples)
        if position is None:
            self.counters.late += 1
            return
        self._theirs.write(decoder.rate, position, samples)
        if samples.size and float(np.sqrt(np.mean(np.square(samples.astype(np.float32))))) > AUDIBLE_RMS:
            since = self.audible[0][0] if self.audible and arrival - self.audible[0][1] < 0.3 else arrival
            self.audible.append((since, arrival))


def _nothing() -> None:
    """A key that is not the last of its string."""
