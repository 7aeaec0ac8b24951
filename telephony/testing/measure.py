"""What a listener would have heard, from a recording: spans of sound, time to first audio, gaps. Pure.

Levels are taken over 10 ms blocks. A block is audible when it is louder than the noise floor + 10 dB and than
-50 dBFS; the floor is the level that a tenth of the blocks do not exceed, at most -45 dBFS, so that unbroken speech
does not hide itself. Boundaries are found to 10 ms blocks, then to the first and last sample over the threshold.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from telephony.audio import SAMPLE_RATE, Samples, ms
from telephony.testing.recorder import Recording

BLOCK = SAMPLE_RATE // 100
FAINTEST_DBFS = -50.0
LOUDEST_FLOOR_DBFS = -45.0
ABOVE_FLOOR_DB = 10.0


@dataclass(frozen=True, order=True)
class Span:
    """Samples [start, end) on the recording's 16 kHz clock."""

    start: int
    end: int

    @property
    def ms(self) -> float:
        return ms(self.end - self.start)


def levels(samples: Samples) -> npt.NDArray[np.float64]:
    """RMS of every 10 ms block in dBFS, shape (ceil(n / 160),); -96.0 for digital silence."""
    if not samples.size:
        return np.zeros(0)
    padded = np.pad(samples.astype(np.float64), (0, -len(samples) % BLOCK)).reshape(-1, BLOCK)
    rms = np.sqrt(np.mean(np.square(padded), axis=1))
    dbfs: npt.NDArray[np.float64] = np.maximum(20.0 * np.log10(np.maximum(rms, 1e-9) / 32768.0), -96.0)
    return dbfs


def threshold(block_levels: npt.NDArray[np.float64]) -> float:
    """The level in dBFS from which a block is audible."""
    floor = float(np.percentile(block_levels, 10)) if block_levels.size else -96.0
    return max(FAINTEST_DBFS, min(floor, LOUDEST_FLOOR_DBFS) + ABOVE_FLOOR_DB)


def audible_spans(samples: Samples, bridge_ms: float = 200.0, least_ms: float = 30.0) -> list[Span]:
    """Where sound is heard, in order: pauses up to `bridge_ms` belong to the span around them, shorter than
    `least_ms` of sound is a click and no span."""
    block_levels = levels(samples)
    limit = threshold(block_levels)
    loud = np.flatnonzero(block_levels > limit)
    if not loud.size:
        return []
    breaks = np.flatnonzero(np.diff(loud) - 1 > bridge_ms / 10.0)
    firsts = loud[np.concatenate(([0], breaks + 1))]
    lasts = loud[np.concatenate((breaks, [loud.size - 1]))]
    spans = [_trimmed(samples, int(a) * BLOCK, (int(b) + 1) * BLOCK, limit) for a, b in zip(firsts, lasts, strict=True)]
    return [span for span in spans if span.ms >= least_ms]


def time_to_first_audio(recording: Recording, spoken: Span) -> float | None:
    """Milliseconds from the caller's last voiced sample within `spoken` to the bot's next audible onset.

    Negative when the bot began after the caller had begun but before the caller was done (it cut in). None when the
    caller's audio in `spoken` is silent or the bot never spoke afterwards. Sound of the bot that had begun before the
    caller did is not a reply.
    """
    voiced = audible_spans(recording.caller[spoken.start : spoken.end])
    if not voiced:
        return None
    began, ended = spoken.start + voiced[0].start, spoken.start + voiced[-1].end
    onset = next((span.start for span in audible_spans(recording.bot) if span.start >= began), None)
    return None if onset is None else ms(onset - ended)


def dropouts(samples: Samples, span: Span, least_ms: float = 20.0) -> list[Span]:
    """Runs of at least `least_ms` of digital silence within `span`: what lost packets leave in sound that is
    otherwise unbroken. (A pause between words has a little noise left after real speech, rendered speech may not.)
    The resampler dithers by one step, so two steps are still silence."""
    zero = np.concatenate(([0], (np.abs(samples[span.start : span.end]) <= 2).astype(np.int8), [0]))
    edges = np.flatnonzero(np.diff(zero))
    runs = [Span(span.start + int(a), span.start + int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return [run for run in runs if run.ms >= least_ms]


def pauses(spans: list[Span]) -> list[float]:
    """Milliseconds of silence between neighbouring spans."""
    return [ms(later.start - earlier.end) for earlier, later in pairwise(spans)]


def _trimmed(samples: Samples, start: int, end: int, limit: float) -> Span:
    end = min(end, len(samples))
    peak = 32768.0 * 10.0 ** (limit / 20.0)
    over = np.flatnonzero(np.abs(samples[start:end].astype(np.int32)) > peak)
    return Span(start + int(over[0]), start + int(over[-1]) + 1)
