"""How the end of a turn sounds: where the pitch and the level went, how the last syllable was drawn out.

At the end of a thought the pitch falls to the bottom of the speaker's range, the voice fades, and the last syllable is
stretched; a pause inside leaves pitch and level up (e.g. Gravano and Hirschberg, "Turn-taking cues in task-oriented
dialogue", 2011). Everything is measured against the same turn, so it does not depend on the speaker or the line.

Pitch is by autocorrelation, normalised by that of the window (Boersma 1993): good enough for a fall of semitones.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from agent.listen.fitted import fitted, sigmoid
from telephony.audio import SAMPLE_RATE, samples_of

Floats = npt.NDArray[np.float64]

HOP = SAMPLE_RATE // 100
LONGEST = 8 * SAMPLE_RATE  # of a turn's sound is looked at
_SHORTEST = SAMPLE_RATE // 5
_WINDOW = 4 * HOP
_LOWEST, _HIGHEST = 70, 350  # Hz
_OCTAVE_COST = 0.06  # so that a period counts more than two of it
_VOICED = 0.55  # of the autocorrelation at lag 0
_RANGE = 25.0  # dB below the loudest that still count as voice
CUES = (
    "pitch_end", "pitch_slope", "pitch_missing", "level_10", "level_20", "level_40", "level_slope", "since_peak",
    "stretch", "voiced",
)  # fmt: skip


def over(pcm: bytes, pooled: npt.NDArray[np.float32] | None = None) -> float | None:
    """P(the turn is over) by how it sounds, None where there is too little voice; see `cues`. `pooled`, shape (384,),
    is what Smart Turn's encoder makes of the same sound (`agent.engines.smart_turn`), where it was asked."""
    found = cues(pcm)
    if found is None:
        return None
    numbers = fitted()
    if pooled is None:
        return sigmoid(numbers.sound.logit(found))
    return sigmoid(numbers.deep.logit(found) + float(np.dot(numbers.layer, pooled)))


def cues(pcm: bytes) -> dict[str, float] | None:
    """Each of `CUES` of a turn's sound so far, which may have silence in front and at the end; None where there is too
    little voice. 4-12 ms. Pitches in semitones and levels in dB relative to the turn's, times in seconds."""
    wave = _turn(samples_of(pcm[-2 * LONGEST :]).astype(np.float64))
    if len(wave) < _SHORTEST:
        return None
    level = _levels(wave)
    loud = float(np.percentile(level, 95))
    pitch, clear = _pitch(wave)
    count = min(len(pitch), len(level))
    pitch, voiced = pitch[:count], (clear[:count] > _VOICED) & (level[:count] > loud - _RANGE)
    peak, rise = _last_syllable(level)
    return {
        **_melody(pitch, voiced),
        **{f"level_{frames}": float(level[-frames:].mean()) - loud for frames in (10, 20, 40)},
        "level_slope": _slope(level[-30:]),
        "since_peak": (len(level) - peak) / 100,
        "stretch": (len(level) - rise) / 100,
        "voiced": float(voiced[-30:].mean()),
    }


def _turn(wave: Floats) -> Floats:
    """From the first voiced frame to the last."""
    if len(wave) < _SHORTEST:
        return wave[:0]
    level = _levels(wave)
    floor, loud = np.percentile(level, (5, 95))
    edge = max(floor + 10, loud - 35) if loud - floor > 20 else (floor + loud) / 2
    active = np.flatnonzero(level > edge)
    return wave[active[0] * HOP : (active[-1] + 1) * HOP] if len(active) else wave[:0]


def _levels(wave: Floats) -> Floats:
    """dB of 20 ms around every 10 ms."""
    energy = np.concatenate([[0.0], np.cumsum(np.square(np.pad(wave, HOP)))])
    at = np.arange(0, len(wave), HOP)
    levels: Floats = 10 * np.log10((energy[at + 2 * HOP] - energy[at]) / (2 * HOP) + 1)
    return levels


def _pitch(wave: Floats) -> tuple[Floats, Floats]:
    """Semitones, and how periodic the sound is (0 to 1), of 40 ms every 10 ms."""
    window = np.hanning(_WINDOW)
    size = 2 * _WINDOW
    frames = np.lib.stride_tricks.sliding_window_view(wave, _WINDOW)[::HOP] * window
    own = np.fft.irfft(np.square(np.abs(np.fft.rfft(window, size))))
    similar = np.fft.irfft(np.square(np.abs(np.fft.rfft(frames, size, axis=1))), axis=1)
    shortest, longest = SAMPLE_RATE // _HIGHEST, SAMPLE_RATE // _LOWEST + 2
    expected = np.maximum(own[:longest] / own[0], 1e-3)
    similar = np.minimum(similar[:, :longest] / np.maximum(similar[:, :1], 1e-9) / expected, 1)
    octaves = np.log2(np.arange(shortest, longest) / shortest)
    lag = (similar[:, shortest:] - _OCTAVE_COST * octaves).argmax(1) + shortest
    return 12 * np.log2(SAMPLE_RATE / lag), np.clip(similar[np.arange(len(lag)), lag], 0, 1)


def _melody(pitch: Floats, voiced: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Where the pitch ended, against the turn's median, and how it moved in the last half second."""
    at = np.flatnonzero(voiced)
    last = at[at >= len(voiced) - 30]
    end = at[at >= len(voiced) - 50]
    found = len(last) > 3 and len(at) > 5
    return {
        "pitch_end": float(np.clip(np.median(pitch[last[-8:]]) - np.median(pitch[at]), -12, 12)) if found else 0.0,
        "pitch_slope": float(np.clip(_slope(pitch[end], end), -60, 60)) if len(end) > 6 else 0.0,
        "pitch_missing": float(not found),
    }


def _slope(values: Floats, at: npt.NDArray[np.int64] | None = None) -> float:
    """Rise a second, of values at the frames `at` (one after another where None); 0 for fewer than six."""
    if len(values) < 6:
        return 0.0
    time = (np.arange(len(values)) if at is None else at) / 100
    return float(np.polyfit(time - time.mean(), values, 1)[0])


def _last_syllable(level: Floats) -> tuple[int, int]:
    """Frames of the loudest place in the last 400 ms and of the rise before it."""
    smooth = np.convolve(level, np.ones(5) / 5, "same")
    start = max(0, len(smooth) - 40)
    peak = start + int(np.argmax(smooth[start:]))
    rise = peak
    while rise > 0 and smooth[rise - 1] <= smooth[rise] + 1 and smooth[peak] - smooth[rise] < 8:
        rise -= 1
    return peak, rise
