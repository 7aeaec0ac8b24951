"""Opening times in words, and when the tests of an interview's file have the business open and closed."""

from __future__ import annotations

import pytest

from agent.interview.answers import Answers
from agent.interview.holidays import EXAMPLE, holidays
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


@pytest.mark.parametrize(
    ("open_", "closed", "answer"),
    [
        ("mon-sun 9-10", "Dec 24-25", "We're closed on December twenty fourth and December twenty fifth."),
        ("tue-sat 9-18", "Christmas Day", "We're closed on Monday and Sunday, and on Christmas Day."),
        (
            "mon-fri 9-17",
            EXAMPLE,
            "We're closed on Saturday and Sunday, and on Christmas Day, July fourth, December twenty eighth to January "
            "second and May fourteenth, twenty twenty seven.",
        ),
        (
            "mon-sun 9-10",
            "Summer: Aug 1-14, Feb 27 2027 to Mar 1 2027",
            "We're closed on Summer and February twenty seventh, twenty twenty seven to March first, twenty twenty "
            "seven.",
        ),
    ],
)
def test_all_days_that_are_closed_are_told(open_: str, closed: str, answer: str) -> None:
    told = hours(Answers("Joe", open=week(open_), holidays=holidays(closed)))
    assert told["facts"][0]["text"] == answer


def test_of_a_long_list_of_holidays_the_first_are_told() -> None:
    many = {f"{month:02d}-{day:02d}": "" for month in range(1, 13) for day in (1, 10, 20)}
    text = hours(Answers("Joe", open=week("mon-sun 9-10"), holidays=many))["facts"][0]["text"]
    assert text.startswith("We're closed on January first, January tenth, January twentieth, February first,")
    assert text.endswith(", and some more days. {hours}")
    assert len(text.split()) <= 60
