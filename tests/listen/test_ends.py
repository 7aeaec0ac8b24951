"""Where a dialplan's questions end, by its own examples."""

from __future__ import annotations

import pytest

from agent.listen.ends import Ends

ENDS = Ends(
    [
        "What is the monthly price of a room?",
        "what does a room cost",
        "Can I change the room?",
        "do you have a parking lot",
        "where is your office",
        "how do i find your office",
    ]
)


@pytest.mark.parametrize("said", ["how is your office", "so where is your office", "what about a parking lot"])
def test_a_last_word_of_theirs_says_that_it_is_the_end(said: str) -> None:
    assert ENDS.log_odds(said) > 0.5


@pytest.mark.parametrize("said", ["what is the monthly", "how do i find", "do you", "what is the monthly price of a"])
def test_a_word_from_inside_says_that_more_is_to_come(said: str) -> None:
    assert ENDS.log_odds(said) < -0.3


def test_a_pair_says_more_than_a_word() -> None:
    assert ENDS.log_odds("a parking lot") > ENDS.log_odds("a big lot") > 0


@pytest.mark.parametrize("said", ["", "weasels", "1234", "?"])
def test_what_no_example_has_says_nothing(said: str) -> None:
    assert ENDS.log_odds(said) == 0.0
    assert Ends().log_odds("where is your office") == 0.0
