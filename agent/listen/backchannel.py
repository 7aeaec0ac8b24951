"""Whether words over the bot's that no phrase book has are a listening noise: "oh that's great", "that makes sense".

::

    words ─► many, or one that no listening noise has ───────────────────────────────────► SPEECH
    words ─► sentence embedding ─► logistic regression (backchannel.toml) ─► log odds ─┬─► sure: BACKCHANNEL
                                                                                       ├─► few words, not unlike
                                                                                       │   one: BEGUN
                                                                                       └─► SPEECH
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

import msgspec
import numpy as np

from agent.engines.contract import Embedder
from agent.listen.interjection import Interjection, Phrase
from agent.listen.wording import OPEN_WORDS, listed, without_leads

FILE = Path(__file__).with_name("backchannel.toml")
MOST = 6  # words: whoever says more has something to say
BEGUN = 3  # words that may be the begin of a listening noise
_KEPT = 256  # verdicts: a recogniser tells its words again and again
# In these an embedding sees little and a caller everything: "that's not what i wanted" is near "that's what i wanted".
_SPEAKS = listed(
    "but and or if not no never nothing nobody none neither wrong when where who which why whose need want bye goodbye "
    "call else another instead more again actually also only done"
)
_ASKS = listed(
    "is are am was were do does did can could would will should shall may might has have isn't aren't don't can't"
)
_NOT_LAST = OPEN_WORDS | listed("so i you everything all think thought")
_HARMLESS = (("no", "problem"), ("no", "doubt"), ("not", "bad"), ("thank", "you"))

Judge = Callable[[Phrase], Interjection | None]


class Numbers(msgspec.Struct, frozen=True):
    """What the fit found. `sure`: log odds from which words are a listening noise; `unlike`: below these, they are not
    even the begin of one."""

    origin: dict[str, str]
    sure: float
    unlike: float
    bias: float
    layer: tuple[float, ...]  # one for each of an embedding's 384 numbers


@cache
def shipped() -> Numbers:
    """The numbers as shipped."""
    return read(FILE)


def read(path: Path) -> Numbers:
    """Numbers of a file that the fit wrote. Raises OSError, ValueError, msgspec.ValidationError."""
    return msgspec.convert(tomllib.loads(path.read_text()), Numbers)


def speaks(words: Phrase) -> bool:
    """Whether there is a word among them that is in no listening noise, or they begin as a question does."""
    asks = without_leads(list(words))[:1]
    denies = any(word in _SPEAKS or word.endswith("n't") for word in _without_harmless(words))
    return denies or bool(_ASKS.intersection(asks))


def breaks_off(words: Phrase) -> bool:
    """Whether they stop in the middle, where no listening noise ends."""
    return _without_harmless(words)[-1] in _NOT_LAST


def _without_harmless(words: Phrase) -> list[str]:
    rest = list(words)
    for at in range(len(words) - 1):
        if words[at : at + 2] in _HARMLESS:
            rest[at : at + 2] = ["right", "right"]
    return rest


class Backchannels:
    """Judges the words of all calls. Thread-safe."""

    def __init__(self, embedder: Embedder, numbers: Numbers | None = None) -> None:
        self._embedder = embedder
        self._numbers = numbers or shipped()
        self._layer = np.array(self._numbers.layer, np.float32)
        self.judge = lru_cache(_KEPT)(self._judge)

    def log_odds(self, words: Phrase) -> float:
        """That the words are a listening noise; 1-2 ms. Raises EmbeddingError."""
        embedding = self._embedder.embed([" ".join(words)])[0]
        return float(embedding @ self._layer) + self._numbers.bias

    def _judge(self, words: Phrase) -> Interjection:
        """BACKCHANNEL, BEGUN, OPEN or SPEECH, of at least one word. Raises EmbeddingError."""
        other = Interjection.OPEN if len(words) == 1 else Interjection.SPEECH
        if len(words) > MOST or speaks(words) or (breaks_off(words) and len(words) > BEGUN):
            return other
        odds = self.log_odds(words)
        if odds >= self._numbers.sure and not breaks_off(words):
            return Interjection.BACKCHANNEL
        return Interjection.BEGUN if len(words) <= BEGUN and odds >= self._numbers.unlike else other
