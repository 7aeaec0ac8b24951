"""The border to Vosk for a few known phrases: a short piece of sound is held against them and against "none of them".

Of single words that callers say over the bot an open recogniser gets one in four wrong ("stop" is "that", "mm-hmm" is
"mmm"), because nothing before them tells what to expect. With a graph of the known phrases alone it hears them, and
takes other words for none of them, or for one with little confidence. Measured: docs/performance.md.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import vosk

from agent.engines.contract import UNKNOWN, Word
from agent.errors import RecogniserError

SAMPLE_RATE = 16_000
_LEAD = bytes(2 * SAMPLE_RATE // 5)  # of silence before the sound: a decoder needs a moment to begin


class VoskPhrases:
    """The phrases of one language or dialplan. Thread-safe: one piece is heard at a time."""

    def __init__(self, model: Any, phrases: Sequence[str]) -> None:
        """`model`: a loaded vosk.Model. Phrases with words that it does not know are left out. Raises
        RecogniserError."""
        known = [phrase for phrase in phrases if all(model.vosk_model_find_word(word) >= 0 for word in phrase.split())]
        try:
            self._engine = vosk.KaldiRecognizer(model, float(SAMPLE_RATE), json.dumps([*known, UNKNOWN]))
            self._engine.SetWords(True)
            self._engine.AcceptWaveform(_LEAD)  # the graph is built with the first sound
            self._engine.FinalResult()
        except Exception as error:  # vosk raises nothing narrower
            raise RecogniserError(f"Vosk makes no recogniser of {len(known)} phrases: {error}") from error
        self._fed = len(_LEAD) // 2  # the engine counts on from piece to piece
        self._lock = threading.Lock()

    def hear(self, pcm: bytes) -> tuple[Word, ...]:
        """See `agent.engines.contract.PhraseRecogniser`."""
        with self._lock:
            try:
                self._engine.AcceptWaveform(_LEAD + pcm)
                heard = json.loads(self._engine.FinalResult())
            except Exception as error:  # a foreign engine may raise anything
                raise RecogniserError(f"Vosk did not hear the phrases: {error}") from error
            begin = self._fed + len(_LEAD) // 2
            self._fed = begin + len(pcm) // 2
        return tuple(_word(entry, begin) for entry in heard.get("result", ()))


def _word(entry: Mapping[str, Any], begin: int) -> Word:
    start, end = (round(entry[name] * SAMPLE_RATE) - begin for name in ("start", "end"))
    return Word(entry["word"], max(0, start), max(0, start, end), float(entry.get("conf", 1.0)))
