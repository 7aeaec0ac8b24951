"""Which calls of the bot's own are placed: a table of what is allowed, of an hour, and of what came of them."""

from __future__ import annotations

import pytest

from telephony.call.admission import Admitted
from telephony.call.outbound import OutboundRules, why_unreached
from telephony.call.slots import OUTBOUND_NEEDS, room_for_call, room_for_order
from telephony.config import Trunk
from telephony.errors import NotAllowed
from telephony.orders import Place, Unreached

PLAIN = {"name": "pbx", "dial_at": "192.0.2.1", "outbound": {"to": ["555", "+4930"], "never": ["5559"], "an_hour": 2}}
GERMAN = PLAIN | {"name": "de", "country_code": "49", "codecs": ["PCMA"]}
BY_PASSWORD = PLAIN | {
    "name": "registered",
    "dial_at": "",
    "registration": {"registrar": "sip:reg.example:5070", "username": "bot", "password": "x"},
}
SILENT = {"name": "silent", "dial_at": "192.0.2.1"}
NOWHERE = PLAIN | {"name": "nowhere", "dial_at": ""}


def rules() -> OutboundRules:
    return OutboundRules([Trunk.model_validate(one) for one in (PLAIN, GERMAN, BY_PASSWORD, SILENT, NOWHERE)])


def order(to: str, trunk: str = "pbx") -> Place:
    return Place("a", to, trunk, "100", "default")


@pytest.mark.parametrize(
    ("to", "trunk", "number", "home"),
    [
        ("5550123", "pbx", "5550123", "192.0.2.1"),
        ("555 01-23", "pbx", "5550123", "192.0.2.1"),
        ("+49 30 123456", "pbx", "+4930123456", "192.0.2.1"),
        ("030 123456", "de", "+4930123456", "192.0.2.1"),
        ("0049 30 123456", "de", "+4930123456", "192.0.2.1"),
        ("5550123", "registered", "5550123", "reg.example:5070"),
    ],
)
def test_what_is_allowed_is_dialled_as_it_was_compared(to: str, trunk: str, number: str, home: str) -> None:
    admitted = rules().judge(order(to, trunk), 0.0, room=True)
    assert isinstance(admitted, Admitted)
    assert (admitted.caller, admitted.home, admitted.called, admitted.order) == (number, home, "100", "a")


@pytest.mark.parametrize(
    ("to", "trunk", "why"),
    [
        ("5559001", "pbx", "outbound.never of trunk 'pbx' has them"),
        ("5540123", "pbx", "put its begin under outbound.to of trunk 'pbx'"),
        ("004930123456", "pbx", "put its begin under outbound.to"),  # no country code: not the same number
        ("4930123456", "pbx", "put its begin under outbound.to"),
        ("09001234567", "de", "put its begin under outbound.to"),
        ("555", "silent", "allow some by \\[trunk.outbound\\]"),
        ("5550123", "unknown", "allow some by \\[trunk.outbound\\]"),
        ("5550123", "nowhere", "write dial_at"),
        ("sip:5550123@192.0.2.9", "pbx", "is no telephone number"),
        ("5550123@192.0.2.9", "pbx", "is no telephone number"),
        ("5550123;phone-context=x", "pbx", "is no telephone number"),
        ("555*21*0900#", "pbx", "is no telephone number"),
        ("5" * 21, "pbx", "is no telephone number"),
        ("anna", "pbx", "is no telephone number"),
        ("", "pbx", "is no telephone number"),
    ],
)
def test_anything_else_is_not(to: str, trunk: str, why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        rules().judge(order(to, trunk), 0.0, room=True)


def test_an_hour_has_so_many_and_each_trunk_its_own() -> None:
    judged = rules()
    assert isinstance(judged.judge(order("5550123"), 0.0, room=True), Admitted)
    assert judged.judge(order("5550123"), 1.0, room=False) is Unreached.NO_ROOM  # and is not counted
    assert isinstance(judged.judge(order("5550123"), 600.0, room=True), Admitted)
    assert judged.judge(order("5550123"), 3_599.0, room=True) is Unreached.LIMIT
    assert isinstance(judged.judge(order("5550123", "registered"), 3_599.0, room=True), Admitted)
    assert isinstance(judged.judge(order("5550123"), 3_600.0, room=True), Admitted)
    assert judged.judge(order("5550123"), 3_601.0, room=True) is Unreached.LIMIT


@pytest.mark.parametrize("most", [1, 2, 3])
def test_beside_a_call_of_the_bots_own_a_caller_always_has_room(most: int) -> None:
    placed = [
        (taken, talking) for taken in range(5) for talking in range(taken + 1) if room_for_order(taken, talking, most)
    ]
    assert all(room_for_call(taken + 1, talking + 1, most) for taken, talking in placed)
    assert bool(placed) is (most >= OUTBOUND_NEEDS)


@pytest.mark.parametrize(
    ("status", "why", "tried"),
    [
        (486, Unreached.BUSY, True),
        (600, Unreached.BUSY, True),
        (408, Unreached.NO_ANSWER, True),
        (480, Unreached.NO_ANSWER, True),
        (603, Unreached.DECLINED, True),
        (404, Unreached.UNKNOWN, True),
        (484, Unreached.UNKNOWN, True),
        (500, Unreached.FAILED, True),
        (0, Unreached.FAILED, True),
    ],
)
def test_what_the_trunk_says(status: int, why: Unreached, tried: bool) -> None:
    assert (why_unreached(status), why.tried) == (why, tried)
