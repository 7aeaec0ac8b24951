"""What of a caller's words goes to a model elsewhere."""

from __future__ import annotations

import pytest

from agent.reply.outgoing import outgoing


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("how long do i have to wait", "how long do i have to wait"),
        ("hi um my name is john smith when do you open", "when do you open"),
        ("my name is jo and i want to know when you open", "when you open"),
        ("my name is jo can i bring my dog", "can i bring my dog"),
        ("this is mary calling do you have rye bread", "do you have rye bread"),
        ("is five five five oh one double two still on file", "is some number still on file"),
        ("is 5550122 still on file", "is some number still on file"),
        ("do you have a table for two at three", "do you have a table for two at three"),
        ("did you write to jo at example dot com yesterday", "did you write to some address yesterday"),
        ("did you write to jo@example.com yesterday", "did you write to some address yesterday"),
    ],
)
def test_names_that_are_introduced_numbers_and_addresses_stay_here(said: str, sent: str) -> None:
    assert outgoing(said) == sent
