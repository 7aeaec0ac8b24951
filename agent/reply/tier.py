"""Who words an answer: nobody, for it is said as written; the small model here; or the strong one. Pure.

Two tables, of which the first row that is so counts. WANTED goes by the answer and by how sure it is that it was asked
for, when the reply is made; DENIED by what the strong model may still cost and take, when it would be asked. An answer
for which it is not asked is said as written, never by the small model: that one states no facts.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec

from agent.dialplan.models import Worded

CERTAIN = 1.0  # score of a question that the file has word for word, and of one that was asked by a key or a "yes"
LEAST_MS = 100.0  # in which no model on a network has ever begun


class Tier(StrEnum):
    """Who words an answer."""

    STOCK = "stock"
    SMALL = "small"
    STRONG = "strong"


class Wish(msgspec.Struct, frozen=True):
    """An answer: who words it by the file, how sure it is that it was asked for, and how sure that has to be."""

    worded: Worded
    score: float
    sure: float


class Means(msgspec.Struct, frozen=True):
    """What there is for a question to the strong model. `closed`: its circuit breaker; `able`: what it has said for
    this answer was not refused again and again."""

    left_in_call: int  # questions
    left_in_hour: int
    time_ms: float  # of the turn's budget
    closed: bool
    able: bool


class Choice(msgspec.Struct, frozen=True):
    """Who words it, and why."""

    tier: Tier
    why: str


_WANTED: tuple[tuple[Callable[[Wish], bool], Tier, str], ...] = (
    (lambda wish: wish.worded is Worded.AS_WRITTEN, Tier.STOCK, "it is said as written"),
    (lambda wish: wish.worded is Worded.MODEL, Tier.SMALL, "the small model is able to"),
    (lambda wish: wish.score >= CERTAIN, Tier.STOCK, "the file answers this very question"),
    (lambda wish: wish.score < wish.sure, Tier.STOCK, "it is not sure enough that this was asked"),
    (lambda wish: True, Tier.STRONG, "the strong model is able to"),
)
_DENIED: tuple[tuple[Callable[[Means], bool], str], ...] = (
    (lambda means: not means.closed, "it is left alone after failures"),
    (lambda means: not means.able, "what it said for this answer was refused, and it is left alone with it"),
    (lambda means: means.left_in_call <= 0, "the call has asked it as often as it may"),
    (lambda means: means.left_in_hour <= 0, "all calls have asked it as often as they may in an hour"),
    (lambda means: means.time_ms < LEAST_MS, "no time is left"),
)


def wanted(wish: Wish) -> Choice:
    """Who is to word an answer."""
    return next(Choice(tier, why) for so, tier, why in _WANTED if so(wish))


def denied(means: Means) -> str:
    """Why the strong model is not asked after all; "" where it is."""
    return next((why for so, why in _DENIED if so(means)), "")
