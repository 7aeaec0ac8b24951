"""A word or two in answer to a yes/no question, heard once more by a recogniser of such answers alone.

Of a short "no" an open recogniser makes "now" more often than not, because nothing before it tells what to expect. What
is asked for does: among yes, no and their like it is heard.
"""

from __future__ import annotations

from collections.abc import Callable

from agent.listen.among import Among, Make, certainty
from agent.reply.utterance import Utterance
from agent.reply.yes_no import yes_or_no
from telephony.audio import samples

MOST = 2  # words that may be such an answer, misheard
LONGEST = samples(1.0)  # of sound
ANSWERS = ("yes", "no", "yeah", "sure", "correct", "right", "wrong", "okay", "please")
OTHERS = ("what", "wait", "hello", "who", "why", "when", "one")  # which would else be taken for an answer
_SURE = 0.6  # confidence

Answer = Callable[[bytes], str]


class ShortAnswers:
    """Of all calls. Thread-safe."""

    def __init__(self, make: Make) -> None:
        """Raises RecogniserError."""
        self._among = Among(make, (*ANSWERS, *OTHERS), "short answers")

    def __call__(self, pcm: bytes) -> str:
        """The answer in 16 kHz PCM; "" where it is none for sure. Blocking, some 20 ms."""
        words = self._among.hear(pcm)
        said = " ".join(word.text for word in words)
        return said if certainty(words) >= _SURE and yes_or_no(Utterance(said)) is not None else ""


def unclear(said: str) -> bool:
    """Whether words may be a yes or a no that was misheard."""
    words = Utterance(said).raw
    return 0 < len(words) <= MOST and yes_or_no(Utterance(said)) is None
