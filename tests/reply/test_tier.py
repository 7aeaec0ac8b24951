"""Who words an answer: by the file and the score when the reply is made, by what is left when it would be asked."""

from __future__ import annotations

import msgspec
import pytest

from agent.dialplan.models import Worded
from agent.reply.tier import CERTAIN, LEAST_MS, Means, Tier, Wish, denied, wanted

PLENTY = Means(left_in_call=1, left_in_hour=1, time_ms=LEAST_MS, closed=True, able=True)


@pytest.mark.parametrize(
    ("worded", "score", "tier"),
    [
        (Worded.AS_WRITTEN, 0.8, Tier.STOCK),
        (Worded.AS_WRITTEN, CERTAIN, Tier.STOCK),
        (Worded.MODEL, 0.3, Tier.SMALL),
        (Worded.MODEL, CERTAIN, Tier.SMALL),
        (Worded.STRONG, 0.59, Tier.STOCK),  # behind its lead-in, so that the caller hears what was understood
        (Worded.STRONG, 0.6, Tier.STRONG),
        (Worded.STRONG, 0.99, Tier.STRONG),
        (Worded.STRONG, CERTAIN, Tier.STOCK),
    ],
)
def test_who_is_to_word_it(worded: Worded, score: float, tier: Tier) -> None:
    assert wanted(Wish(worded, score, sure=0.6)).tier is tier


def test_with_means_the_strong_model_is_asked() -> None:
    assert denied(PLENTY) == ""


@pytest.mark.parametrize(
    ("lacking", "why"),
    [
        ({"left_in_call": 0}, "the call has asked"),
        ({"left_in_hour": 0}, "in an hour"),
        ({"time_ms": LEAST_MS - 1}, "no time"),
        ({"time_ms": -500.0}, "no time"),
        ({"closed": False}, "after failures"),
        ({"able": False}, "for this answer"),
    ],
)
def test_what_it_may_not_cost_or_take_keeps_it_from_being_asked(lacking: dict[str, object], why: str) -> None:
    assert why in denied(msgspec.structs.replace(PLENTY, **lacking))
