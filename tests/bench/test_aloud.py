"""What the simulated caller of a test is given to say."""

from __future__ import annotations

import pytest

from agent.bench.aloud import aloud


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("five five five oh one seven seven", "five five five, oh one seven seven"),
        ("it's two one two five five five oh one nine nine", "it's two one two, five five five, oh one nine nine"),
        ("b as in bob x nine nine one", "b as in bob x nine nine one"),
        ("k l m four seven two", "k, l, m, four seven two"),
        ("two mine and a white van", "two mine and a white van"),
        ("i want a room", "i want a room"),
        ("double five one two three oh one", "double five one two three oh one"),
        ("", ""),
    ],
)
def test_long_numbers_are_said_in_groups_and_letters_apart(written: str, said: str) -> None:
    assert aloud(written) == said
