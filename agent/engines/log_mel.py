"""Whisper's log-mel picture of the last 8 s of sound, as Smart Turn reads it: numpy only.

The steps are those of `WhisperFeatureExtractor` (Hugging Face Transformers, Apache-2.0) with `do_normalize`: frames of
25 ms every 10 ms under a Hann window, 80 mel bands after Slaney, log10, the last 8 decades, scaled. Silence in front of
a short turn costs nothing: its frames are all the same and computed once.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

RATE = 16_000
SECONDS = 8
LENGTH = RATE * SECONDS
HOP = 160
WINDOW = 400
BANDS = 80
FRAMES = LENGTH // HOP
_FLOOR = 1e-10


def log_mel(wave: npt.NDArray[np.int16]) -> Floats:
    """Shape (80, 800), from 16 kHz samples, shape (n,): the last 8 s, with silence in front where they are fewer."""
    sound = wave[-LENGTH:].astype(np.float32) / 32_768
    mean = sound.sum(dtype=np.float64) / LENGTH
    variance = np.square(sound, dtype=np.float64).sum() / LENGTH - mean**2
    padded = np.full(LENGTH + WINDOW, -mean, np.float32)
    end = LENGTH + WINDOW // 2
    padded[end - len(sound) : end] = sound - mean
    padded /= np.float32(np.sqrt(variance + 1e-7))
    padded[: WINDOW // 2] = padded[WINDOW : WINDOW // 2 : -1]  # mirrored at both ends
    padded[end:] = padded[end - 2 : end - 2 - WINDOW // 2 : -1]
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[:-1:HOP]
    silent = max(0, (LENGTH - len(sound)) // HOP - 2)
    power = np.empty((FRAMES, WINDOW // 2 + 1), np.float32)
    power[silent:] = np.square(np.abs(np.fft.rfft(frames[silent:] * _hann(), axis=-1)))
    if silent:
        power[:silent] = np.square(np.abs(np.fft.rfft(frames[2] * _hann())))
    picture = np.log10(np.maximum(power @ _bands(), _FLOOR))
    scaled: Floats = ((np.maximum(picture, picture.max() - 8) + 4) / 4).T.astype(np.float32)
    return scaled


@cache
def _hann() -> Floats:
    return np.hanning(WINDOW + 1)[:-1].astype(np.float32)


@cache
def _bands() -> Floats:
    """Triangles on Slaney's mel scale, each of the same area; shape (201, 80)."""
    edges = _hertz(np.linspace(_mel(0.0), _mel(RATE / 2), BANDS + 2))
    bins = np.linspace(0, RATE / 2, WINDOW // 2 + 1)
    slopes = edges[None, :] - bins[:, None]
    down, up = -slopes[:, :-2] / np.diff(edges)[:-1], slopes[:, 2:] / np.diff(edges)[1:]
    triangles = np.maximum(0.0, np.minimum(down, up)) * (2 / (edges[2:] - edges[:-2]))
    return triangles.astype(np.float32)


def _mel(hertz: float) -> float:
    return 3 * hertz / 200 if hertz < 1000 else 15 + float(np.log(hertz / 1000)) * 27 / float(np.log(6.4))


def _hertz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(mels < 15, 200 * mels / 3, 1000 * np.exp(np.log(6.4) / 27 * (mels - 15)))
