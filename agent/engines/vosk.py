"""The loaded Vosk model, which recognisers are opened with; what one does is in `vosk_recogniser`."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import vosk

from agent.engines import heap
from agent.engines.contract import UNKNOWN
from agent.engines.spares import Spares
from agent.engines.vosk_phrases import VoskPhrases
from agent.engines.vosk_recogniser import SAMPLE_RATE, OnResult, VoskRecogniser
from agent.errors import ModelError

REQUIRED = ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph")


class VoskEngine:
    """The loaded acoustic model; `open` makes a recogniser for one call."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._open: set[VoskRecogniser] = set()
        self._spares = Spares(lambda: _kaldi(model))
        self._lock = threading.Lock()

    @classmethod
    def load(cls, path: Path) -> VoskEngine:
        """Load the model directory `path` (blocking, about 0.5 s for the small model). Raises ModelError."""
        heap.few_arenas()
        vosk.SetLogLevel(-1)
        missing = [name for name in REQUIRED if not (path / name).exists()]
        if missing:
            raise ModelError(
                f"{path} is not a Vosk model: {', '.join(missing)} missing. Fetch it anew: offhook models fetch"
            )
        try:
            model = vosk.Model(str(path))
            vosk.KaldiRecognizer(model, float(SAMPLE_RATE))  # a damaged graph is noticed only here
            return cls(model)
        except Exception as error:  # vosk raises nothing narrower
            raise ModelError(f"Vosk cannot load {path}: {error}. Check it: offhook models verify") from error

    def warm(self, speech: Sequence[bytes]) -> None:
        """Keep recognisers at hand that have heard `speech`, so that a caller's first words are decoded quickly."""
        self._spares.warm(speech)

    def open(self, on_result: OnResult, grammar: Sequence[str] | None = None) -> VoskRecogniser:
        """Open a recogniser. With `grammar` (phrases) it hears only those and "[unk]"; words must be known to the
        model. Raises RecogniserError when Vosk refuses."""
        if grammar is None:
            opened = VoskRecogniser(self._spares, on_result, self._forget)
        else:
            phrases = json.dumps([*grammar, UNKNOWN])
            opened = VoskRecogniser(Spares(lambda: _kaldi(self._model, phrases)), on_result, self._forget)
        with self._lock:
            self._open.add(opened)
        return opened

    def phrases(self, phrases: Sequence[str]) -> VoskPhrases:
        """A recogniser that knows only these. Raises RecogniserError."""
        return VoskPhrases(self._model, phrases)

    def close(self) -> None:
        """Close every recogniser and let go of the model."""
        with self._lock:
            opened = list(self._open)
        for recogniser in opened:
            recogniser.close()
            recogniser.join(timeout=2.0)
        self._spares.close()
        self._model = None

    def _forget(self, recogniser: VoskRecogniser) -> None:
        with self._lock:
            self._open.discard(recogniser)
        heap.trim()


def _kaldi(model: Any, phrases: str = "") -> Any:
    arguments = (model, float(SAMPLE_RATE)) + ((phrases,) if phrases else ())
    recogniser = vosk.KaldiRecognizer(*arguments)
    recogniser.SetWords(True)
    return recogniser
