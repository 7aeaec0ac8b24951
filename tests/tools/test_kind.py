"""How each kind of value is written, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.tools.kind import EXAMPLES, Kind, fits, redacted, written


@pytest.mark.parametrize("kind", Kind)
def test_the_example_of_a_kind_is_written_as_it_is(kind: Kind) -> None:
    assert fits(kind, EXAMPLES[kind])
    assert written(kind, EXAMPLES[kind]) == EXAMPLES[kind]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.TEXT, ""),
        (Kind.TEXT, "  "),
        (Kind.TEXT, "a\0b"),
        (Kind.TEXT, "\ud800"),
        (Kind.TEXT, "a" * 2001),
        (Kind.DIGITS, "12a"),
        (Kind.DIGITS, "١٢"),
        (Kind.DIGITS, "1" * 41),
        (Kind.PHONE, "++49"),
        (Kind.PHONE, "12"),
        (Kind.DATE, "2026-02-30"),
        (Kind.DATE, "20261201"),
        (Kind.DATE, "2026-W49-2"),
        (Kind.TIME, "24:00"),
        (Kind.TIME, "9:00"),
        (Kind.AMOUNT, "12,50"),
        (Kind.AMOUNT, "-1"),
        (Kind.EMAIL, "Jo@example.com"),
        (Kind.EMAIL, "jo"),
        (Kind.CHOICE, "Front Desk"),
        (Kind.YES_NO, "maybe"),
        (Kind.YES_NO, "yes\n"),
    ],
)
def test_what_is_written_otherwise_does_not_fit(kind: Kind, value: str) -> None:
    assert not fits(kind, value)
    assert written(kind, value) is None or value == ""


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.YES_NO, True, "yes"),
        (Kind.YES_NO, False, "no"),
        (Kind.YES_NO, 1, None),
        (Kind.DIGITS, 42, "42"),
        (Kind.DIGITS, -42, None),
        (Kind.DIGITS, True, None),
        (Kind.AMOUNT, 12.5, "12.50"),
        (Kind.AMOUNT, float("nan"), None),
        (Kind.AMOUNT, 12, "12"),
        (Kind.TEXT, 12.5, None),
        (Kind.TEXT, None, ""),
        (Kind.DATE, "", ""),
        (Kind.TEXT, ["a"], None),
        (Kind.TEXT, {"a": 1}, None),
    ],
)
def test_values_of_json_are_written_as_their_kind_is(kind: Kind, value: object, text: str | None) -> None:
    assert written(kind, value) == text


@given(st.sampled_from(Kind), st.text())
def test_any_text_fits_or_not_and_is_redacted(kind: Kind, value: str) -> None:
    if fits(kind, value) and kind in (Kind.TEXT, Kind.NAME, Kind.PHONE, Kind.EMAIL, Kind.DIGITS, Kind.ADDRESS):
        assert redacted(kind, value) == f"({len(value)} characters)"
