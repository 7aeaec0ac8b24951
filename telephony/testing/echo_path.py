"""What a telephone line sends back of what it was sent: synthetic echo paths in the manner of ITU-T G.168 and G.131.

* hybrid: where two wires become four; its answer has died away after some 12 ms.
* speakerphone: a loudspeaker that distorts and a room that rings on for a tenth of a second.

What comes back has been through a narrow-band codec each way. All seeded, 16 kHz, full scale 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import soxr

from telephony.audio import FRAME_SAMPLES, SAMPLE_RATE, samples

Floats = npt.NDArray[np.float32]
Kind = Literal["hybrid", "speakerphone"]
KINDS: tuple[Kind, ...] = ("hybrid", "speakerphone")

_MU = 255.0
_LENGTH_S: dict[Kind, tuple[float, float]] = {"hybrid": (0.012, 0.003), "speakerphone": (0.12, 0.025)}  # whole, decay
_DIRECT_S = 0.001  # of a room's answer comes straight, and louder
_DRIVE = 2.0  # of a loudspeaker at full scale


@dataclass(frozen=True, slots=True)
class EchoPath:
    """One way back: `level_db` below what was sent, `delay_ms` later; `drift_ppm`, the far clock runs that fast."""

    level_db: float
    delay_ms: float
    kind: Kind = "hybrid"
    seed: int = 0
    drift_ppm: float = 0.0

    def echo(self, sent: Floats) -> Floats:
        """What comes back of `sent`, shape (n,), in the same time: shape (n,)."""
        answered = _convolved(narrowband(self.loudspeaker(sent)), self.answer(SAMPLE_RATE))
        answered *= np.float32(10 ** (self.level_db / 20))
        if self.drift_ppm:
            at = np.arange(len(answered)) * (1 + self.drift_ppm * 1e-6)
            answered = np.interp(at, np.arange(len(answered)), answered).astype(np.float32)
        delay = samples(self.delay_ms / 1000)
        return np.concatenate([np.zeros(delay, np.float32), answered])[: len(sent)]

    def loudspeaker(self, wave: Floats) -> Floats:
        """What sounds of `wave` before it comes back."""
        if self.kind == "hybrid":
            return wave
        driven: Floats = (np.tanh(_DRIVE * wave) / _DRIVE).astype(np.float32)
        return driven

    def answer(self, rate: int) -> Floats:
        """The path's impulse response at `rate`, with the energy 1."""
        whole, decay = _LENGTH_S[self.kind]
        at = np.arange(int(whole * rate))
        answer = np.random.default_rng(self.seed).standard_normal(len(at)) * np.exp(-at / (decay * rate))
        if self.kind == "speakerphone":
            answer[: round(_DIRECT_S * rate)] *= 3
        even: Floats = (answer / np.sqrt(np.sum(answer**2))).astype(np.float32)
        return even


@dataclass(frozen=True, slots=True)
class Slipping:
    """A jitter buffer that leaves a frame out after `every` samples, and after as many more plays one twice."""

    every: int

    def heard(self, wave: Floats) -> Floats:
        """What it makes of `wave`; both shape (n,)."""
        parts: list[Floats] = []
        for number, at in enumerate(range(0, len(wave), self.every)):
            part = wave[at : at + self.every]
            parts.append(part[:-FRAME_SAMPLES] if number % 2 == 0 else np.concatenate([part, part[-FRAME_SAMPLES:]]))
        whole: Floats = np.concatenate(parts)[: len(wave)]
        return np.pad(whole, (0, len(wave) - len(whole)))

    def later(self, at: int) -> int:
        """How many samples later than at first the frame at `at` is, as a line knows it."""
        place = (at - FRAME_SAMPLES) % (2 * self.every)  # it believes the second frame that says so
        return -FRAME_SAMPLES if self.every - FRAME_SAMPLES <= place < 2 * self.every - FRAME_SAMPLES else 0


def narrowband(wave: Floats) -> Floats:
    """Through G.711: 8 kHz, mu-law of 8 bits, and back."""
    narrow = np.clip(soxr.resample(wave, SAMPLE_RATE, 8_000), -1, 1)
    curve = np.sign(narrow) * np.log1p(_MU * np.abs(narrow)) / np.log1p(_MU)
    steps = np.round(curve * 128) / 128
    back = soxr.resample(np.sign(steps) * np.expm1(np.abs(steps) * np.log1p(_MU)) / _MU, 8_000, SAMPLE_RATE)
    there: Floats = np.pad(back, (0, max(0, len(wave) - len(back))))[: len(wave)].astype(np.float32)
    return there


def _convolved(wave: Floats, answer: Floats) -> Floats:
    size = 1 << (len(wave) + len(answer)).bit_length()
    product = np.fft.rfft(wave, size) * np.fft.rfft(answer, size)
    return np.fft.irfft(product, size)[: len(wave)].astype(np.float32)
