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
        ("is two to five five for one for three still on file", "is some number still on file"),
        ("is five five five oh one for you", "is some number for you"),
        ("is it two to three weeks or four", "is it two to three weeks or four"),
        ("my name is mary ann smith do you take cards", "do you take cards"),
        ("my name is miller m i l l e r when do you open", "when do you open"),
        ("my name is rossi r o double s i i want to know when you open", "when you open"),
        ("my name is jo van der berg can i bring my dog", "can i bring my dog"),
        ("my name is mary o'connor when do you open", "when do you open"),
        ("my name is jo looking for a bike", "looking for a bike"),
        ("this is a question about parking", "question about parking"),
        ("did you write to john dot smith at gmail dot com", "did you write to some address"),
        ("did you write to j d smith at my dash shop dot com", "did you write to some address"),
        ("did you write to john smith at gmail dot com", "did you write to some address"),
    ],
)
def test_names_that_are_introduced_numbers_and_addresses_stay_here(said: str, sent: str) -> None:
    assert outgoing(said) == sent
