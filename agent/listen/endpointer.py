"""How long to wait after the caller's last voiced sample before their turn is taken to be over.

The seam: `Endpointer.patience` is asked again whenever more is known, and answers in samples of silence. This one
judges by what is awaited and by the last word; a better judge answers the same question with P(turn over).
"""

from __future__ import annotations

from typing import Protocol

from agent.reply.reply import Awaited, Expectation
from telephony.audio import SAMPLE_RATE


class Endpointer(Protocol):
    """Judges whether the caller is done."""

    def patience(self, said: str, expects: Expectation) -> int:
        """Silence, in 16 kHz samples since the last voiced one, after which a turn of the words `said` is over."""


def samples(seconds: float) -> int:
    """Seconds as samples of the call clock."""
    return round(seconds * SAMPLE_RATE)


_PATIENCE = {
    Awaited.OPEN: samples(0.45),
    Awaited.YES_NO: samples(0.35),
    Awaited.NAME: samples(0.80),
    Awaited.DIGITS: samples(1.20),
    Awaited.MESSAGE: samples(1.40),
    Awaited.NOTHING: samples(0.45),
}
_COMPLETE_DIGITS = samples(0.35)
_TRAILING = samples(0.90)
# Words after which nobody has finished: hesitations, articles, conjunctions, possessives.
_UNFINISHED = frozenset("um uh er hmm and but or so because the a an my your our to of for with at is if".split())  # noqa: SIM905
# Digits as the recogniser hears them, homophones with them.
_DIGIT_WORDS = frozenset("zero oh o one won two to too three four for five six seven eight ate nine".split())  # noqa: SIM905


class SilenceEndpointer:
    """A turn is over after a silence whose length depends on what the bot asked and on the last word."""

    def patience(self, said: str, expects: Expectation) -> int:
        words = said.split()
        wait = _PATIENCE[expects.awaited]
        if expects.awaited is Awaited.DIGITS:
            return _COMPLETE_DIGITS if expects.digits and digit_count(words) >= expects.digits else wait
        if words and words[-1] in _UNFINISHED:
            return max(wait, _TRAILING)
        return wait


def digit_count(words: list[str]) -> int:
    """How many digits the words spell, with "double five" as two and "triple five" as three."""
    count, times = 0, 1
    for word in words:
        if word in {"double", "triple"}:
            times = 2 if word == "double" else 3
            continue
        if word in _DIGIT_WORDS or word.isdigit():
            count += times * (len(word) if word.isdigit() else 1)
        times = 1
    return count
