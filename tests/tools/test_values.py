"""Arguments and answers are what the dialplan declares, or are refused; no value of them is in the reason."""

from __future__ import annotations

import pytest

from agent.tools.kind import Kind
from agent.tools.values import misfit, values_of

DECLARED = {"day": Kind.DATE, "name": Kind.NAME}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((("day", "2026-12-01"), ("name", "Jo")), ""),
        ((("name", "Jo"), ("day", "2026-12-01")), ""),
        ((("day", "2026-12-01"),), 'the argument "name" is missing'),
        ((("day", "2026-12-01"), ("name", "Jo"), ("to", "x")), 'no argument "to" is declared'),
        ((("day", "2026-12-01"), ("name", "Jo"), ("name", "Al")), "an argument is there twice"),
        ((("day", "tomorrow"), ("name", "Jo")), '"day" is not written as a date is'),
        ((("day", "2026-12-01"), ("name", "")), '"name" is not written as a name is'),
    ],
)
def test_arguments(arguments: tuple[tuple[str, str], ...], why: str) -> None:
    assert misfit(DECLARED, arguments) == why


@pytest.mark.parametrize(
    ("answer", "values", "why"),
    [
        ({"name": "Jo", "day": "2026-12-01"}, (("day", "2026-12-01"), ("name", "Jo")), ""),
        ({"name": None, "day": "2026-12-01"}, (("day", "2026-12-01"), ("name", "")), ""),
        ({"name": "Jo"}, (), 'the value "day" is missing'),
        ({"name": "Jo", "day": "2026-12-01", "x": 1}, (), 'no value "x" is declared'),
        ({"name": "Jo", "day": 5}, (), '"day" is not written as a date is'),
    ],
)
def test_answers(answer: dict[str, object], values: tuple[tuple[str, str], ...], why: str) -> None:
    assert values_of(DECLARED, answer) == (values, why)
