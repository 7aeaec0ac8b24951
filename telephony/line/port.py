"""The call's port on the conference bridge: 16 kHz frames of 20 ms in and out, copied by pointer.

Runs on pjmedia's clock thread. SWIG hands a frame as a `std::vector`; reading it item by item takes 508 us, so the
bytes are copied from the vector's begin pointer, its first member.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable

import pjsua2 as pj

from telephony.audio import FRAME_BYTES, FRAME_MS, SAMPLE_RATE, SILENCE
from telephony.line.reception import Reception, Tick

_NOTHING = Tick(holes=0, waited=None)


class CallPort(pj.AudioMediaPort):  # type: ignore[misc]  # pjsua2 has no types
    """Calls `heard(pcm, holes, waited, played)` and `fill()` once a bridge tick. Keep a strong reference until the
    call is over."""

    def __init__(
        self,
        name: str,
        heard: Callable[[bytes, int, int | None, int | None], None],
        fill: Callable[[], bytes],
        on_error: Callable[[], None],
    ) -> None:
        super().__init__()
        self._heard = heard
        self._fill = fill
        self._on_error = on_error
        self._reception: Reception | None = None
        self._reception_lock = threading.Lock()
        self._out = pj.ByteVector()
        for _ in range(FRAME_BYTES):
            self._out.append(0)
        self._out_at = _begin(self._out)
        form = pj.MediaFormatAudio()
        form.init(pj.PJMEDIA_FORMAT_PCM, SAMPLE_RATE, 1, FRAME_MS * 1000, 16)
        self.createPort(name, form)

    def watch_stream(self, stream: int | None) -> None:
        """The stream whose reception counts, None before it is destroyed. Returns once no tick is using the old one."""
        with self._reception_lock:
            self._reception = Reception(stream) if stream else None

    def close(self) -> None:
        """Leave the bridge and let go of the call.

        The stack's half is destroyed while this object is whole: left to the last reference, Python would take the
        attributes away first, and a tick could come in between.
        """
        self.watch_stream(None)
        pj.AudioMediaPort.__swig_destroy__(self)  # waits for a tick under way; none comes after it
        self._heard = _nobody_hears
        self._fill = _nobody_speaks

    def onFrameReceived(self, frame: pj.MediaFrame) -> None:  # noqa: N802
        """One tick of the caller; an empty frame where the bridge has none."""
        try:
            pcm = b""
            if frame.size == FRAME_BYTES:
                vector = frame.buf
                pcm = ctypes.string_at(_begin(vector), FRAME_BYTES)
            with self._reception_lock:
                tick = self._reception.look() if self._reception is not None else _NOTHING
            self._heard(pcm, tick.holes, tick.waited, tick.played)
        except Exception:  # noqa: BLE001 the border: an exception would be printed by SWIG and forgotten
            self._on_error()

    def onFrameRequested(self, frame: pj.MediaFrame) -> None:  # noqa: N802
        """One tick of the bot."""
        frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
        frame.size = FRAME_BYTES
        try:
            ctypes.memmove(self._out_at, self._fill(), FRAME_BYTES)
        except Exception:  # noqa: BLE001 the border, as above; the last frame's bytes must not be heard again
            ctypes.memset(self._out_at, 0, FRAME_BYTES)
            self._on_error()
        frame.buf = self._out


def _nobody_hears(pcm: bytes, holes: int, waited: int | None, played: int | None) -> None:
    """In place of a call that is over."""


def _nobody_speaks() -> bytes:
    return SILENCE


def _begin(vector: pj.ByteVector) -> int:
    """Address of a vector's first byte: a `std::vector` begins with that pointer."""
    return ctypes.c_void_p.from_address(int(vector.this)).value or 0
