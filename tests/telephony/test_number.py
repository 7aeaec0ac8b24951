"""Telephone numbers in one form, whoever writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.call.number import has_prefix_behind_code, normalise
from telephony.config import Trunk

GERMAN = Trunk(name="de", country_code="49")
AMERICAN = Trunk(name="us", country_code="1", national_prefix="", international_prefix="011")
AMERICAN_AS_IT_COMES = Trunk(name="us", country_code="1")
DANISH = Trunk(name="dk", country_code="45", national_prefix="")
ITALIAN = Trunk(name="it", country_code="39", national_prefix="")
RUSSIAN = Trunk(name="ru", country_code="7", national_prefix="8", international_prefix="810")
EVERYWHERE = (GERMAN, AMERICAN, AMERICAN_AS_IT_COMES, DANISH, ITALIAN, RUSSIAN)


@pytest.mark.parametrize(
    ("number", "trunk", "normal"),
    [
        ("03012345", GERMAN, "+493012345"),
        ("0049 30-123.45", GERMAN, "+493012345"),
        ("+49(30)12345", GERMAN, "+493012345"),
        ("100", GERMAN, "100"),
        ("5551234567", AMERICAN, "+15551234567"),
        ("011493012345", AMERICAN, "+493012345"),
        ("100", AMERICAN, "100"),
        ("alice", GERMAN, "alice"),
        ("03012345", Trunk(name="bare"), "03012345"),
        ("", GERMAN, ""),
    ],
)
def test_normalisation(number: str, trunk: Trunk, normal: str) -> None:
    assert normalise(number, trunk) == normal


@pytest.mark.parametrize(
    ("number", "trunk", "normal"),
    [
        ("493012345678", GERMAN, "+493012345678"),
        ("4930123456", GERMAN, "+4930123456"),
        ("12125550123", AMERICAN, "+12125550123"),
        ("12125550123", AMERICAN_AS_IT_COMES, "+12125550123"),
        ("4532123456", DANISH, "+4532123456"),
        ("390612345678", ITALIAN, "+390612345678"),
        ("74951234567", RUSSIAN, "+74951234567"),
    ],
)
def test_a_number_with_its_country_code_gets_no_other_before_it(number: str, trunk: Trunk, normal: str) -> None:
    assert normalise(number, trunk) == normal


@pytest.mark.parametrize(
    ("number", "trunk"),
    [
        ("4930123", GERMAN),  # a local one
        ("30123456", GERMAN),  # whose area code is it?
        ("33612345678", GERMAN),  # another country's
        ("5550199", AMERICAN_AS_IT_COMES),
        ("5550199", AMERICAN),
        ("1125550123", AMERICAN),
        ("4950" * 4, GERMAN),
        ("7271234567", RUSSIAN),
    ],
)
def test_a_number_that_could_be_several_stays_as_it_is(number: str, trunk: Trunk) -> None:
    assert normalise(number, trunk) == number


@pytest.mark.parametrize(
    ("number", "trunk", "normal"),
    [
        ("2125550123", AMERICAN_AS_IT_COMES, "+12125550123"),
        ("212-555-0123", AMERICAN, "+12125550123"),
        ("45123456", DANISH, "+4545123456"),
        ("3912345678", ITALIAN, "+393912345678"),  # a mobile one
        ("0612345678", ITALIAN, "+390612345678"),
        ("84951234567", RUSSIAN, "+74951234567"),
    ],
)
def test_a_national_number(number: str, trunk: Trunk, normal: str) -> None:
    assert normalise(number, trunk) == normal


@pytest.mark.parametrize(
    ("number", "trunk", "normal"),
    [
        ("0049 0900 1234567", GERMAN, "+499001234567"),
        ("+49 (0)30 123456", GERMAN, "+4930123456"),
        ("4909001234567", GERMAN, "+499001234567"),
        ("+390612345678", Trunk(name="it", country_code="39"), "+390612345678"),
        ("+78005553535", RUSSIAN, "+78005553535"),
    ],
)
def test_a_national_prefix_behind_the_country_code_is_none(number: str, trunk: Trunk, normal: str) -> None:
    assert normalise(number, trunk) == normal


@pytest.mark.parametrize("number", ["+4909001234567", "+4400900123", "+119001234567", "+102125550", "+42009001234"])
def test_a_prefix_where_no_number_has_one(number: str) -> None:
    assert has_prefix_behind_code(number)


@pytest.mark.parametrize(
    "number",
    ["+4930123456", "+442079460000", "+12025550123", "+390612345678", "+3780549123456", "+2250123456789",
     "+420900123456", "+78005553535", "+4", "5550199", "0301234", "+3531234567"],
)  # fmt: skip
def test_numbers_that_have_none(number: str) -> None:
    assert not has_prefix_behind_code(number)


@given(st.from_regex(r"\+?[0-9]{1,16}", fullmatch=True), st.sampled_from(EVERYWHERE))
def test_a_normal_number_stays_so(number: str, trunk: Trunk) -> None:
    normal = normalise(number, trunk)
    assert normalise(normal, trunk) == normal or has_prefix_behind_code(normal)
