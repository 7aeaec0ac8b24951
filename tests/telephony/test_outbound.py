"""Which calls of the bot's own are placed: a table of what is allowed, and of an hour."""

from __future__ import annotations

import pytest

from telephony.call.admission import Admitted
from telephony.call.outbound import OutboundRules
from telephony.call.slots import OUTBOUND_NEEDS, room_for_call, room_for_order
from telephony.config import Trunk
from telephony.errors import NotAllowed, NotSetUp
from telephony.orders import Place, Unreached

PLAIN = {"name": "pbx", "dial_at": "192.0.2.1", "outbound": {"to": ["555", "+4930"], "never": ["5559"], "an_hour": 2}}
GERMAN = PLAIN | {"name": "de", "country_code": "49", "codecs": ["PCMA"]}
BY_PASSWORD = PLAIN | {
    "name": "registered",
    "dial_at": "",
    "registration": {"registrar": "sip:reg.example:5070", "username": "5558", "password": "x"},
}
AMERICAN = PLAIN | {"name": "us", "country_code": "1", "outbound": {"to": ["+1"], "never": ["+1900"]}}
ABROAD = GERMAN | {"name": "abroad", "outbound": {"to": ["+49", "+44"], "never": ["+49900", "+449"]}}
SILENT = {"name": "silent", "dial_at": "192.0.2.1"}
NOWHERE = PLAIN | {"name": "nowhere", "dial_at": ""}


TRUNKS = (PLAIN, GERMAN, AMERICAN, ABROAD, BY_PASSWORD, SILENT, NOWHERE)


def rules(*numbers: str) -> OutboundRules:
    return OutboundRules([Trunk.model_validate(one) for one in TRUNKS], numbers)


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
        ("493012345678", "de", "+493012345678", "192.0.2.1"),  # as who calls from it may be written down
        ("2125550123", "us", "+12125550123", "192.0.2.1"),
        ("12125550123", "us", "+12125550123", "192.0.2.1"),
        ("+12125550123", "us", "+12125550123", "192.0.2.1"),
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
        ("5550199", "us", "put its begin under outbound.to"),  # in which area?
        ("0049 0900 1234567", "abroad", "outbound.never of trunk 'abroad' has them"),
        ("+49 (0)900 1234567", "abroad", "outbound.never of trunk 'abroad' has them"),
        ("+49 00900 1234567", "abroad", "behind its country code"),
        ("+44 0909 1234567", "abroad", "behind its country code"),
        ("+1 1 900 1234567", "us", "behind its country code"),
        ("19001234567", "us", "outbound.never of trunk 'us' has them"),
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


@pytest.mark.parametrize(
    ("to", "trunk", "why"),
    [
        ("555", "silent", "allow some by \\[trunk.outbound\\]"),
        ("5550123", "unknown", "allow some by \\[trunk.outbound\\]"),
        ("5550123", "nowhere", "write dial_at"),
    ],
)
def test_a_trunk_that_is_not_set_up_says_so(to: str, trunk: str, why: str) -> None:
    with pytest.raises(NotSetUp, match=why):
        rules().judge(order(to, trunk), 0.0, room=True)


@pytest.mark.parametrize(
    ("to", "trunk", "caller"),
    [
        ("+49 30 5550", "de", "+49305550"),
        ("030 5550", "de", "+49305550"),
        ("+49 30 5550", "de", "0305550"),
        ("030 5551234", "de", "100"),
        ("5550199", "pbx", "100"),
        ("5558", "registered", "100"),
    ],
)
def test_the_bot_does_not_call_itself(to: str, trunk: str, caller: str) -> None:
    judged = rules("*", "49305551234", "5550199")
    with pytest.raises(NotAllowed, match="the bot answers that number itself"):
        judged.judge(Place("a", to, trunk, caller, "default"), 0.0, room=True)


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
