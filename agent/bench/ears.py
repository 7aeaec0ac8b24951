"""What a harness needs to talk like a caller and to understand a bot: a voice unlike the bot's, and a transcriber.

Both use the models that the bot uses, in a process of their own. Loading blocks.
"""

from __future__ import annotations

import queue
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from agent.engines.contract import Final, Recognised, RecogniserEngine, VoiceEngine
from agent.engines.piper import PiperEngine
from agent.engines.vosk import VoskEngine
from agent.errors import RecogniserError
from agent.models.store import ModelStore
from telephony.audio import SAMPLE_RATE, Samples, resample, samples_of, to_pcm

VOICE, RECOGNISER = "piper-en-us-joe", "vosk-small-en-us"
PITCH = 1.15  # played faster by this much, so that caller and bot are told apart
SPEED = 0.95  # rendered slower, which the pitch makes up for
_LONGEST_S, _SHORTEST_S = 9, 5  # of a piece given to the recogniser, which keeps at most 10 s waiting


class CallerVoice:
    """Speaks as the caller."""

    def __init__(self, engine: VoiceEngine) -> None:
        self._engine = engine

    @classmethod
    def load(cls, store: ModelStore) -> CallerVoice:
        """Raises ModelError with the remedy when the voice is not installed."""
        return cls(PiperEngine.load(store.path(VOICE), speed=SPEED))

    async def say(self, text: str) -> Samples:
        """16 kHz samples of `text`, higher than the bot would say it. Raises VoiceError."""
        spoken = await self._engine.render(text)
        return _higher(samples_of(spoken.pcm))

    async def stop_between(self, pieces: Sequence[str]) -> list[Samples]:
        """Each piece's 16 kHz samples, cut from one rendering: the voice does not fall at the end of a piece, as it
        would in a sentence of its own. Raises VoiceError."""
        spoken = await self._engine.render(" ".join(pieces))
        counts = accumulate(len(piece.split()) for piece in pieces[:-1])
        cuts = [spoken.words[count].start for count in counts]
        return [_higher(piece) for piece in np.split(samples_of(spoken.pcm), cuts)]


def _higher(samples: Samples) -> Samples:
    return resample(samples, round(SAMPLE_RATE * PITCH))


class Transcriber:
    """Writes down what the bot said."""

    def __init__(self, engine: RecogniserEngine) -> None:
        self._engine = engine

    @classmethod
    def load(cls, store: ModelStore) -> Transcriber:
        """Raises ModelError with the remedy when the recogniser is not installed."""
        return cls(VoskEngine.load(store.path(RECOGNISER)))

    def transcribe(self, samples: Samples, within: float = 60.0) -> str:
        """The words in 16 kHz samples; blocking. Raises RecogniserError when it does not answer in `within` s."""
        results: queue.SimpleQueue[Recognised] = queue.SimpleQueue()
        recogniser = self._engine.open(results.put)
        words: list[str] = []
        at = 0
        try:
            for piece in pieces(samples):
                recogniser.feed(at, to_pcm(piece))
                recogniser.flush()
                at += len(piece)
                while True:
                    result = results.get(timeout=within)
                    if isinstance(result, Final):
                        words.append(result.text)
                        if result.flushed:
                            break
        except queue.Empty:
            raise RecogniserError(f"the recogniser did not answer within {within:g} s") from None
        finally:
            recogniser.close()
        return " ".join(filter(None, words))


def pieces(samples: Samples) -> list[Samples]:
    """Cut at the quietest 100 ms so that no piece is longer than 9 s."""
    found = []
    while len(samples) > _LONGEST_S * SAMPLE_RATE:
        first, last = _SHORTEST_S * SAMPLE_RATE, _LONGEST_S * SAMPLE_RATE
        blocks = np.abs(samples[first:last].astype(np.int32)).reshape(-1, SAMPLE_RATE // 10).sum(axis=1)
        cut = first + int(blocks.argmin()) * (SAMPLE_RATE // 10) + SAMPLE_RATE // 20
        found.append(samples[:cut])
        samples = samples[cut:]
    return [*found, samples] if len(samples) else found
