"""Sound heard among a few phrases: the recogniser of them, whose failure is no news to whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from agent.engines.contract import PhraseRecogniser, Word
from agent.errors import RecogniserError

log = structlog.get_logger()

Make = Callable[[Sequence[str]], PhraseRecogniser]  # `RecogniserEngine.phrases`


class Among:
    """Of all calls. Thread-safe."""

    def __init__(self, make: Make, phrases: Sequence[str], what: str) -> None:
        """`what` is heard with it, for the log. Raises RecogniserError."""
        self._recogniser = make(phrases)
        self._what = what
        self._failed = False

    def hear(self, pcm: bytes) -> tuple[Word, ...]:
        """The words in 16 kHz PCM; none where the recogniser fails, which is logged once. Blocking, some 20 ms."""
        try:
            return self._recogniser.hear(pcm)
        except RecogniserError as error:
            if not self._failed:
                log.warning("not heard twice", what=self._what, reason=str(error))
            self._failed = True
            return ()


def certainty(words: Sequence[Word]) -> float:
    """The confidence of the least certain of them, 0.0 for none."""
    return min((word.confidence for word in words), default=0.0)
