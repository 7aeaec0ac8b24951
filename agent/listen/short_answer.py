"""A word or two in answer to a yes/no question, heard once more by a recogniser of such answers alone.

Of a short "no" an open recogniser makes "now" more often than not, because nothing before it tells what to expect. What
is asked for does: among yes, no and their like it is heard.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from agent.engines.contract import PhraseRecogniser
from agent.errors import RecogniserError
from agent.reply.utterance import Utterance
from agent.reply.yes_no import yes_or_no
from telephony.audio import samples

log = structlog.get_logger()

MOST = 2  # words that may be such an answer, misheard
LONGEST = samples(1.0)  # of sound
ANSWERS = ("yes", "no", "yeah", "sure", "correct", "right", "wrong", "okay", "please")
OTHERS = ("what", "wait", "hello", "who", "why", "when", "one")  # which would else be taken for an answer
_SURE = 0.6  # confidence

Answer = Callable[[bytes], str]


class ShortAnswers:
    """Of all calls. Thread-safe."""

    def __init__(self, make: Callable[[Sequence[str]], PhraseRecogniser]) -> None:
        """`make`: `RecogniserEngine.phrases`. Raises RecogniserError."""
        self._recogniser = make((*ANSWERS, *OTHERS))
        self._failed = False

    def __call__(self, pcm: bytes) -> str:
        """The answer in 16 kHz PCM; "" where it is none for sure. Blocking, some 20 ms."""
        try:
            words = self._recogniser.hear(pcm)
        except RecogniserError as error:
            if not self._failed:
                log.warning("short answers are not heard twice", reason=str(error))
            self._failed = True
            return ""
        sure = bool(words) and min(word.confidence for word in words) >= _SURE
        said = " ".join(word.text for word in words)
        return said if sure and yes_or_no(Utterance(said)) is not None else ""


def unclear(said: str) -> bool:
    """Whether words may be a yes or a no that was misheard."""
    words = Utterance(said).raw
    return 0 < len(words) <= MOST and yes_or_no(Utterance(said)) is None
