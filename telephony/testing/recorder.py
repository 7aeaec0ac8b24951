"""The stereo recording of a call, both sides on one clock: what was said and heard at the caller's wire.

What the positions mean. Sample 0 is the moment the caller's ACK left (or, where the caller was called, its 200).

* Caller (left): a packet's *last* sample lies at the time the packet was due on the absolute clock, as in a phone,
  which sends a packet when its last sample has been captured. It never leaves earlier; how much later it left is
  measured (`media_thread.lateness`), and lateness makes a reply look slower, never quicker.
* Bot (right): a packet's *first* sample is heard the moment the packet reached the socket (the kernel's time stamp),
  through an ideal playout buffer that adds no delay of its own but never plays the past: samples follow each other by
  RTP timestamp; a packet that comes later than its turn moves everything after it back to its arrival; the delay so
  gathered is given up as soon as two packets in a row are silent. Lost packets are silence.

So a gap measured between the two tracks is the silence that the caller's ear would hear with a perfect phone:
at least the truth at the wire, and never flattered by the harness.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from telephony.audio import SAMPLE_RATE, Samples, resample
from telephony.errors import AudioError
from telephony.testing.rtp import distance

SILENT_PEAK = 256  # -42 dBFS: packets below may be cut to give up delay
_JUMP = 8_000  # RTP clock units: a larger step is a new time base, not a gap


@dataclass(frozen=True)
class Recording:
    """Both sides, int16, shape (n,), 16 kHz, of equal length; see the module for what positions mean."""

    caller: Samples
    bot: Samples

    def save(self, path: Path | str) -> None:
        """Write a stereo WAV, caller left, bot right. Raises AudioError."""
        try:
            soundfile.write(str(path), np.column_stack((self.caller, self.bot)), SAMPLE_RATE, subtype="PCM_16")
        except (OSError, soundfile.SoundFileError) as error:
            raise AudioError(f"cannot write the recording to {path}: {error}") from error


class Playout:
    """Decides where each packet of one stream lies on the track; see the module."""

    def __init__(self, rate: int) -> None:
        self._factor = rate // 8_000
        self._newest: tuple[int, int, bool] | None = None  # timestamp, start, silent

    def place(self, at: int, timestamp: int, samples: Samples) -> int | None:
        """The position of the packet's first sample, in samples of `rate`; None for one that came too late.
        `at` is when the packet could be heard at the earliest."""
        silent = bool(np.abs(samples.astype(np.int32)).max(initial=0) < SILENT_PEAK)
        if self._newest is None:
            self._newest = (timestamp, at, silent)
            return at
        newest, start, was_silent = self._newest
        step = distance(timestamp, newest, 32)
        expected = at if abs(step) > _JUMP else start + step * self._factor
        if step <= 0 and abs(step) <= _JUMP:
            return None if expected < at else expected
        if at > expected or (silent and was_silent):
            expected = at
        self._newest = (timestamp, expected, silent)
        return expected


class Track:
    """One side of a recording: packets written at their places, silence elsewhere; a second of one rate may be
    followed by one of another (a codec changed by re-INVITE)."""

    def __init__(self) -> None:
        self._buffers: dict[int, Samples] = {}
        self._used: dict[int, int] = {}

    def write(self, rate: int, start: int, samples: Samples) -> None:
        """Write int16 samples of `rate` at position `start` (in samples of `rate`); what lies before 0 is cut."""
        samples, start = samples[max(0, -start) :], max(0, start)
        end = start + len(samples)
        buffer = self._buffers.get(rate, np.zeros(0, np.int16))
        if end > len(buffer):
            grown = np.zeros(max(end, 2 * len(buffer), 10 * rate), np.int16)
            grown[: len(buffer)] = buffer
            buffer = self._buffers[rate] = grown
        buffer[start:end] = samples
        self._used[rate] = max(self._used.get(rate, 0), end)

    def samples(self) -> Samples:
        """All of it at 16 kHz."""
        parts = [resample(self._buffers[rate][:used], rate) for rate, used in list(self._used.items())]
        mixed = np.zeros(max((len(part) for part in parts), default=0), np.int32)
        for part in parts:
            mixed[: len(part)] += part
        return np.clip(mixed, -32768, 32767).astype(np.int16)


def recording(caller: Track, bot: Track, length: int = 0) -> Recording:
    """Bring two tracks to one length, at least `length` samples of 16 kHz."""
    left, right = caller.samples(), bot.samples()
    whole = max(len(left), len(right), length)
    return Recording(np.pad(left, (0, whole - len(left))), np.pad(right, (0, whole - len(right))))
