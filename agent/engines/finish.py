"""The last steps from a voice's raw sound to speech, as it comes: silence trimmed, level evened, resampled to 16 kHz.

Of a text that comes in pieces the level is known only at its end. Until then the gain goes by the voice's usual level
and, the more has been heard, by what was heard; it moves along a ramp. One that comes at once goes by its loudness.
"""

from __future__ import annotations

import numpy as np
import soxr

from agent.engines.evened import evened
from agent.engines.loudness import Wave, active_dbfs, gain_from, limited
from telephony.audio import SAMPLE_RATE, to_pcm

LEAD = 0.005  # s of silence kept before the first sound
TAIL = 0.06  # s kept after the last sound; longer pauses are set by whoever joins pieces
FLOOR = 0.003  # below -50 dBFS is silence
ONSET = 0.0045  # what begins a text: well above silence, whatever level it is brought to
_LOW = np.full(3, 1 / 3, dtype=np.float32)  # a sound begins with what is left of it at 16 kHz, not with a hiss above
_USUAL_COUNTS = 1.0  # the usual level counts as much as so many seconds of this text


class Finish:
    """One text's. `rate`: of the raw sound; `usual`: the voice's level in dBFS, None for a text that comes at once."""

    def __init__(self, rate: int, usual: float | None) -> None:
        self.cut: int | None = None  # raw samples left out before the first sound, once there was one
        self.kept = 0  # raw samples that went on
        self.made = 0  # 16 kHz samples that came out
        self._rate = rate
        self._usual = usual
        self._gain = 1.0
        self._raw = 0
        self._held: Wave = np.zeros(0, dtype=np.float32)  # silence that may be the last
        self._heard: list[Wave] = []
        self._resampler: soxr.ResampleStream | None = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")

    def level(self) -> float:
        """The level of the raw sound so far, dBFS; there must be some."""
        return active_dbfs(np.concatenate(self._heard), self._rate)

    def feed(self, wave: Wave, last: bool = False) -> bytes:
        """Raw sound, shape (n,), to 16 kHz PCM; `last` when no more comes. Some of it comes out with the next."""
        assert self._resampler is not None, "nothing comes after the last"
        assert last or self._usual is not None, "a text whose voice has no usual level comes at once"
        sound = self._trimmed(wave, last)
        self.kept += len(sound)
        out = self._resampler.resample_chunk(self._levelled(sound), last=last)
        if self._usual is None:
            out = evened(out, SAMPLE_RATE)
        self.made += len(out)
        if last:
            self._resampler = None
        return to_pcm(out)

    def _trimmed(self, wave: Wave, last: bool) -> Wave:
        wave = np.concatenate([self._held, wave])
        loud = np.flatnonzero(np.abs(wave) > FLOOR)
        begin, lead = 0, int(LEAD * self._rate)
        if self.cut is None:
            onset = np.flatnonzero(np.abs(np.convolve(wave, _LOW, "same")) > ONSET) if loud.size else loud
            begin = max(0, int(onset[0] if onset.size else len(wave)) - lead)
            self._raw += begin
            if onset.size:
                self.cut = self._raw
            else:
                loud = onset
        end = max(begin, int(loud[-1]) + 1) if loud.size else begin
        self._held = wave[end:]
        if last and self.cut is not None:
            end = min(len(wave), end + int(TAIL * self._rate))
        return wave[begin:end]

    def _levelled(self, sound: Wave) -> Wave:
        if not len(sound):
            return sound
        self._heard.append(sound)
        if self._usual is None:
            return sound
        heard = sum(map(len, self._heard)) / self._rate
        gain = gain_from(self._usual + (self.level() - self._usual) * heard / (heard + _USUAL_COUNTS))
        before, self._gain = (gain if self.kept == len(sound) else self._gain), gain
        return limited(sound * np.linspace(before, gain, len(sound), dtype=np.float32))
