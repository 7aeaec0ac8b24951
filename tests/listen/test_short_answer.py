"""A misheard yes or no to a yes/no question is heard once more."""

from __future__ import annotations

import pytest

from agent.engines.contract import UNKNOWN
from agent.engines.fakes import FakePhrases
from agent.listen.short_answer import ShortAnswers, unclear

SOUND = bytes(640)


@pytest.mark.parametrize(
    ("heard", "confidence", "answer"),
    [
        ("no", 1.0, "no"),
        ("yes please", 0.8, "yes please"),
        ("no", 0.4, ""),
        (UNKNOWN, 1.0, ""),
        ("thanks", 1.0, ""),
        ("", 1.0, ""),
    ],
)
def test_what_is_heard(heard: str, confidence: float, answer: str) -> None:
    assert ShortAnswers(lambda phrases: FakePhrases(phrases, heard, confidence))(SOUND) == answer


def test_a_recogniser_that_fails_hears_nothing() -> None:
    failing = FakePhrases((), "no")
    failing.fails = True
    assert ShortAnswers(lambda phrases: failing)(SOUND) == ""


@pytest.mark.parametrize(
    ("said", "again"),
    [("now", True), ("the now", True), ("no", False), ("yes it", False), ("", False), ("my number is five", False)],
)
def test_only_a_word_or_two_that_are_neither_are_heard_again(said: str, again: bool) -> None:
    assert unclear(said) is again
