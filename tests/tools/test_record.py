"""What is taken out of a transcript before it goes anywhere."""

from __future__ import annotations

import pytest

from agent.dialplan.results import MESSAGE, NUMBERS
from agent.tools.record import ANY, Record, Spoken, Who


def redacted(said: str, *names: str, about: tuple[str, ...] = ()) -> str:
    record = Record("", "call-1", "", "", (), "desk", (Spoken(Who.CALLER, said, about),))
    (only,) = record.redacted(names).transcript
    return only.said


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("my number is five five five oh one two three thank you", "my number is redacted thank you"),
        ("it's 5550123.", "it's redacted."),
        ("number 12-34-56, please", "number redacted, please"),
        ("forty two seventeen nineteen", "redacted"),
        ("Double five, oh one two. Right?", "redacted. Right?"),
        ("one or two of them", "one or two of them"),
        ("I have 3 cars and 2 bikes", "I have 3 cars and 2 bikes"),
        ("somebody phoned none of us", "somebody phoned none of us"),
    ],
)
def test_numbers_of_four_digits_or_more_are_taken_out(said: str, left: str) -> None:
    assert redacted(said, NUMBERS) == left
    assert redacted(said, "day") == said


def test_a_turn_about_something_hidden_is_hidden_whole() -> None:
    assert redacted("it's jo", "name", about=("day", "name")) == "redacted"
    assert redacted("it's jo", "phone", about=("day", "name")) == "it's jo"
    assert redacted("tell them i am late", MESSAGE, about=(MESSAGE,)) == "redacted"


def test_a_turn_about_anything_is_hidden_where_any_value_is() -> None:
    assert redacted("it's jo", "name", about=(ANY,)) == "redacted"
    assert redacted("it's jo", MESSAGE, "caller", NUMBERS, about=(ANY,)) == "it's jo"
    assert redacted("it's jo", "caller", about=(ANY, "caller")) == "redacted"
