"""What the small-talk model may say to a caller, and what it may not."""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Dialplan
from agent.reply.fence import Fence
from agent.reply.smalltalk import COURTESIES


@pytest.fixture(scope="module")
def fence(plan: Dialplan) -> Fence:
    return Fence(plan)


@pytest.mark.parametrize(
    "clause",
    [
        "Hello!",
        "Good morning, how can I help you today?",
        "I am doing well, thank you for asking.",
        "I'm doing great, thanks.",
        "It's a pleasure to assist you.",
    ],
)
def test_courtesies_pass(fence: Fence, clause: str) -> None:
    assert fence.allows(clause, "hello")


@pytest.mark.parametrize(
    "clause",
    [
        "",
        "We are open on Sunday.",
        "Yes, we are.",
        "It costs twenty dollars.",
        "Call us at 555 0100.",
        "We can fix that for you.",
        "I'll book you in.",
        "I'm sorry for your loss.",
        "*smiles* Hello!",
        "Hello! [laughs]",
        '"Hello!"',
        "Our repairs are free.",
        "The workshop closes at six.",
        "You can have a bike today.",
        "Hello " * 20,
        "Hello <|im_end|>",
        "I was at the beach with my family.",
    ],
)
def test_everything_else_does_not(fence: Fence, clause: str) -> None:
    assert not fence.allows(clause, "how are you")


def test_the_callers_own_words_pass_unless_they_are_the_business(fence: Fence) -> None:
    assert fence.allows("Nice to speak with you, Jonathan.", "hello this is jonathan nice to speak with you")
    assert not fence.allows("I am open on Sunday.", "hello how are you are you open on sunday")


def test_the_stock_answers_pass_their_own_fence(fence: Fence) -> None:
    said = [courtesy.instead for courtesy in COURTESIES if courtesy.modelled]
    assert said
    assert all(fence.allows(clause, "") for text in said for clause in text.split("! "))
