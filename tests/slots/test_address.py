"""A street address: sure only where it names a house, with its number as people say it."""

from __future__ import annotations

import pytest

from tests.slots.said import slot, value_of

ADDRESS = slot("address")


@pytest.mark.parametrize(
    "said",
    [
        "two doors down the road", "one block down main street", "two blocks from the road", "four in a row",
        "five minutes up the road", "two hundred yards up the hill road", "two streets from the square",
        "one of the houses in the square", "two houses past the court", "one hundred and main street",
    ],
)  # fmt: skip
def test_a_way_that_is_told_is_no_sure_address(said: str) -> None:
    assert not value_of(ADDRESS, said)[1]


@pytest.mark.parametrize(
    ("said", "value", "sure"),
    [
        ("one hundred and one high street", "101 High Street", True),
        ("two hundred fifteen main street", "215 Main Street", True),
        ("it's two hundred and fifteen main street", "215 Main Street", True),
        ("twelve hundred oak avenue", "1200 Oak Avenue", True),
        ("three thousand forty five hill road apartment one hundred and two", "3045 Hill Road Apartment 102", True),
        ("five hundred twenty twenty high street", "Five Hundred Twenty Twenty High Street", False),
        ("nine down street", "9 Down Street", True),
    ],
)
def test_a_house_number_of_hundreds_is_one_number(said: str, value: str, sure: bool) -> None:
    assert value_of(ADDRESS, said) == (value, sure)
