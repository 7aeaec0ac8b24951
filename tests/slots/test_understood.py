"""How much of what callers say for a slot is understood, and that nothing is taken for sure that is not so."""

from __future__ import annotations

import pytest

from agent.dialplan.slots import Slot
from tests.slots.said import phrases, score, slot

FILES = {
    "date": slot("date"),
    "date_past": slot("date", past=True),
    "date_fresh": slot("date"),
    "time": slot("time"),
    "time_fresh": slot("time"),
    "amount": slot("amount"),
    "phone": slot("phone"),
    "digits": slot("digits", digits=4),
    "email": slot("email"),
    "name": slot("name"),
    "code": slot("code"),
    "address": slot("address"),
    "date_later": slot("date"),
    "time_later": slot("time"),
    "amount_later": slot("amount"),
    "phone_later": slot("phone"),
}


@pytest.mark.parametrize(("name", "asked"), FILES.items())
def test_nine_in_ten_are_understood_and_nothing_is_sure_and_wrong(name: str, asked: Slot) -> None:
    result = score(asked, phrases(name))
    print(f"{name}: {result}")
    assert result.wrong == ()
    assert result.right >= 0.9 * result.values
    assert result.refused >= 0.9 * result.nones


@pytest.mark.parametrize("name", FILES)
def test_each_file_has_phrases_that_are_no_answer_and_none_twice(name: str) -> None:
    said = [words for words, _ in phrases(name)]
    assert len(set(said)) == len(said)
    assert sum(not value for _, value in phrases(name)) >= 0.18 * len(said)
