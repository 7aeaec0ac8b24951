"""A small bot for testing the caller itself: answers, greets with a tone, and replies to sound with another tone after
a known time. With `echo` it sends back what it hears instead."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import numpy as np

from telephony.audio import SAMPLE_RATE, Samples
from telephony.errors import CallFailed
from telephony.testing.call import Call


def tone(hertz: float, length_ms: float, dbfs: float = -16.0) -> Samples:
    """A sine at 16 kHz whose first and last sample are audible at once."""
    n = round(SAMPLE_RATE * length_ms / 1000)
    wave = np.cos(2 * np.pi * hertz * np.arange(n) / SAMPLE_RATE) * 32767 * 10 ** (dbfs / 20) * np.sqrt(2)
    samples: Samples = wave.astype(np.int16)
    return samples


@dataclass(frozen=True)
class TonePeer:
    """`UserAgent(answer=TonePeer(...))`. Times in ms."""

    greet_after_ms: float = 100.0
    greeting_ms: float = 500.0
    reply_after_ms: float = 300.0
    reply_ms: float = 400.0
    replies: int = 1_000_000
    hang_up: bool = False  # after the last reply

    async def __call__(self, call: Call) -> None:
        try:
            await asyncio.sleep(self.greet_after_ms / 1000)
            await call.play(tone(800, self.greeting_ms))
            for _ in range(self.replies):
                await call.bot_speaks(3600)
                await call.bot_quiet(for_ms=self.reply_after_ms, timeout=60)
                await call.play(tone(600, self.reply_ms))
            if not self.hang_up:
                await call.ended(3600)
        except (CallFailed, TimeoutError):
            return
