"""Hold music told from voices and noise: notes hold, voices glide.

::

    64 ms of sound ─► spectrum of 128 ms ─► peaks that stood there 128 and 256 ms ago ─► their share of the power
    4 s of that, where it is loud ─► music                          (voices: 2% on average, music: 10% and more)
    a voice that Silero is sure of, and nothing holds; or quiet ─► it is over

The constant pitch of notes against the gliding one of voices is what M. Hawley's "Structure out of sound" (1993) tells
music by. Rap and drums alone hold nothing and are not found; a hum of the line does not swell.
Singing without much of a vibrato is music, too. Times are call-clock samples. A frame costs 18 us on average.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from telephony.audio import FRAME_SAMPLES, SAMPLE_RATE, samples_of
from telephony.messages import Music

HALF_RATE = SAMPLE_RATE // 2
WINDOW, HOP = 1_024, 512  # at half the rate
BAND = (150.0, 3_400.0)  # Hz
AROUND, STANDS_OUT = 8, 3.0  # a peak has so many times the power of the bins on each side of it, on average
BACK = (2, 4)  # spectra ago
SPAN, FEWEST = 62, 56  # spectra that are judged together: 4 s
LOUD_DB = -46.0  # dBFS
SWELLS_DB = 0.8  # standard deviation of the level: less is a hum
RANGE_DB = 22.0  # what is softer by so much than the loudest is a pause
SHARE = 0.75  # of the span is no pause
HOLDS = 0.12  # of the power, on average, from which it is music
OTHERS = 0.04  # of it in other pitches than the one that holds most: a long beep is no music
VOICE = 0.6  # Silero's probability, on average
BACK_SPAN = 10  # spectra of a voice that is back: 640 ms
QUIET_SPAN = 24  # spectra: 1.5 s

_HANN = np.hanning(WINDOW).astype(np.float32)
_FULL = float(np.square(_HANN).sum()) * WINDOW / 2  # summed power of a spectrum at mean square 1
_LOW, _HIGH = (round(hertz * WINDOW / HALF_RATE) for hertz in BAND)

Bins = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Heard:
    """Of one spectrum: its level in dBFS, for each bin its share of the power if it is in a note that holds, and how
    sure Silero was of a voice."""

    level: float
    notes: npt.NDArray[np.float32]
    held: float  # in all
    voice: float = 0.0


class HeldNotes:
    """Which part of the power lies in peaks that hold."""

    def __init__(self) -> None:
        self._earlier: list[Bins] = []  # where there were peaks, a bin to each side

    def next(self, wave: npt.NDArray[np.float32]) -> _Heard:
        """The next WINDOW samples, HOP later than those before."""
        spectrum = np.fft.rfft(wave * _HANN)[_LOW:_HIGH]
        powers = np.square(spectrum.real) + np.square(spectrum.imag)
        total = float(powers.sum()) + 1e-9
        peaks = _peaks(powers)
        notes = np.zeros(len(peaks), np.bool_)
        if len(self._earlier) >= max(BACK):
            notes = _wider(peaks & self._earlier[-BACK[0]] & self._earlier[-BACK[1]])
        self._earlier = [*self._earlier, _wider(peaks)][-max(BACK) :]
        held = np.where(notes, powers / total, np.float32(0))
        return _Heard(10.0 * float(np.log10(total / _FULL + 1e-12)), held, float(held.sum()))

    def forget(self) -> None:
        """There is a gap."""
        self._earlier.clear()


class MusicDetector:
    """One call's. Not thread-safe: one thread feeds it."""

    def __init__(self, call: str) -> None:
        self._call = call
        self._notes = HeldNotes()
        self._wave = np.zeros(0, np.float32)  # at half the rate, not yet judged
        self._voice: list[float] = []  # probabilities since the last spectrum
        self._span: list[_Heard] = []
        self._music = False
        self._since = 0

    def feed(self, at: int, pcm: bytes, voice: float, blind: bool = False) -> list[Music]:
        """Take one 20 ms frame whose first sample is at `at`, with Silero's latest probability of a voice. `blind`:
        it is made up, or nothing but the bot's echo, and tells nothing."""
        if blind:
            self._wave = self._wave[:0]
            self._notes.forget()
            return []
        wave = samples_of(pcm).astype(np.float32)
        self._wave = np.concatenate((self._wave, (wave[0::2] + wave[1::2]) * (0.5 / 32_768.0)))
        self._voice.append(voice)
        if len(self._wave) < WINDOW:
            return []
        heard = self._notes.next(self._wave[:WINDOW])
        self._wave = self._wave[HOP:]
        self._span = [*self._span, replace(heard, voice=sum(self._voice) / len(self._voice))][-SPAN:]
        self._voice.clear()
        return self._judge(at + FRAME_SAMPLES)

    def _judge(self, now: int) -> list[Music]:
        if self._music:
            if not (self._voice_is_back() or self._is_quiet()):
                return []
            self._span = []
        elif self._is_music():
            self._since = max(0, now - 2 * HOP * len(self._span))
        else:
            return []
        self._music = not self._music
        return [Music(self._call, self._music, self._since, now)]

    def _is_music(self) -> bool:
        if len(self._span) < FEWEST:
            return False
        softest = max(LOUD_DB, max(heard.level for heard in self._span) - RANGE_DB)
        loud = [heard for heard in self._span if heard.level > softest]
        if len(loud) < SHARE * len(self._span) or _mean(heard.voice for heard in self._span) >= VOICE:
            return False
        if float(np.std([heard.level for heard in loud])) < SWELLS_DB:
            return False
        return _mean(heard.held for heard in loud) >= HOLDS and _others(loud) >= OTHERS

    def _voice_is_back(self) -> bool:
        latest = self._span[-BACK_SPAN:]
        return _mean(heard.voice for heard in latest) >= VOICE and _mean(heard.held for heard in latest) < HOLDS

    def _is_quiet(self) -> bool:
        return all(heard.level < LOUD_DB for heard in self._span[-QUIET_SPAN:])


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def _others(span: list[_Heard]) -> float:
    """The share of the power in notes that hold, without the pitch that holds most."""
    notes = np.mean([heard.notes for heard in span], axis=0)
    most = int(notes.argmax())
    return float(notes.sum() - notes[max(0, most - 2) : most + 3].sum())


def _peaks(powers: npt.NDArray[np.float32]) -> Bins:
    """The bins that are higher than both neighbours and stand out of what is around them."""
    width = 2 * AROUND + 1
    sums = np.cumsum(np.concatenate((np.zeros(AROUND + 1, np.float32), powers, np.zeros(AROUND, np.float32))))
    around = (sums[width:] - sums[:-width]) / width
    peaks = np.zeros(len(powers), np.bool_)
    middle = powers[1:-1]
    peaks[1:-1] = (middle > powers[:-2]) & (middle >= powers[2:]) & (middle > STANDS_OUT * around[1:-1])
    return peaks


def _wider(bins: Bins) -> Bins:
    """A bin to each side."""
    wide = bins.copy()
    wide[1:] |= bins[:-1]
    wide[:-1] |= bins[1:]
    return wide
