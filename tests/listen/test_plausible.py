"""Which words are sure enough for what cannot be undone."""

from __future__ import annotations

import pytest

from agent.listen.plausible import plausible
from agent.reply.reply import Awaited, Expectation
from telephony.audio import samples

OPEN, YES_NO = Expectation(), Expectation(Awaited.YES_NO)


@pytest.mark.parametrize(
    ("said", "voiced", "expects", "sure"),
    [
        ("goodbye", 0.4, OPEN, True),
        ("goodbye", 0.1, OPEN, False),
        ("goodbye", 0.0, OPEN, False),  # the recogniser heard it, the voice detector nothing
        ("bye", 0.25, OPEN, True),
        ("by", 0.35, OPEN, False),
        ("oh by", 0.35, OPEN, False),
        ("by", 0.35, YES_NO, True),  # "anything else?"
        ("by", 0.1, YES_NO, False),
        ("thank you by", 0.6, OPEN, True),
        ("thank you that's all goodbye", 0.3, OPEN, False),
        ("thank you that's all goodbye", 1.2, OPEN, True),
        ("yes", 0.3, YES_NO, True),
        ("yes", 0.15, YES_NO, True),  # a quick one
        ("yes", 0.13, YES_NO, False),  # as coughs have it
        ("", 0.0, OPEN, True),
        ("huh", 0.0, OPEN, True),  # no word at all
    ],
)
def test_sure_are_words_with_voice_enough_for_them(said: str, voiced: float, expects: Expectation, sure: bool) -> None:
    assert plausible(said, samples(voiced), expects) is sure
