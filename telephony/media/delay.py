"""How much later the agent hears the caller than the wire does, and the caller the bot. Pure.

::

    packet ─► jitter buffer ─► loss concealment ─► resampler ─► tick     tick ─► resampler ─► codec ─► packet
              └── waited: 0 to 20 ms for the tick, and what is buffered       └── outbound_filters
                              └── inbound_filters ──┘

The filters' delays are measured with tones over real calls, some 25 of G.711 and a handful of G.722, with jitter
buffers of different depth: within a codec they did not vary by more than 0.2 ms inbound, outbound by 1.5 on a busy
machine. Of the inbound ones 5 ms are the overlap that the loss concealment keeps back (PJMEDIA_WSOLA_DELAY_MSEC), the
rest the resampler between 8 and 16 kHz, or the filter bank of G.722. The network's own delay is in none of it: nobody
here can know it.
"""

from __future__ import annotations

from collections import deque
from statistics import median

from telephony.audio import FRAME_SAMPLES, SAMPLE_RATE

KEPT = 25  # ticks
UNKNOWN = FRAME_SAMPLES // 2  # half a tick: the wait for it lies between none and a whole one


def _samples(milliseconds: float) -> int:
    return round(milliseconds * SAMPLE_RATE / 1000)


def inbound_filters(codec: str) -> int:
    """Samples by which the stack's filters delay the caller; `codec` as in "PCMU/8000"."""
    return _samples(8.1 if codec.startswith("G722") else 9.8)


def outbound_filters(codec: str) -> int:
    """Samples from the tick that takes the bot's frame to its packet on the wire."""
    return _samples(2.0 if codec.startswith("G722") else 4.3)


class InboundDelay:
    """The delay of one call's caller: the median of half a second, for packets come early and late."""

    def __init__(self) -> None:
        self.filters = inbound_filters("")
        self._waited: deque[int] = deque(maxlen=KEPT)

    def note(self, waited: int | None) -> None:
        """One tick: how long ago the sound that ends with it arrived, in samples; None is no news."""
        if waited is not None:
            self._waited.append(waited)

    @property
    def samples(self) -> int:
        """The delay now."""
        return self.filters + round(median(self._waited) if self._waited else UNKNOWN)
