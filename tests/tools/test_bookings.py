"""The appointment book, in real SQLite files."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import ToolRefused
from agent.tools.bookings import Bookings
from agent.tools.timetable import Timetable

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)  # a Monday
DAY, CLOSED_DAY, PAST_DAY = "2026-12-01", "2026-12-06", "2026-11-27"
WEEK = (((540, 660),),) * 5 + ((), ())
TABLE = Timetable(WEEK, minutes=30, at_once=1, zone="UTC")


@pytest.fixture
def book(tmp_path: Path) -> Bookings:
    return Bookings(tmp_path / "deep" / "appointments.db", TABLE)


def booked(
    book: Bookings, at: str = "09:00", name: str = "Jo", phone: str = "5550100", key: str = ""
) -> dict[str, str]:
    return book.do("book", {"day": DAY, "time": at, "name": name, "phone": phone}, key, NOW)


def refusal(book: Bookings, operation: str, **arguments: str) -> str:
    with pytest.raises(ToolRefused) as refused:
        book.do(operation, arguments, "", NOW)
    return str(refused.value)


def test_an_appointment_is_booked_found_moved_and_cancelled(book: Bookings) -> None:
    made = booked(book)
    assert made["when"] == "Tuesday, December first at nine a m"
    assert book.do("find", {"phone": "5550100"}, "", NOW) == made
    assert book.do("find", {"name": " JO", "day": DAY}, "", NOW) == made
    moved = book.do("move", {"reference": made["reference"], "day": DAY, "time": "10:30"}, "", NOW)
    assert (moved["reference"], moved["time"], moved["name"]) == (made["reference"], "10:30", "Jo")
    assert book.do("cancel", {"reference": made["reference"]}, "", NOW) == moved
    assert refusal(book, "find", phone="5550100") == "unknown"


@pytest.mark.parametrize(
    ("first", "second", "other"),
    [("+12025550100", "2025550100", "3025550100"), ("07700900123", "+447700900123", "+447701900123")],
)
def test_a_number_is_found_with_its_countrys_code_and_without(
    book: Bookings, first: str, second: str, other: str
) -> None:
    made = booked(book, phone=first)
    assert book.do("find", {"phone": second}, "", NOW) == made
    assert refusal(book, "find", phone=other) == "unknown"
    assert refusal(book, "find", phone=second[-7:]) == "unknown"


def test_free_times_are_those_that_nobody_has(book: Bookings) -> None:
    assert book.do("free", {"day": DAY}, "", NOW) == {
        "times": "nine a m, ten a m or ten thirty a m",
        "first": "09:00",
        "second": "10:00",
        "third": "10:30",
    }
    booked(book, "09:00")
    booked(book, "10:00")
    assert book.do("free", {"day": DAY}, "", NOW) == {
        "times": "nine thirty a m or ten thirty a m",
        "first": "09:30",
        "second": "10:30",
        "third": "",
    }


def test_free_times_of_today_are_still_to_come(book: Bookings) -> None:
    later = NOW + timedelta(hours=2, minutes=10)
    assert book.do("free", {"day": "2026-11-30"}, "", later)["times"] == "ten thirty a m"


def test_what_cannot_be_is_refused_by_a_code(book: Bookings) -> None:
    booked(book)
    one = {"name": "Al", "phone": "5550199"}
    assert refusal(book, "book", day=DAY, time="09:00", **one) == "taken"
    assert refusal(book, "book", day=DAY, time="09:10", **one) == "closed"
    assert refusal(book, "book", day=DAY, time="11:00", **one) == "closed"
    assert refusal(book, "book", day=CLOSED_DAY, time="09:00", **one) == "closed"
    assert refusal(book, "book", day=PAST_DAY, time="09:00", **one) == "past"
    assert refusal(book, "free", day=CLOSED_DAY) == "closed"
    assert refusal(book, "free", day=PAST_DAY) == "past"
    assert refusal(book, "find", phone="5550199") == "unknown"
    assert refusal(book, "cancel", reference="1") == "unknown"
    assert refusal(book, "move", reference="1", day=DAY, time="10:00") == "unknown"


def test_a_full_day_has_no_free_time(book: Bookings) -> None:
    for at in ("09:00", "09:30", "10:00", "10:30"):
        booked(book, at)
    assert refusal(book, "free", day=DAY) == "full"


def test_an_appointment_can_be_moved_to_where_it_is_but_not_to_where_another_is(book: Bookings) -> None:
    made = booked(book)
    booked(book, "10:00", "Al")
    assert book.do("move", {"reference": made["reference"], "day": DAY, "time": "09:00"}, "", NOW) == made
    assert refusal(book, "move", reference=made["reference"], day=DAY, time="10:00") == "taken"
    assert book.do("find", {"phone": "5550100", "name": "Jo", "day": DAY}, "", NOW) == made


def test_what_is_over_is_not_found(book: Bookings) -> None:
    booked(book)
    with pytest.raises(ToolRefused, match="unknown"):
        book.do("find", {"phone": "5550100"}, "", NOW + timedelta(days=1, hours=2))


def test_the_same_key_changes_the_book_once(book: Bookings) -> None:
    made = booked(book, key="a")
    assert booked(book, key="a") == made
    cancel = {"reference": made["reference"]}
    assert book.do("cancel", cancel, "b", NOW) == book.do("cancel", cancel, "b", NOW) == made
    assert booked(book, key="c")["reference"] != made["reference"]


def test_another_book_of_the_same_file_knows_the_key_and_the_place(tmp_path: Path) -> None:
    first = Bookings(tmp_path / "a.db", TABLE)
    made = booked(first, key="a")
    first.close()
    second = Bookings(tmp_path / "a.db", TABLE)
    assert booked(second, key="a") == made
    assert refusal(second, "book", day=DAY, time="09:00", name="Al") == "taken"


def test_an_appointment_lasts_as_long_as_it_was_when_it_was_made(tmp_path: Path) -> None:
    booked(Bookings(tmp_path / "a.db", Timetable(WEEK, 60, 1, "UTC")), "09:00")
    shorter = Bookings(tmp_path / "a.db", TABLE)
    assert refusal(shorter, "book", day=DAY, time="09:30", name="Al") == "taken"
    assert shorter.do("free", {"day": DAY}, "", NOW)["first"] == "10:00"


def test_only_the_owner_reads_the_book(tmp_path: Path) -> None:
    book = Bookings(tmp_path / "a.db", TABLE)
    booked(book)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


TIMES = st.sampled_from(["09:00", "09:30", "10:00", "10:30"])


@settings(max_examples=20, deadline=None)
@given(st.lists(TIMES, min_size=8, max_size=24), st.integers(1, 3))
def test_callers_who_book_at_once_never_have_the_same_place(wanted: list[str], at_once: int) -> None:
    with TemporaryDirectory() as directory:
        table = Timetable(WEEK, 30, at_once, "UTC")
        books = [Bookings(Path(directory) / "a.db", table) for _ in range(4)]

        def all_of(number: int) -> list[str]:
            got = []
            for at in wanted[number::4]:
                with suppress(ToolRefused):
                    got.append(booked(books[number], at)["time"])
            return got

        with ThreadPoolExecutor(4) as pool:
            got = [at for one in pool.map(all_of, range(4)) for at in one]
        for book in books:
            book.close()
        assert {at: got.count(at) for at in wanted} == {at: min(wanted.count(at), at_once) for at in wanted}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["book", "move", "cancel"]), TIMES, st.integers(0, 5)), max_size=30))
def test_whatever_is_booked_moved_and_cancelled_nobody_shares_a_place(steps: list[tuple[str, str, int]]) -> None:
    with TemporaryDirectory() as directory:
        book = Bookings(Path(directory) / "a.db", TABLE)
        held: dict[str, str] = {}  # reference -> time
        for operation, at, which in steps:
            reference = sorted(held)[which % len(held)] if held else "1"
            others = [held[one] for one in held if operation == "book" or one != reference]
            unknown = operation != "book" and not held
            if unknown or (operation != "cancel" and at in others):
                why = refusal(book, operation, day=DAY, time=at, name="Jo", reference=reference)
                assert why == ("unknown" if unknown else "taken")
                continue
            made = book.do(operation, {"day": DAY, "time": at, "name": "Jo", "reference": reference}, "", NOW)
            held.pop(made["reference"], None)
            if operation != "cancel":
                held[made["reference"]] = at
            assert len(set(held.values())) == len(held)
        book.close()


def test_the_next_free_time(book: Bookings) -> None:
    assert book.do("next", {}, "", NOW) == {
        "day": "2026-11-30",
        "time": "09:00",
        "when": "Monday, November thirtieth at nine a m",
    }
    for at in ("09:00", "09:30", "10:00", "10:30"):
        booked(book, at)
    assert book.do("next", {"day": DAY}, "", NOW)["day"] == "2026-12-02"
    friday = datetime(2026, 12, 4, 10, 30, tzinfo=UTC)
    assert book.do("next", {"day": DAY}, "", friday)["when"] == "Monday, December seventh at nine a m"


def test_where_nothing_is_ever_open_there_is_no_next_time(tmp_path: Path) -> None:
    shut = Bookings(tmp_path / "shut.db", Timetable(((),) * 7, minutes=30, at_once=1, zone="UTC"))
    assert refusal(shut, "next") == "full"
