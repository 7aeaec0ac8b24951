"""A word or two over the bot's, heard once more against the phrases that mean something there.

An open recogniser gets one such word in four wrong: nothing before it tells what to expect. "Stop" is "that" to it or
even "yeah", "uh-huh" is "hat" or "i had", and of "wait", which ends in a silence, there is often nothing yet in the
pause behind it. A recogniser of the phrases alone hears them, and takes most other words and noises for none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.engines.contract import Word
from agent.listen.among import Among, Make, certainty
from agent.listen.interjection import Interjection, PhraseBook
from telephony.audio import samples

LONGEST = samples(1.0)  # sound that may be one phrase
SPOTTED = 2  # words of an open recogniser that may be one
BEFORE = samples(0.15)  # of the sound before the voice, that its first consonant is in it
# Below these, words are believed not to be what they were taken for. A stop that is none was some other word, and the
# caller is heard all the same; a listening noise that is none would be talked over.
_SURE = {Interjection.STOP: 0.35, Interjection.BACKCHANNEL: 0.55, Interjection.COURTESY: 0.55}
# With a phrase that sounds like another in the graph each of them is heard with half the confidence: "know" and "no".
_ALIKE = frozenset({"i know", "ok", "alright", "nope", "shut up"})
_NOISES = ("mm hmm", "mm", "hmm", "uh huh", "uh", "huh", "ah", "aha")  # with which people show that they listen


@dataclass(frozen=True, slots=True)
class Spotted:
    """What is said: a stop, a listening noise or a courtesy, and its words."""

    kind: Interjection
    text: str


Spot = Callable[[bytes], Spotted | None]


class Spotter:
    """The phrases of one dialplan; of all its calls. Thread-safe."""

    def __init__(self, make: Make, book: PhraseBook) -> None:
        """Raises RecogniserError."""
        # Courtesies too: a recogniser that does not know "please" took 18 of 32 renderings of it for "wait".
        said = {" ".join(phrase) for phrase in (*book.go_on, *book.stop, *book.courtesies)}
        self._among = Among(make, sorted((said - _ALIKE) | set(_NOISES)), "short words over the bot")
        self._book = book

    def __call__(self, pcm: bytes) -> Spotted | None:
        """What is said in 16 kHz PCM: STOP, BACKCHANNEL, COURTESY, or None for all else. Blocking, some 20 ms."""
        return meaning(self._among.hear(pcm), self._book)


def meaning(words: Sequence[Word], book: PhraseBook) -> Spotted | None:
    """What words of a recogniser of phrases mean over the bot's; None where they are too unsure, or mean nothing."""
    if not words:
        return None
    said = [word.text for word in words]
    noises = all(word in _HEARD_NOISES for word in said)
    found = Interjection.BACKCHANNEL if noises else book.interjection(said)
    return Spotted(found, " ".join(said)) if certainty(words) >= _SURE.get(found, 2.0) else None


_HEARD_NOISES = frozenset(word for noise in _NOISES for word in noise.split())
