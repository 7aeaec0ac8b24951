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


@pytest.mark.parametrize(
    "said",
    [
        "three hundred forty second street",  # or 300 Forty Second Street
        "one hundred eighty first street",
        "five twenty first street",
        "twenty first street",
        "five hundred tenth street",
        "one hundred and first street",
        "one hundred fortieth street",
        "five hundredth street",
        "three hundred eight mile road",
        "one o connell street",
        "five main street apartment twenty second floor",
        "two four for main street",
    ],
)
def test_a_house_number_that_may_end_elsewhere_is_not_sure(said: str) -> None:
    value, sure = value_of(ADDRESS, said)
    assert value
    assert not sure


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("one o five main street", "105 Main Street"),
        ("two hundred o five main street", "205 Main Street"),
        ("two hundred oh five main street", "205 Main Street"),
        ("two thousand o five main street apartment three o two", "2005 Main Street Apartment 302"),
        ("five o street", "5 O Street"),
        ("forty five second street", "45 Second Street"),
        ("thirty twelfth street", "30 Twelfth Street"),
        ("five hundred west forty second street", "500 West Forty Second Street"),
        ("one twenty three fourth street", "123 Fourth Street"),
    ],
)
def test_a_house_number_that_can_end_nowhere_else_is_sure(said: str, value: str) -> None:
    assert value_of(ADDRESS, said) == (value, True)
