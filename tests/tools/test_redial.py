"""When whoever waits is called, and what becomes of each try: a table, with the time as it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.dialplan.hours import Hours
from agent.listen.far_end import Far
from agent.reply.opening import Opening
from agent.tools.callback import End
from agent.tools.redial import LATEST, MOST_ORDERS, SOON_ORDERS, Standing, after, opened, ready
from telephony.orders import Unreached

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # a Monday, 10:00 in Berlin
BERLIN = ZoneInfo("Europe/Berlin")
MONDAYS = Opening(Hours.model_validate({"open": {"monday": "9:00-12:00"}}))
MINUTE = timedelta(minutes=1)


def standing(
    why: Unreached | Far, tries: int, late: timedelta = timedelta(), *, rang: bool = False, orders: int = 1
) -> Standing:
    return after(End(why, rang), tries, NOW, most=3, apart=10 * MINUTE, since=NOW - late, orders=orders)


@pytest.mark.parametrize("why", [Unreached.BUSY, Unreached.NO_ANSWER, Unreached.FAILED, Far.MACHINE])
def test_a_try_is_made_again_until_there_were_enough(why: Unreached | Far) -> None:
    assert standing(why, 0) == Standing(1, NOW + 10 * MINUTE)
    assert standing(why, 1, late=2 * LATEST) == Standing(2, NOW + 10 * MINUTE)
    assert standing(why, 2) == Standing(3, None)


@pytest.mark.parametrize("why", [Unreached.UNKNOWN, Unreached.NOT_ALLOWED, Unreached.DECLINED, Far.FAX])
def test_whom_it_is_no_use_to_call_is_tried_once(why: Unreached | Far) -> None:
    assert standing(why, 0) == Standing(1, None)


@pytest.mark.parametrize(
    ("why", "wait"),
    [
        (Unreached.LIMIT, 10),
        (Unreached.UNREACHABLE, 10),
        (Unreached.NO_ROOM, 1),
        (Unreached.GAVE_WAY, 1),
        (Unreached.CALLED_OFF, 1),
    ],
)
def test_what_was_no_try_is_made_soon_but_not_for_ever(why: Unreached, wait: int) -> None:
    assert standing(why, 2) == Standing(2, NOW + wait * MINUTE)
    assert standing(why, 2, late=LATEST) == Standing(2, None)


@pytest.mark.parametrize("why", [Unreached.GAVE_WAY, Unreached.CALLED_OFF])
def test_whom_it_has_rung_at_was_tried_whatever_ended_it(why: Unreached) -> None:
    assert standing(why, 0, rang=True) == Standing(1, NOW + 10 * MINUTE)
    assert standing(why, 2, rang=True) == Standing(3, None)


def test_what_comes_to_nothing_again_and_again_is_ordered_less_often_and_not_for_ever() -> None:
    assert standing(Unreached.GAVE_WAY, 0, orders=SOON_ORDERS + 1) == Standing(0, NOW + 10 * MINUTE)
    assert standing(Unreached.GAVE_WAY, 0, orders=MOST_ORDERS) == Standing(0, None)


def test_a_trunk_that_is_not_set_up_gives_nobody_up() -> None:
    assert standing(Unreached.NOT_SET_UP, 2, late=2 * LATEST, orders=MOST_ORDERS) == Standing(2, NOW + 10 * MINUTE)


def test_the_week_begins_when_it_is_open_first() -> None:
    noon, next_week = NOW + timedelta(hours=3), NOW + timedelta(days=7, hours=-1)  # 9:00 in Berlin
    assert opened(noon, NOW + timedelta(days=30), MONDAYS, BERLIN) == next_week
    assert opened(noon, NOW + timedelta(days=3), MONDAYS, BERLIN) == NOW + timedelta(days=3)  # not yet
    assert opened(NOW, NOW + timedelta(days=30), MONDAYS, BERLIN) == NOW
    assert opened(noon, NOW + timedelta(days=30), None, None) == noon


@pytest.mark.parametrize(
    ("due", "at", "is_ready"),
    [
        (timedelta(0), timedelta(0), True),
        (timedelta(0), -MINUTE, False),
        (timedelta(0), timedelta(hours=2), False),  # noon in Berlin: closed
        (timedelta(0), timedelta(hours=2) - MINUTE, True),
        (timedelta(hours=3), timedelta(hours=4), False),
        (timedelta(hours=3), timedelta(days=7, hours=-1), True),  # when it is open next
        (timedelta(hours=3), timedelta(days=7, hours=-1) - MINUTE, False),
    ],
)
def test_it_is_time_and_open(due: timedelta, at: timedelta, is_ready: bool) -> None:
    assert ready(NOW + due, NOW + at, MONDAYS, BERLIN) is is_ready


def test_without_hours_it_is_always_open() -> None:
    assert ready(NOW, NOW + timedelta(hours=12), None, None)
