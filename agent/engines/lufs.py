"""Loudness as ITU-R BS.1770-4 measures it, of mono sound: in LUFS, K-weighted and gated. Pure.

The two filters of the weighting, a shelf for the head and a high-pass, are given by the standard for 48 kHz; here they
are made for any rate from their corner, gain and quality (as libebur128 does), and applied in the frequency domain.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

TARGET_LUFS = -21.8  # of whole texts; what `agent.engines.loudness` makes of streamed ones, in the middle
SILENCE = -70.0  # the standard's absolute gate; nothing is said to be less loud
_BLOCK_S, _STEP_S = 0.4, 0.1
_RELATIVE = -10.0  # LU under the mean of what passed the absolute gate
_OFFSET = -0.691

_Floats = npt.NDArray[np.float64]


def lufs(wave: npt.NDArray[np.floating], rate: int) -> float:
    """Integrated loudness of a wave, shape (n,), full scale +-1.0. A sound shorter than a block of 400 ms is one
    block; silence, and no sound at all, is SILENCE."""
    if not len(wave):
        return SILENCE
    powers = _blocks(np.square(_weighted(wave.astype(np.float64), rate)), rate)
    loud = powers[_level(powers) > SILENCE]
    if loud.size:
        loud = loud[_level(loud) > _level(np.array([loud.mean()]))[0] + _RELATIVE]
    return float(_level(np.array([loud.mean()]))[0]) if loud.size else SILENCE


def _level(powers: _Floats) -> _Floats:
    return _OFFSET + 10.0 * np.log10(np.maximum(powers, 1e-12))


def _blocks(square: _Floats, rate: int) -> _Floats:
    """Mean square of each block."""
    block, step = min(int(_BLOCK_S * rate), len(square)), int(_STEP_S * rate)
    summed = np.concatenate([[0.0], np.cumsum(square)])
    starts = np.arange(0, len(square) - block + 1, step)
    means: _Floats = (summed[starts + block] - summed[starts]) / block
    return means


def _weighted(wave: _Floats, rate: int) -> _Floats:
    """K-weighted sound, as long as it was; the filters' ringing has a second to fade, so nothing wraps around."""
    length = len(wave) + rate
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(length))
    response = _shelf(z, rate) * _high_pass(z, rate)
    filtered: _Floats = np.fft.irfft(np.fft.rfft(wave, length) * response, length)[: len(wave)]
    return filtered


def _shelf(z: npt.NDArray[np.complex128], rate: int) -> npt.NDArray[np.complex128]:
    """The head: +4 dB above 1.7 kHz."""
    corner, gain, quality = 1681.974450955533, 3.999843853973347, 0.7071752369554196
    k, high = np.tan(np.pi * corner / rate), 10.0 ** (gain / 20.0)
    band = high**0.4996667741545416
    above = (high + band * k / quality + k * k, 2.0 * (k * k - high), high - band * k / quality + k * k)
    below = (1.0 + k / quality + k * k, 2.0 * (k * k - 1.0), 1.0 - k / quality + k * k)
    return _response(above, below, z)


def _high_pass(z: npt.NDArray[np.complex128], rate: int) -> npt.NDArray[np.complex128]:
    corner, quality = 38.13547087602444, 0.5003270373238773
    k = np.tan(np.pi * corner / rate)
    below = (1.0 + k / quality + k * k, 2.0 * (k * k - 1.0), 1.0 - k / quality + k * k)
    scale = 1.0 / below[0]
    return _response((1.0, -2.0, 1.0), tuple(part * scale for part in below), z)


def _response(
    above: tuple[float, ...], below: tuple[float, ...], z: npt.NDArray[np.complex128]
) -> npt.NDArray[np.complex128]:
    top: npt.NDArray[np.complex128] = above[0] + above[1] * z + above[2] * z * z
    bottom: npt.NDArray[np.complex128] = below[0] + below[1] * z + below[2] * z * z
    return top / bottom
