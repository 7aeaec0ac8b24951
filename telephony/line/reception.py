"""What the stack knows of one stream's reception, read in its own memory: frames that its jitter buffer had to make up,
which part of the stream the sound of this tick is, and how long it has been with us.

The jitter buffer's state is public C API. The time is not: the RTCP session keeps, of the latest packet, its RTP
timestamp and its transit (arrival minus timestamp, in units of the RTP clock), so their sum is when it arrived. A tick
takes 20 ms; what is left in the buffer behind it came no later than that packet. Hence the sound that ends with this
tick arrived

    (now - arrival of the latest packet) + what the buffer still holds

ago, and it is the part of the stream that is as far before that packet's timestamp as the buffer holds (and a packet,
always the same). The session's layout is that of PJSIP 2.15.1 on 64-bit Linux. It is believed only while what must
stand beside it does: the clock rate of our codecs and its packet size twice; the time, besides, while something has
arrived in the last second.
"""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass

import pjsua2._pjsua2 as wheel

from telephony.audio import SAMPLE_RATE

RTP_CLOCK = 8_000  # of PCMU, PCMA and, by RFC 3551, G722
BUFFERED_SAMPLES = SAMPLE_RATE // 100  # these codecs' frames in the jitter buffer are 10 ms
LONGEST = RTP_CLOCK  # since the latest packet: then the stream is quiet, or the layout another
_WRAP = 1 << 32


class _JitterState(ctypes.Structure):
    """`pjmedia_jb_state`."""

    _fields_ = tuple(
        (name, ctypes.c_uint)
        for name in (
            "frame_size",
            "min_prefetch",
            "max_prefetch",
            "max_count",
            "burst",
            "prefetch",
            "size",
            "avg_delay",
            "min_delay",
            "max_delay",
            "dev_delay",
            "avg_burst",
            "lost",
            "discard",
            "empty",
        )
    )


class _RtpSessions(ctypes.Structure):
    """`pjmedia_stream_rtp_sess_info`."""

    _fields_ = (("rx_rtp", ctypes.c_void_p), ("tx_rtp", ctypes.c_void_p), ("rtcp", ctypes.c_void_p))


class _RtcpSession(ctypes.Structure):
    """The head of `pjmedia_rtcp_session`."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("packets", ctypes.c_char * 96),  # cached SR, RR and feedback
        ("sequence", ctypes.c_uint32 * 5),
        ("last_timestamp", ctypes.c_uint32),
        ("clock_rate", ctypes.c_uint32),
        ("packet_size", ctypes.c_uint32),
        ("packet_size_again", ctypes.c_uint32),
        ("received", ctypes.c_uint32),
        ("expected_before", ctypes.c_uint32),
        ("received_before", ctypes.c_uint32),
        ("transit", ctypes.c_uint32),
    )


_held = ctypes.PyDLL(wheel.__file__)  # keeps the GIL: for calls of a microsecond
_held.pjmedia_stream_get_stat_jbuf.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
_held.pjmedia_stream_get_rtp_session_info.argtypes = (ctypes.c_void_p, ctypes.c_void_p)


@dataclass(frozen=True, slots=True)
class Tick:
    """What was known at one bridge tick."""

    holes: int  # running count of the frames that the jitter buffer had to make up
    waited: int | None  # samples of 16 kHz since the sound that ends with this tick arrived; None: not known
    played: int | None = None  # its place in the stream by RTP's count, in samples of 16 kHz modulo 2^33


class Reception:
    """One stream's. `stream` is `pjmedia_stream *` and must be alive when `look` is called."""

    def __init__(self, stream: int) -> None:
        self._stream = stream
        self._state = _JitterState()
        self._state_at = ctypes.addressof(self._state)
        sessions = _RtpSessions()
        failed = _held.pjmedia_stream_get_rtp_session_info(stream, ctypes.addressof(sessions))
        known = sessions.rtcp and not failed
        self._session = _RtcpSession.from_address(sessions.rtcp) if known else None

    def look(self) -> Tick:
        """About 3 us, in a tick."""
        _held.pjmedia_stream_get_stat_jbuf(self._stream, self._state_at)
        state = self._state
        held = int(state.size) * BUFFERED_SAMPLES
        session = self._known()
        if session is None:
            return Tick(int(state.lost + state.empty), None)
        played = (session.last_timestamp * (SAMPLE_RATE // RTP_CLOCK) - held) % (_WRAP * (SAMPLE_RATE // RTP_CLOCK))
        return Tick(int(state.lost + state.empty), self._waited(session, held), played)

    def _known(self) -> _RtcpSession | None:
        """The session, while its layout is what we take it for and something has come."""
        session = self._session
        if session is None or session.clock_rate != RTP_CLOCK or not session.received:
            return None
        return session if session.packet_size == session.packet_size_again else None

    @staticmethod
    def _waited(session: _RtcpSession, held: int) -> int | None:
        now = time.monotonic_ns() * RTP_CLOCK // 1_000_000_000  # the clock that the stack uses
        since: int = (now - session.transit - session.last_timestamp) % _WRAP
        if since > LONGEST:
            return None
        return since * (SAMPLE_RATE // RTP_CLOCK) + held
