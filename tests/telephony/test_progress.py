"""What came of a call that nobody answered: of the person, or of the trunk?"""

from __future__ import annotations

import pytest

from telephony.call.progress import RANG_S, Progress
from telephony.orders import Unreached

SILENT = Progress()
TRIED = SILENT.on(100, 0.0)
RANG = TRIED.on(180, 0.5)


@pytest.mark.parametrize("progress", [SILENT, TRIED, RANG])
@pytest.mark.parametrize(
    ("status", "why"),
    [
        (486, Unreached.BUSY),
        (600, Unreached.BUSY),
        (480, Unreached.NO_ANSWER),
        (487, Unreached.NO_ANSWER),
        (603, Unreached.DECLINED),
        (404, Unreached.UNKNOWN),
        (484, Unreached.UNKNOWN),
        (488, Unreached.FAILED),
        (302, Unreached.FAILED),
    ],
)
def test_a_status_about_the_person(progress: Progress, status: int, why: Unreached) -> None:
    assert progress.why(status, 1.0) is why
    assert why.tried


@pytest.mark.parametrize("status", [0, 401, 403, 407, 408, 500, 503, 504])
def test_an_outage_of_the_trunk_is_no_try(status: int) -> None:
    assert SILENT.why(status, 60.0) is Unreached.UNREACHABLE
    assert not Unreached.UNREACHABLE.tried


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (403, Unreached.DECLINED),
        (408, Unreached.NO_ANSWER),
        (500, Unreached.FAILED),
        (503, Unreached.FAILED),
        (0, Unreached.FAILED),
    ],
)
def test_where_it_has_rung_it_was_one(status: int, why: Unreached) -> None:
    assert RANG.why(status, 1.0) is why
    assert why.tried


def test_a_trunk_that_takes_a_call_and_gives_it_back_at_once_is_out() -> None:
    assert TRIED.why(503, 1.0) is Unreached.UNREACHABLE
    assert TRIED.why(408, 1.0) is Unreached.NO_ANSWER


@pytest.mark.parametrize("status", [180, 181, 182, 183])
def test_a_provisional_response_of_ringing_is_ringing(status: int) -> None:
    assert SILENT.on(status, 0.0).rang(0.0)
    assert SILENT.on(status, 0.0).on(100, 0.1).rang(0.2)


def test_a_trunk_that_tells_no_ringing_has_it_ring_after_some_seconds() -> None:
    assert not SILENT.rang(60.0)
    assert not TRIED.rang(RANG_S - 0.1)
    assert TRIED.rang(RANG_S)
    assert TRIED.on(100, RANG_S - 1).rang(RANG_S)
    assert TRIED.heard
    assert not SILENT.heard


def test_a_trunk_that_is_not_set_up_says_nothing_of_the_number() -> None:
    assert not Unreached.NOT_SET_UP.tried
    assert Unreached.NOT_ALLOWED.tried
