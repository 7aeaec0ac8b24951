"""The bot's sound in the caller's microphone: what a call sends contains an echo of what it received.

The far end plays what it receives from a jitter buffer of constant depth, as telephones and gateways do: packets follow
each other by their RTP timestamps, however unevenly they arrive, so an echo stays where it is to the sample. Only a
packet that comes too late to be played in its turn moves what follows; that is given up in the next silence.
"""

from __future__ import annotations

import numpy as np

from telephony.audio import Samples
from telephony.testing.echo_path import EchoPath, Floats
from telephony.testing.rtp import distance

_GROWTH_S = 30
_DEPTH_MS = 60  # of the far end's jitter buffer, which is part of the path's delay
_GIVEN_UP_MS = 20  # of delay that has gathered


class Reflection:
    """One call's, at its codec's rate. Positions count samples of that rate on the call's clock."""

    def __init__(self, path: EchoPath, rate: int) -> None:
        self._answer = path.answer(rate) * np.float32(10 ** (path.level_db / 20))
        self._delay = round(path.delay_ms * rate / 1000)
        self._depth = min(self._delay, round(_DEPTH_MS * rate / 1000))
        self._give_up = round(_GIVEN_UP_MS * rate / 1000)
        self._factor = rate // 8_000
        self._rate = rate
        self._path = path
        self._wave: Floats = np.zeros(_GROWTH_S * rate, np.float32)
        self._base: tuple[int, int] | None = None  # an RTP timestamp and where it is played

    def heard(self, at: int, timestamp: int, samples: Samples) -> None:
        """A packet of the bot arrives at `at`; its echo begins `path.delay_ms` after it is played."""
        start = self._played(at, timestamp, bool(samples.any())) + self._delay
        sounding = self._path.loudspeaker(samples.astype(np.float32) / np.float32(32768))
        answered = np.convolve(sounding, self._answer) * 32768
        if start < 0:
            return
        if start + len(answered) > len(self._wave):
            more = start + len(answered) + _GROWTH_S * self._rate - len(self._wave)
            self._wave = np.concatenate([self._wave, np.zeros(more, np.float32)])
        self._wave[start : start + len(answered)] += answered

    def under(self, at: int, samples: Samples) -> Samples:
        """What is sent at `at`, with the echo in it."""
        echo = self._wave[max(0, at) : max(0, at + len(samples))]
        if len(echo) < len(samples):
            return samples
        mixed: Samples = np.clip(np.rint(samples + echo), -32768, 32767).astype(np.int16)
        return mixed

    def _played(self, at: int, timestamp: int, sounds: bool) -> int:
        """Where the packet is played: in its turn, or as it comes where that is over, or too far away."""
        if self._base is not None:
            place = self._base[1] + distance(timestamp, self._base[0], 32) * self._factor
            waits = place - at
            gathered = waits > self._give_up and not sounds
            if -self._depth <= waits <= self._rate and not gathered:
                return place
        self._base = (timestamp, at)
        return at
