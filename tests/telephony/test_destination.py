"""Where a transfer may go, at which host, and with which call slot."""

from __future__ import annotations

import pytest

from telephony.call.destination import destination, home_of, with_header
from telephony.call.slots import SLOTS, room_for_call, room_for_leg
from telephony.config import Trunk
from telephony.errors import NotAllowed

HOME = "192.0.2.10:5070"
REGISTERS = {"registrar": "sip:pbx.example:5070;transport=tcp", "username": "u", "password": "p"}


@pytest.mark.parametrize(
    ("to", "uri"),
    [
        ("200", f"sip:200@{HOME}"),
        ("+44 20 7946-0000", f"sip:+442079460000@{HOME}"),
        ("*60#", f"sip:*60%23@{HOME}"),
        ("front-desk", f"sip:front-desk@{HOME}"),
        ("sip:200@192.0.2.10", "sip:200@192.0.2.10"),
        ("sip:200@192.0.2.10:5080;transport=tcp", "sip:200@192.0.2.10:5080;transport=tcp"),
        ("SIP:ann@Partner.Example", "SIP:ann@Partner.Example"),
    ],
)
def test_targets(to: str, uri: str) -> None:
    assert destination(to, HOME, ["partner.example"]) == uri


@pytest.mark.parametrize(
    "to",
    [
        "",
        "   ",
        "sip:200@elsewhere.example",
        "sip:200@partner.example.evil.example",
        "sip:200@192.0.2.10?Replaces=x",
        "sip:200@evil.example;maddr=192.0.2.10",
        "sip:x@evil.example@192.0.2.10",
        "sips:200@192.0.2.10",
        "tel:+442079460000",
        "200@192.0.2.10",
        "200>;x=<sip:1",
        "200\r\nX: y",
        "9" * 65,
    ],
)
def test_what_is_no_target(to: str) -> None:
    with pytest.raises(NotAllowed):
        destination(to, HOME, ["partner.example"])


def test_what_is_not_allowed_says_what_to_do() -> None:
    with pytest.raises(NotAllowed, match=r"evil\.example are not allowed: put it under transfer_hosts"):
        destination("sip:900@evil.example", HOME)


@pytest.mark.parametrize(
    ("trunk", "source", "tcp", "home"),
    [
        ({}, "192.0.2.10", False, "192.0.2.10:5070"),
        ({}, "192.0.2.10", True, "192.0.2.10;transport=tcp"),
        ({}, "2001:db8::1", False, "[2001:db8::1]:5070"),
        ({"registration": REGISTERS}, "192.0.2.10", False, "pbx.example:5070;transport=tcp"),
        ({"registration": REGISTERS, "dial_at": "out.example"}, "192.0.2.10", False, "out.example"),
    ],
)
def test_numbers_are_dialled_at_the_calls_own_trunk(
    trunk: dict[str, object], source: str, tcp: bool, home: str
) -> None:
    assert home_of(Trunk.model_validate({"name": "t"} | trunk), source, 5070, tcp) == home


@pytest.mark.parametrize("dial_at", ["sip:pbx.example", "200@pbx.example", "pbx.example;lr", "a b"])
def test_a_dial_at_that_is_no_host_is_a_mistake(dial_at: str) -> None:
    with pytest.raises(ValueError, match="dial_at"):
        Trunk.model_validate({"name": "t", "dial_at": dial_at})


def test_slots() -> None:
    assert room_for_call(taken=2, talking=2, most=3)
    assert not room_for_call(taken=3, talking=3, most=3)
    assert not room_for_call(taken=SLOTS, talking=2, most=3)  # two of them consult
    assert room_for_leg(taken=3)
    assert not room_for_leg(taken=SLOTS)


def test_a_header_in_a_uri_is_escaped() -> None:
    assert with_header("sip:200@pbx.example", "X-Call", "a1?b=c&d") == "sip:200@pbx.example?X-Call=a1%3Fb%3Dc%26d"
