"""Opening times in words, and when the tests of an interview's file have the business open and closed."""

from __future__ import annotations

import pytest

from agent.interview.answers import Answers
from agent.interview.hours import hours, in_words, moments
from agent.interview.week import week


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            "mon-fri 9-17, sat 10-13",
            "Monday to Friday from nine a m to five p m, and Saturday from ten a m to one p m",
        ),
        ("tue 9:30-12 and 13-24", "Tuesday from nine thirty a m to noon and from one p m to midnight"),
        ("mon, tue, thu-sat 9-10", "Monday, Tuesday and Thursday to Saturday from nine a m to ten a m"),
        ("24/7", "every day around the clock"),
    ],
)
def test_days_with_the_same_times_are_told_together(typed: str, words: str) -> None:
    assert in_words(week(typed)) == words


def test_what_is_too_long_to_remember_is_told_for_the_moment_of_the_call() -> None:
    long = Answers("Joe", open=week("mon 9-12 and 13-17, tue 8-12 and 13-16, wed 7-12 and 14-17, thu 9-11 and 12-13"))
    assert hours(long)["intents"][0]["answer"] == "Our hours are not the same every day. {hours}"


def test_a_test_has_a_moment_that_is_no_holiday() -> None:
    assert moments(Answers("Joe", open=week("wed 9-17"))) == ("2026-12-02 09:00", "2026-12-02 00:00")
    assert moments(Answers("Joe", open=week("wed 9-17"), holidays={"12-02": ""})) == (
        "2026-12-09 09:00",
        "2026-12-02 00:00",
    )
    assert moments(Answers("Joe", open=week("24/7"))) == ("2026-12-02 00:00", "")


def test_many_holidays_are_not_listed() -> None:
    some = {f"12-{day}": "" for day in range(24, 26)}
    many = {f"12-{day}": "" for day in range(20, 27)}
    texts = [hours(Answers("Joe", open=week("mon 9-10"), holidays=days))["facts"][0]["text"] for days in (some, many)]
    assert texts == [
        "We're closed on December twenty fourth and December twenty fifth.",
        "On some holidays we're closed. {hours}",
    ]
