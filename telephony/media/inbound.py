"""The call clock and the caller's frames: one frame a bridge tick, whatever the network did.

The clock counts 16 kHz samples in bridge ticks since the answer. It advances through loss, hold and re-INVITE: where
no audio came, the frame is silence and marked as concealed, so that whoever listens stays in step.
"""

from __future__ import annotations

from dataclasses import dataclass

from telephony.audio import FRAME_BYTES, FRAME_SAMPLES, SILENCE
from telephony.media.delay import InboundDelay, inbound_filters
from telephony.media.slips import Slips


@dataclass(frozen=True, slots=True)
class CallerFrame:
    """20 ms of the caller; the first sample is at call-clock `at`. A sample at `p` had reached our socket when the
    clock showed `p - delay`. `echo`: see `telephony.media.echo`."""

    at: int
    pcm: bytes
    concealed: bool
    delay: int = 0
    later: int = 0  # samples that it is later than at the begin of the call, by slips of the jitter buffer
    slipping: bool = False  # there may be one in it
    echo: float = 0.0  # how sure it is that there is nothing in it but the bot's echo
    onset: bytes = b""  # the frames right before it as they were, where those were taken for echo and are a voice
    erle_db: float = 0.0  # echo return loss enhancement: what is taken off an echo


class InboundClock:
    """Turns bridge ticks into positions. Not running before the answer: `tick` gives None."""

    def __init__(self) -> None:
        self.at = 0  # of the next frame
        self._running = False
        self._holes = 0
        self._delay = InboundDelay()
        self._slips = Slips()

    def start(self) -> None:
        """The call was answered: the next tick is sample 0."""
        self._running = True

    def stop(self) -> None:
        """The call is over: ticks that still come are nobody's."""
        self._running = False

    def codec(self, name: str) -> None:
        """The stream's codec ("PCMU/8000"), by which the stack's filters delay it."""
        self._delay.filters = inbound_filters(name)

    def tick(self, pcm: bytes, holes: int, waited: int | None = None, played: int | None = None) -> CallerFrame | None:
        """One bridge tick. `pcm` is empty where the bridge had nothing; `holes` is the jitter buffer's running count
        of frames it had to make up (a smaller count than before means a new jitter buffer); `waited` is how long ago
        the sound that ends with this tick arrived, in samples, and `played` which part of the stream it is
        (`telephony.media.slips`), None where that is not known."""
        made_up = holes > self._holes
        self._holes = holes
        self._delay.note(waited)
        if not self._running:
            return None
        whole = len(pcm) == FRAME_BYTES
        self._slips.note(self.at + FRAME_SAMPLES, played)
        concealed = made_up or not whole
        frame = CallerFrame(
            self.at, pcm if whole else SILENCE, concealed, self._delay.samples, self._slips.later, self._slips.doubtful
        )
        self.at += FRAME_SAMPLES
        return frame
