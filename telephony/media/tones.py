"""Tones that machines make: a fax that calls or answers, and the beep of an answering machine.

::

    CNG    1100 Hz, half a second on, three off, again and again   a fax calls             ITU-T T.30
    ANS    2100 Hz for some seconds, its phase perhaps turned      a fax or modem answers  ITU-T T.30, V.25, V.8
    BEEP   one steady tone of 0.2 to 3 s, quiet behind it          a machine records from now on

A frame is tonal where nearly all its power lies around one peak of the spectrum; a run of them is a tone where pitch
and level stay. Voices glide, keys (DTMF) and North America's ringing and busy tones are two pitches at once, and
behind a note of music is the next one. A tone of 400 to 450 Hz is the network's elsewhere (ITU-T E.180) and no beep.
A fax that calls is known by its second burst: a beep, or a lorry that reverses, sounds like the first.

Times are call-clock samples. A frame costs 17 us where there is sound in it, else 3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from telephony.audio import FRAME_SAMPLES, SAMPLE_RATE, samples, samples_of
from telephony.messages import Tone, ToneKind

WINDOW = 512  # samples of a spectrum: 32 ms
PEAK = 3  # bins on each side of a peak that belong to it
PURE = 0.9  # of the power is around the peak
LOUD = 10.0 ** (-42 / 10)  # mean square, full scale 1: a tone has at least so much
FALLEN = 10.0 ** (-12 / 10)  # and what comes behind it at most this part of it
SAME_HZ = 12.0  # a tone's pitch varies by this at most
EVEN = 10.0 ** (2.5 / 10)  # and its level
RISES = 3  # frames in which it comes up, and its pitch is not certain
GAP = 2  # frames that may be missing in it: where its phase is turned
CALLING_HZ, ANSWERING_HZ = (1_060.0, 1_140.0), (2_079.0, 2_121.0)
BURST, BETWEEN = (samples(0.36), samples(0.66)), (samples(2.4), samples(3.6))
ANSWERING = samples(1.5)
BEEP, BEEP_HZ, NETWORK_HZ = (samples(0.18), samples(3.0)), (340.0, 2_620.0), (395.0, 455.0)
QUIET = samples(0.3)  # behind a beep

_HANN = np.hanning(WINDOW).astype(np.float32)
_HZ = SAMPLE_RATE / WINDOW
_LOW, _HIGH = round(300 / _HZ), round(3_400 / _HZ)  # bins, of a telephone


@dataclass(slots=True)
class _Run:
    """A tone, as far as it has lasted."""

    begin: int
    end: int
    hertz: float
    power: float
    missing: int = 0  # frames since it was last heard
    told: bool = False
    echo: bool = False  # perhaps

    @property
    def length(self) -> int:
        return self.end - self.begin

    @property
    def rising(self) -> bool:
        return self.length <= RISES * FRAME_SAMPLES

    def lies(self, band: tuple[float, float]) -> bool:
        return band[0] <= self.hertz <= band[1]


class ToneDetector:
    """One call's. Not thread-safe: one thread feeds it."""

    def __init__(self, call: str) -> None:
        self._call = call
        self._before = np.zeros(WINDOW - FRAME_SAMPLES, np.float32)
        self._run: _Run | None = None
        self._over: _Run | None = None  # a tone behind which it has been quiet so far
        self._burst: _Run | None = None  # that may have been a fax's

    def feed(self, at: int, pcm: bytes, echo: bool = False) -> list[Tone]:
        """Take one 20 ms frame whose first sample is at `at`; returns what is known by it. What may be nothing but the
        bot's `echo` is no beep; it may be a fax that does not wait for the greeting's end."""
        wave = samples_of(pcm).astype(np.float32) * (1.0 / 32_768.0)
        power = float(np.dot(wave, wave)) / FRAME_SAMPLES
        hertz = self._pitch(wave) if power >= LOUD else None
        self._before = wave[FRAME_SAMPLES - WINDOW :]
        self._follow(at, hertz, power)
        if echo and self._run is not None:
            self._run.echo = True
        kind = self._machine() or self._beep(at + FRAME_SAMPLES, power)
        return [] if kind is None else [Tone(self._call, kind, at + FRAME_SAMPLES)]

    def _pitch(self, wave: npt.NDArray[np.float32]) -> float | None:
        """Hz of the one tone that the last 32 ms are, None where they are not one."""
        spectrum = np.fft.rfft(np.concatenate((self._before, wave)) * _HANN)
        powers = np.square(spectrum.real) + np.square(spectrum.imag)
        peak = int(powers[_LOW:_HIGH].argmax()) + _LOW
        if float(powers[peak - PEAK : peak + PEAK + 1].sum()) < PURE * float(powers.sum()):
            return None
        left, middle, right = (math.sqrt(power) for power in powers[peak - 1 : peak + 2])
        larger = max(left, right)
        between = (2 * larger - middle) / (larger + middle)  # where a Hann window has a sinusoid between two bins
        return (peak + (between if right >= left else -between)) * _HZ

    def _follow(self, at: int, hertz: float | None, power: float) -> None:
        """The run of tonal frames goes on, is over, or begins."""
        run, end = self._run, at + FRAME_SAMPLES
        if run is not None and hertz is not None and _alike(run, hertz, power):
            if run.rising:
                run.hertz, run.power = hertz, max(run.power, power)
            run.end, run.missing = end, 0
            return
        if run is not None:
            run.missing += 1
            if run.missing <= GAP:
                return
            self._end(run)
        if hertz is not None:
            self._run, self._over = _Run(at, end, hertz, power), None

    def _end(self, run: _Run) -> None:
        self._run, self._over = None, run
        if run.lies(CALLING_HZ) and BURST[0] <= run.length <= BURST[1]:
            self._burst = run

    def _machine(self) -> ToneKind | None:
        """A fax or a modem, while its tone lasts."""
        run, burst = self._run, self._burst
        if run is None or run.told or run.missing:
            return None
        if run.lies(ANSWERING_HZ) and run.length >= ANSWERING:
            run.told = True
            return ToneKind.ANS
        again = burst is not None and BETWEEN[0] <= run.begin - burst.end <= BETWEEN[1]
        if again and run.lies(CALLING_HZ) and run.length >= BURST[0]:
            run.told = True
            return ToneKind.CNG
        return None

    def _beep(self, now: int, power: float) -> ToneKind | None:
        """A tone that is over, once it has been quiet behind it for long enough."""
        over = self._over
        if over is None:
            return None
        if power > FALLEN * over.power and now - over.end > (GAP + 1) * FRAME_SAMPLES:
            self._over = None
        elif now - over.end >= QUIET:
            self._over = None
            beeps = over.lies(BEEP_HZ) and not over.lies(NETWORK_HZ) and BEEP[0] <= over.length <= BEEP[1]
            return ToneKind.BEEP if beeps and not (over.told or over.echo) else None
        return None


def _alike(run: _Run, hertz: float, power: float) -> bool:
    """Whether a frame is more of the same tone."""
    even = run.power / EVEN <= power and (run.rising or power <= run.power * EVEN)
    return even and abs(hertz - run.hertz) <= SAME_HZ
