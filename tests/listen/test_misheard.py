"""Examples of a dialplan are known again by their letters, where the recogniser took a word for another."""

from __future__ import annotations

import pytest

from agent.listen.misheard import FURTHEST, Misheard

EXAMPLES = Misheard(
    [
        "Which street are you on?",
        "is parking free",
        "what do you charge for a room",
        "what time do you open",
        "are you open on sunday",
        "are you open",
        "when does my bill arrive",
        "how much is it",
        "hours please",
    ]
)


@pytest.mark.parametrize(
    "said",
    [
        "with street are you on",
        "his parking free",
        "so what do you charge for room",
        "when does my bella right",
        "are you open on sunday",
        "are you open",
    ],
)
def test_a_whole_example_though_misheard(said: str) -> None:
    assert 1 - FURTHEST <= EXAMPLES.nearness(said) <= 1


@pytest.mark.parametrize(
    "said",
    ["how much is the", "what time do you open on", "which street are",
      "what do you charge for", "what do you charge for a", "what time do you", "are you open on",
     "do you have a dog", "", "um", "hours please", "is parking"],
)  # fmt: skip
def test_the_begin_of_one_is_not_all_of_it_nor_is_anything_else(said: str) -> None:
    assert EXAMPLES.nearness(said) == 0.0


def test_nearer_is_more() -> None:
    assert EXAMPLES.nearness("which street are you on") == 1.0
    assert EXAMPLES.nearness("with street are you on") < 1.0
