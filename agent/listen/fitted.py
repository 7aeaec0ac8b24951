"""The numbers that the endpointer was fitted to, with their origin: `endpointer.toml`, written by the fit."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from math import exp, log
from pathlib import Path

import msgspec

FILE = Path(__file__).with_name("endpointer.toml")


class Regression(msgspec.Struct, frozen=True):
    """A logistic regression over named traits."""

    bias: float
    weights: dict[str, float]

    def logit(self, traits: Mapping[str, float]) -> float:
        """Log odds; a trait that is missing counts as 0."""
        return self.bias + sum(weight * traits.get(name, 0.0) for name, weight in self.weights.items())


class Fitted(msgspec.Struct, frozen=True):
    """All regressions: by wording alone, and with the language model's odds; by pitch and level, and with what an
    audio model makes of the sound; and of text and sound."""

    origin: dict[str, str]
    words: Regression
    text: Regression
    sound: Regression
    deep: Regression
    layer: tuple[float, ...]  # of `deep`, one for each of the audio model's 384 numbers
    joint: Regression  # over "text" and "sound", the log odds of the others


def sigmoid(logit: float) -> float:
    """A probability from log odds; safe at both ends."""
    return 1 / (1 + exp(-logit)) if logit > -700 else 0.0


def log_odds(probability: float, most: float = 6.0) -> float:
    """The log odds of a probability, at most `most` either way."""
    if not 0 < probability < 1:
        return most if probability >= 1 else -most
    return min(max(log(probability / (1 - probability)), -most), most)


@cache
def fitted() -> Fitted:
    """The numbers as shipped."""
    return read(FILE)


def read(path: Path) -> Fitted:
    """Numbers of a file that the fit wrote. Raises OSError, ValueError, msgspec.ValidationError."""
    return msgspec.convert(tomllib.loads(path.read_text()), Fitted)
