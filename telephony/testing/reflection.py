"""The bot's sound in the caller's microphone: what a call sends contains an echo of what it received."""

from __future__ import annotations

import numpy as np

from telephony.audio import Samples
from telephony.testing.echo_path import EchoPath, Floats

_GROWTH_S = 30


class Reflection:
    """One call's, at its codec's rate. Positions count samples of that rate on the call's clock."""

    def __init__(self, path: EchoPath, rate: int) -> None:
        self._answer = path.answer(rate) * np.float32(10 ** (path.level_db / 20))
        self._delay = round(path.delay_ms * rate / 1000)
        self._rate = rate
        self._path = path
        self._wave: Floats = np.zeros(_GROWTH_S * rate, np.float32)

    def heard(self, at: int, samples: Samples) -> None:
        """A packet of the bot is played to the caller at `at`."""
        sounding = self._path.loudspeaker(samples.astype(np.float32) / np.float32(32768))
        answered = np.convolve(sounding, self._answer) * 32768
        start = at + self._delay
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
