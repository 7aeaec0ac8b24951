"""Who may call whom: addresses, numbers, callers, verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.call.admission import Admission, Admitted, Refused, Room, answering, host_of
from telephony.call.invite import read, user_of
from telephony.config import LineConfig
from telephony.line.sdp import prefer

FREE = Room(draining=False, agent=True, full=False)
SDP = (
    "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
)


def message(sdp: str = SDP, **headers: str) -> str:
    lines = {
        "Via": "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
        "From": '"Ann" <sip:030123@192.0.2.1>;tag=1',
        "To": "<sip:100@bot>",
        "Call-ID": "abc",
        "CSeq": "1 INVITE",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return "INVITE sip:200@bot:5060;x=y SIP/2.0\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n" + sdp


def admission(**tables: Any) -> Admission:
    config = LineConfig.model_validate({"run_dir": Path("/nonexistent")} | tables)
    return Admission(config, resolve=lambda host: {"pbx.example": ["198.51.100.9"]}.get(host, []))


def test_without_trunks_only_loopback_and_any_number() -> None:
    gate = admission()
    assert gate.judge(read(message()), "127.0.0.1", FREE) == Admitted(
        "loopback", "030123", "200", "default", ("PCMU", "PCMA", "G722"), "127.0.0.1:5060"
    )
    assert gate.judge(read(message()), "::ffff:127.0.0.1", FREE) != Refused(403, "Forbidden", "stranger")
    assert gate.judge(read(message()), "192.168.1.5", FREE) == Refused(403, "Forbidden", "stranger")
    assert gate.judge(read(message()), "rubbish", FREE) == Refused(403, "Forbidden", "stranger")


def test_the_narrowest_range_wins_and_a_registrar_is_a_peer() -> None:
    gate = admission(
        trunks=[
            {"name": "wide", "peers": ["10.0.0.0/8"]},
            {"name": "narrow", "peers": ["10.1.2.0/24"]},
            {"name": "reg", "registration": {"registrar": "sip:pbx.example:5070", "username": "u", "password": "p"}},
        ]
    )
    found = [gate.trunk_of(source) for source in ("10.9.9.9", "10.1.2.3", "198.51.100.9", "198.51.100.8")]
    assert [trunk.name if trunk else "" for trunk in found] == ["wide", "narrow", "reg", ""]


@pytest.mark.parametrize(
    ("room", "key"),
    [
        (Room(draining=True, agent=True, full=False), "draining"),
        (Room(draining=False, agent=False, full=False), "no agent"),
        (Room(draining=False, agent=True, full=True), "busy"),
    ],
)
def test_no_room_is_503_with_retry_after(room: Room, key: str) -> None:
    verdict = admission().judge(read(message()), "127.0.0.1", room)
    assert isinstance(verdict, Refused)
    assert (verdict.status, verdict.key) == (503, key)
    assert verdict.retry_after > 0


def test_a_full_line_is_busy_where_the_trunk_wants_that() -> None:
    full = Room(draining=False, agent=True, full=True)
    verdict = admission(limits={"full_status": 486}).judge(read(message()), "127.0.0.1", full)
    assert isinstance(verdict, Refused)
    assert (verdict.status, verdict.key) == (486, "busy")


def test_numbers_table_catch_all_and_404() -> None:
    strict = admission(numbers={"100": "office"})
    assert strict.judge(read(message()), "127.0.0.1", FREE) == Refused(404, "Not Found", "unknown number")
    catching = admission(numbers={"100": "office", "*": "rest"})
    verdict = catching.judge(read(message()), "127.0.0.1", FREE)
    assert isinstance(verdict, Admitted)
    assert verdict.dialplan == "rest"


@pytest.mark.parametrize(
    ("listed", "called", "dialplan"),
    [
        ("4930123456", "+4930123456", "office"),
        ("+4930123456", "4930123456", "office"),
        ("4930123456", "0493012345", "rest"),
        ("reception", "+reception", "rest"),
    ],
)
def test_a_number_is_the_same_with_and_without_its_plus(listed: str, called: str, dialplan: str) -> None:
    assert answering({listed: "office", "*": "rest"}, called) == dialplan


def test_a_number_as_it_is_written_goes_before_the_same_with_a_plus() -> None:
    assert answering({"+4930123456": "one", "4930123456": "two"}, "4930123456") == "two"


def test_codecs_in_common_also_by_static_payload() -> None:
    gate = admission(trunks=[{"name": "t", "peers": ["127.0.0.0/8"], "codecs": ["G722"]}])
    assert gate.judge(read(message()), "127.0.0.1", FREE) == Refused(488, "Not Acceptable Here", "no codec")
    offer = SDP.replace("8 0 101", "9 8")
    assert isinstance(gate.judge(read(message(offer)), "127.0.0.1", FREE), Admitted)
    assert isinstance(gate.judge(read(message("")), "127.0.0.1", FREE), Admitted)


def test_called_and_caller_by_the_trunks_rules() -> None:
    text = message(
        Diversion="<sip:1@x>, <sip:03099@carrier>;reason=busy", P_Asserted_Identity="<tel:+4930777>", t="<sip:7@bot>"
    )
    for rule, called in (("request-uri", "200"), ("to", "100"), ("diversion", "1")):
        gate = admission(trunks=[{"name": "t", "peers": ["127.0.0.0/8"], "called_from": rule, "trusted": True}])
        verdict = gate.judge(read(text), "127.0.0.1", FREE)
        assert isinstance(verdict, Admitted)
        assert (verdict.called, verdict.caller) == (called, "+4930777")
    distrusting = admission(trunks=[{"name": "t", "peers": ["127.0.0.0/8"]}])
    verdict = distrusting.judge(read(text), "127.0.0.1", FREE)
    assert isinstance(verdict, Admitted)
    assert verdict.caller == "030123"


@pytest.mark.parametrize("headers", [{"Privacy": "id"}, {"From": "<sip:anonymous@anonymous.invalid>;tag=1"}])
def test_withheld_callers(headers: dict[str, str]) -> None:
    verdict = admission().judge(read(message(**headers)), "127.0.0.1", FREE)
    assert isinstance(verdict, Admitted)
    assert verdict.caller == ""


def test_reading_folded_and_compact_headers() -> None:
    text = "INVITE sip:+49;npdi@x SIP/2.0\nf: Bob\n <sip:12@y>;tag=1\nt: <sip:3@z>;tag=9\ni: q\n\n"
    invite = read(text)
    assert (invite.from_user, invite.to_user, invite.call_id) == ("12", "3", "q")
    assert user_of("<sips:a.b@host;transport=tls>") == "a.b"
    assert user_of("<sip:host-only>") == ""
    assert host_of("sip:u@pbx.example:5070;transport=tcp") == "pbx.example"
    assert host_of("sip:[2001:db8::1]:5060") == "2001:db8::1"


@given(st.text(max_size=400))
def test_reading_never_fails(text: str) -> None:
    read(text)
    read("INVITE " + text)
    prefer(text, ("PCMU",))


def test_our_description_has_the_trunks_codecs_in_its_order() -> None:
    ours = prefer(SDP.replace("8 0 101", "0 8 9 101"), ("PCMA", "PCMU"))
    assert "m=audio 4000 RTP/AVP 8 0 101\r\n" in ours
    answer = prefer(SDP.replace("8 0 101", "0 8 9 101"), ("PCMA", "PCMU"), offered={"PCMU/8000", "PCMA/8000"})
    assert "m=audio 4000 RTP/AVP 8 101\r\n" in answer
    assert "a=rtpmap:101 telephone-event/8000" in answer
    nothing = SDP.replace("8 0 101", "18")
    assert prefer(nothing, ("PCMA",)) == nothing
