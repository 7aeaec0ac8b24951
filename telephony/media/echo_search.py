"""How late the bot's own sound comes back, if it does: generalised cross-correlation with phase transform. Pure.

C. H. Knapp and G. C. Carter, "The Generalized Correlation Method for Estimation of Time Delay" (IEEE Trans. ASSP
24(4), 1976). A voice is correlated with itself at many lags; with every frequency given the same weight only the
echo's lag stands out. Where there is no echo the correlation is noise of a known spread, whatever the caller says, so
the height of a peak in units of that spread tells an echo from none. Blocks are summed up, for an echo stays where it
is and a caller's voice does not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from telephony.audio import Samples, samples

Floats = npt.NDArray[np.float32]

STEP = 2  # decimation: a telephone line carries nothing above 4 kHz
BLOCK = samples(0.5)  # of the caller's sound, 16 kHz samples
FURTHEST = samples(1.0)  # delay that is looked for: 800 ms of a network, and the line's own
SPAN = BLOCK + FURTHEST  # of the bot's sound that a block may be the echo of
KEPT = 0.7  # share of the sum so far that goes into the next
_SIZE = 16_384  # of the transform; at least (SPAN + BLOCK) / STEP
_LOW, _HIGH = round(300 * _SIZE / 8_000), round(3_400 * _SIZE / 8_000)  # bins of a telephone's band


@dataclass(frozen=True, slots=True)
class Peak:
    """The lag that stands out, in 16 kHz samples, and how far: in standard deviations of what chance gives. `level`:
    the caller's power in the latest block by the bot's at that lag, and `share`, how much of that block's phases agree
    with the lag: 1 all, chance gives 0.02."""

    lag: int
    height: float
    level: float = 0.0
    share: float = 0.0


class EchoSearch:
    """One call's. Costs about a millisecond a block."""

    def __init__(self) -> None:
        self._sum = np.zeros(_SIZE // 2 + 1, np.complex64)

    def move(self, later: int) -> None:
        """From now on an echo comes so many samples later than it did; at most FURTHEST."""
        if abs(later) > FURTHEST:
            self._sum[:] = 0
            return
        bins = np.arange(_SIZE // 2 + 1)
        self._sum *= np.exp(-2j * np.pi * bins * (later // STEP) / _SIZE)

    def look(self, near: Floats, far: Floats) -> Peak:
        """The echo in the latest BLOCK samples of the caller, shape (BLOCK,), of the latest SPAN samples of the bot,
        shape (SPAN,), which end in the same moment; both at 16 kHz."""
        self._sum *= KEPT
        phases = correlate(near, far)
        self._sum += phases
        found = peak(self._sum)
        source = far[SPAN - BLOCK - found.lag : SPAN - found.lag]
        turned = phases[_LOW:_HIGH] * np.exp(2j * np.pi * np.arange(_LOW, _HIGH) * (found.lag // STEP) / _SIZE)
        return replace(
            found,
            level=float(np.dot(near, near) / max(float(np.dot(source, source)), 1.0)),
            share=float(np.abs(turned.mean())),
        )


def least(far: Floats) -> float:
    """The bot's mean square in that BLOCK of the span in which it sent least: whatever an echo's delay, so much there
    was to come back."""
    power = np.concatenate([[0.0], np.cumsum(np.square(far[: len(far) // STEP * STEP].reshape(-1, STEP)).sum(axis=1))])
    size = BLOCK // STEP
    return float((power[size:] - power[:-size]).min() / BLOCK)


def correlate(near: Floats, far: Floats) -> npt.NDArray[np.complex64]:
    """Phases of the cross-spectrum of a BLOCK and a SPAN, zero outside the telephone's band."""
    shift = (SPAN - BLOCK) // STEP
    placed = np.zeros(_SIZE, np.float32)
    block = near[::STEP]
    placed[shift : shift + len(block)] = block
    cross = np.fft.rfft(placed) * np.conj(np.fft.rfft(far[::STEP], _SIZE))
    cross[:_LOW] = cross[_HIGH:] = 0
    phases: npt.NDArray[np.complex64] = (cross / np.maximum(np.abs(cross), 1e-9)).astype(np.complex64)
    return phases


def peak(spectrum: npt.NDArray[np.complex64]) -> Peak:
    """The largest peak of a spectrum's correlation between no delay and FURTHEST."""
    lags = np.fft.irfft(spectrum, _SIZE)[: FURTHEST // STEP]
    spread = float(np.sqrt(np.mean(np.square(lags)))) or 1.0
    best = int(np.argmax(np.abs(lags)))
    return Peak(best * STEP, abs(float(lags[best])) / spread)


WINDOW = samples(0.064)  # of both that `likeness` compares
_SHORT = 1_024  # of its transforms: twice WINDOW / STEP
_BAND = slice(round(300 * _SHORT / 8_000), round(3_400 * _SHORT / 8_000))
_APART = samples(0.004) // STEP  # that an echo's loudest sound may be off the lag that was found


def likeness(near: Samples, far: Samples) -> float:
    """How much of the caller's last WINDOW samples is an echo of the bot's WINDOW samples at the lag found: 1 all of
    it; chance gives some 0.15. Both shape (WINDOW,). The same transform on a short piece: it needs no filter that has
    learnt the echo, and does not depend on how loud it is. About 60 us."""
    one = np.fft.rfft(near[::STEP], _SHORT)[_BAND]
    cross = one * np.conj(np.fft.rfft(far[::STEP], _SHORT)[_BAND])
    phases = np.zeros(_SHORT // 2 + 1, np.complex128)
    phases[_BAND] = cross / np.maximum(np.abs(cross), 1e-9)
    lags = np.fft.irfft(phases, _SHORT)
    best = max(np.abs(lags[: _APART + 1]).max(), np.abs(lags[-_APART:]).max())
    return float(best) * (_SHORT // 2) / (_BAND.stop - _BAND.start)
