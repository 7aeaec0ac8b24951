"""SIP messages: what is read, what is refused, and that nothing else ever comes out."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telephony.testing.sip import (
    MalformedMessage,
    Request,
    Response,
    SipUri,
    address_uri,
    build,
    frame,
    parameter,
    parse,
    split_list,
)

INVITE = (
    b"INVITE sip:100@192.0.2.1 SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKa, SIP/2.0/TCP 192.0.2.8;branch=z9hG4bKb\r\n"
    b'f: "Smith, \\"Joe\\"" <sip:joe@x;lr>;tag=1\r\n'
    b"t: <sip:100@192.0.2.1>\r\n"
    b"i: abc\r\nCSeq: 7\tINVITE\r\n"
    b"Subject: folded\r\n  over two lines\r\n"
    b"Content-Length: 4\r\n\r\nbodyand more"
)


def test_compact_names_folding_lists_and_body_length() -> None:
    message = parse(INVITE)
    assert isinstance(message, Request)
    assert message.headers.get("Call-ID") == "abc"
    assert message.headers.get("Subject") == "folded over two lines"
    assert [via[:11] for via in message.headers.all("via")] == ["SIP/2.0/UDP", "SIP/2.0/TCP"]
    assert message.body == b"body"
    assert address_uri(message.headers.get("From")) == "sip:joe@x;lr"
    assert parameter(message.headers.get("From"), "tag") == "1"
    assert parameter(message.headers.get("From"), "lr") is None  # the URI's, not the header's


def test_build_then_parse_gives_the_same() -> None:
    message = parse(INVITE)
    again = parse(build(message))
    assert again.headers.all("Via") == message.headers.all("Via")
    assert again.body == message.body


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"INVITE sip:1@x SIP/2.0\r\n", "no empty line"),
        (b"HELLO\r\n\r\n", "not a request line"),
        (b"SIP/2.0 999 What\r\n\r\n", "not a status line"),
        (INVITE.replace(b"i: abc\r\n", b""), "Call-ID is missing"),
        (INVITE.replace(b"7\tINVITE", b"x INVITE"), "CSeq is not"),
        (INVITE.replace(b"Content-Length: 4", b"Content-Length: 400"), "the body has"),
        (INVITE.replace(b"Content-Length: 4", b"Content-Length: -1"), "not a number"),
        (INVITE.replace(b"Subject: folded", b"Subject folded"), "not a header field"),
    ],
)
def test_malformed_says_what_is_wrong(data: bytes, complaint: str) -> None:
    with pytest.raises(MalformedMessage, match=complaint):
        parse(data)


@given(st.binary(max_size=300))
@example(INVITE[:120])
def test_no_datagram_raises_anything_else(data: bytes) -> None:
    try:
        message = parse(data)
    except MalformedMessage:
        return
    assert isinstance(message, Request | Response)


@given(st.lists(st.integers(1, 60), max_size=20))
def test_a_stream_is_cut_into_its_messages_whatever_the_pieces(sizes: list[int]) -> None:
    one = build(parse(INVITE))
    stream, buffer, found = b"\r\n\r\n" + one * 3, bytearray(), []
    for size in [*sizes, len(stream)]:
        buffer += stream[:size]
        stream = stream[size:]
        while (data := frame(buffer)) is not None:
            found.append(data)
    assert found == [one] * 3
    assert not buffer


def test_a_stream_message_needs_a_length() -> None:
    with pytest.raises(MalformedMessage, match="Content-Length"):
        frame(bytearray(b"OPTIONS sip:x SIP/2.0\r\nVia: y\r\n\r\n"))


@pytest.mark.parametrize(
    ("text", "user", "host", "port"),
    [
        ("sip:100@127.0.0.1:5070", "100", "127.0.0.1", 5070),
        ("sip:pbx.example.com;transport=TCP", "", "pbx.example.com", 5060),
        ("SIP:+49(0)@[::1]:99;lr?x=y", "+49(0)", "::1", 99),
        ("sip:u:secret@h", "u", "h", 5060),
    ],
)
def test_uris(text: str, user: str, host: str, port: int) -> None:
    uri = SipUri.parse(text)
    assert (uri.user, uri.host, uri.port) == (user, host, port)


@pytest.mark.parametrize("text", ["100@host", "sips:1@h", "tel:+1", "sip:", "sip:a@b:c", "sip:1@h:123456"])
def test_what_is_no_sip_uri(text: str) -> None:
    with pytest.raises(MalformedMessage, match="not a SIP URI"):
        SipUri.parse(text)


def test_lists_split_outside_quotes_and_brackets() -> None:
    assert split_list('"a, b" <sip:x,y>;p=1, <sip:z>') == ['"a, b" <sip:x,y>;p=1', "<sip:z>"]
