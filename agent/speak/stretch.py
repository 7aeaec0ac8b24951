"""Speech made slower with its pitch kept: WSOLA (Verhelst and Roelands 1993).

Frames of 30 ms that overlap by half are laid side by side, each taken from where the slower clock says, give or take
8 ms, so that it goes on as the one before it would have. Begin and end of the sound stay as they are, so slices that
follow each other fit.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from telephony.audio import SAMPLE_RATE, samples_of, to_pcm

_FRAME = SAMPLE_RATE * 30 // 1000
_HOP = _FRAME // 2
_SEARCH = SAMPLE_RATE * 8 // 1000
_WINDOW = np.hanning(_FRAME + 1)[:_FRAME].astype(np.float32)
_LEAST = 1e-3  # of the window: the first and last samples lie in its ends


def stretched(pcm: bytes, factor: float) -> bytes:
    """16 kHz PCM that takes `factor` (1 or more) times as long; what is shorter than two frames stays as it is. Some
    5 ms of work a second of sound."""
    sound = samples_of(pcm).astype(np.float32)
    if len(sound) < 2 * _FRAME or factor <= 1.0:
        return pcm
    frames = max(2, math.ceil((len(sound) * factor - _FRAME) / _HOP) + 1)
    length = (frames - 1) * _HOP + _FRAME
    out, weight = np.zeros(length, np.float32), np.full(length, _LEAST * _LEAST, np.float32)
    window = np.maximum(_WINDOW, _LEAST)
    last = len(sound) - _FRAME
    at = 0
    for frame in range(frames):
        if frame:
            due = round(last * frame / (frames - 1))
            at = last if frame == frames - 1 else _likest(sound, at + _HOP, due)
        start = frame * _HOP
        out[start : start + _FRAME] += sound[at : at + _FRAME] * window
        weight[start : start + _FRAME] += window
    return to_pcm(out / weight / 32767.0)


def _likest(sound: npt.NDArray[np.float32], natural: int, due: int) -> int:
    """Where near `due` the sound is most like what naturally comes next."""
    first, end = max(0, due - _SEARCH), min(len(sound) - _FRAME, due + _SEARCH)
    wanted = sound[min(natural, len(sound) - _FRAME) :][:_FRAME]
    near = sound[first : end + _FRAME]
    likeness = np.correlate(near, wanted, mode="valid")
    sums = np.cumsum(np.concatenate([[0.0], near.astype(np.float64) ** 2]))
    energy = sums[_FRAME:] - sums[:-_FRAME]
    return first + int((likeness / np.sqrt(energy + 1.0)).argmax())
