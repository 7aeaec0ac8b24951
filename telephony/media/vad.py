"""When the caller's voice begins and ends: energy says when, Silero says whether it was speech.

Measured on telephone speech: Silero's probability falls below 0.5 only 171 ms after the true end, while a drop of the
energy is known as soon as the pause counts as one. So speech begins when Silero is sure and the energy is up, taken
back to where the energy rose; it ends when the energy has stayed down for `QUIET_SUBFRAMES`, or when Silero has been
sure of the contrary for a while although it is loud (music, traffic). Continuous speech holds 0.8 dips of 40 ms or
more a second: an end is a hint that more often than not is taken back by the next beginning, and costs no time.

Frames that the jitter buffer made up say nothing: they hold the state, and count as quiet after 100 ms of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from telephony.audio import FRAME_SAMPLES
from telephony.message import Message
from telephony.messages import SpeechBegan, SpeechEnded

Probability = Callable[[bytes], float]  # of speech in one chunk of CHUNK_SAMPLES

CHUNK_SAMPLES = 512
SUBFRAME = 160  # 10 ms
QUIET_SUBFRAMES = 4  # 40 ms of quiet end the voice
ONSET_SUBFRAMES = 2
STIRRING_SUBFRAMES = (2, 8)
GAP_SUBFRAMES = 5  # a dip this short does not break a run of loud subframes
REACH_BACK = 4_800  # samples an onset is taken back at most
SURE, UNLIKELY = 0.5, 0.3
NOT_SPEECH_SAMPLES = 6_400  # 400 ms of UNLIKELY end the voice though it is loud
SILERO_LAG = 2_736  # 171 ms
CONCEALED_LIMIT = 5  # frames
ABOVE_FLOOR_DB = 10.0
FLOOR_RANGE_DB = (-62.0, -40.0)


class NoiseFloor:
    """Level of the background in dBFS: falls at once, rises 20 dB a second, in speech 1."""

    def __init__(self) -> None:
        self.db = -60.0
        self.limit_db = self.db + ABOVE_FLOOR_DB  # that the last subframe was held against

    def loud(self, level_db: float, speech: bool) -> bool:
        """Account for one subframe's level; True when it stands out of the background."""
        self.limit_db = self.db + ABOVE_FLOOR_DB
        loud = level_db > self.limit_db
        if level_db < self.db:
            self.db += 0.2 * (level_db - self.db)
        else:
            self.db += 0.01 if speech else 0.2
        self.db = min(max(self.db, FLOOR_RANGE_DB[0]), FLOOR_RANGE_DB[1])
        return loud


class SpeechDetector:
    """One call's detector. Not thread-safe: one thread feeds it."""

    def __init__(self, call: str, probability: Probability) -> None:
        self._call = call
        self._probability = probability
        self._floor = NoiseFloor()
        self._chunk = b""
        self._last = 0.0
        self._last_sure_at = 0
        self._speaking = False
        self._loud_from = -1  # start of the run of loud subframes, -1 without one
        self._loud_count = 0
        self._quiet_count = 0
        self._concealed = 0
        self._delay = 0
        self._voiced_to = 0  # end of the last loud sample

    def feed(self, at: int, pcm: bytes, concealed: bool = False, delay: int = 0, echo: bool = False) -> list[Message]:
        """Take one 20 ms frame whose first sample is at `at`, `delay` samples late; returns what it settled. No voice
        begins in a frame that may be nothing but the bot's `echo`."""
        self._delay = delay
        self._concealed = self._concealed + 1 if concealed else 0
        self._classify(at, pcm)
        if concealed and self._concealed <= CONCEALED_LIMIT:
            return []
        events: list[Message] = []
        end = at + FRAME_SAMPLES
        wave = np.frombuffer(pcm, dtype="<i2").astype(np.float32).reshape(-1, SUBFRAME)
        for index, level in enumerate(_levels(wave)):
            start = at + index * SUBFRAME
            loud = self._floor.loud(level, speech=self._last >= UNLIKELY) and (self._speaking or not echo)
            if loud:
                self._voiced_to = start + _last_over(wave[index], self._floor.limit_db)
            self._count(start, loud)
            event = self._decide(start + SUBFRAME, known_at=end)
            if event is not None:
                events.append(event)
        return events

    @property
    def probability(self) -> float:
        """Of a voice in the latest chunk."""
        return self._last

    @property
    def stirring(self) -> bool:
        """Something has begun to stand out of the background; it is not known yet whether it is a voice."""
        fewest, most = STIRRING_SUBFRAMES
        return not self._speaking and not self._quiet_count and fewest <= self._loud_count <= most

    def _classify(self, at: int, pcm: bytes) -> None:
        self._chunk += pcm
        if len(self._chunk) < CHUNK_SAMPLES * 2:
            return
        chunk, self._chunk = self._chunk[: CHUNK_SAMPLES * 2], self._chunk[CHUNK_SAMPLES * 2 :]
        self._last = self._probability(chunk)
        if self._last >= UNLIKELY:
            self._last_sure_at = at + FRAME_SAMPLES

    def _count(self, start: int, loud: bool) -> None:
        if loud:
            if self._loud_from < 0:
                self._loud_from = start
            self._loud_count += 1
            self._quiet_count = 0
            return
        self._quiet_count += 1
        if self._quiet_count >= GAP_SUBFRAMES:
            self._loud_from, self._loud_count = -1, 0

    def _decide(self, now: int, known_at: int) -> Message | None:
        if not self._speaking:
            if self._last < SURE or self._quiet_count or self._loud_count < ONSET_SUBFRAMES:
                return None
            self._speaking = True
            self._last_sure_at = max(self._last_sure_at, now)
            return SpeechBegan(self._call, at=max(self._loud_from, now - REACH_BACK, 0))
        if self._quiet_count >= QUIET_SUBFRAMES:
            ended_at = self._voiced_to
        elif now - self._last_sure_at >= NOT_SPEECH_SAMPLES:
            ended_at = self._last_sure_at - SILERO_LAG
        else:
            return None
        self._speaking = False
        self._loud_from, self._loud_count = -1, 0
        return SpeechEnded(self._call, at=max(ended_at, 0), known_at=known_at, delay=self._delay)


def _last_over(subframe: npt.NDArray[np.float32], limit_db: float) -> int:
    """How many of its samples there are up to the last one over the limit."""
    over = np.flatnonzero(np.abs(subframe) > 32768.0 * 10.0 ** (limit_db / 20.0))
    return int(over[-1]) + 1 if over.size else SUBFRAME


def _levels(wave: npt.NDArray[np.float32]) -> list[float]:
    powers: list[float] = np.einsum("ij,ij->i", wave, wave).tolist()
    return [10.0 * math.log10(max(power / SUBFRAME, 1e-3) / 32768.0**2) for power in powers]
