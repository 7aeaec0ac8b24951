"""Digest answers against the RFC's own example, and session descriptions."""

import pytest

from telephony.testing import sdp
from telephony.testing.digest import UnusableChallenge, authorization

RFC2617 = (
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
    'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)


def test_the_example_of_rfc_2617() -> None:
    value = authorization(
        RFC2617, "GET", "/dir/index.html", username="Mufasa", password="Circle Of Life", cnonce="0a4f113b"
    )
    assert 'response="6629fae49393a05397450978507c4ef1"' in value
    assert 'opaque="5ccc069c403ebaf9f0171e9517f40e41"' in value
    assert "qop=auth, nc=00000001" in value


def test_the_sha_256_example_of_rfc_7616() -> None:
    challenge = (
        'Digest realm="http-auth@example.org", qop="auth", algorithm=SHA-256, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    value = authorization(
        challenge,
        "GET",
        "/dir/index.html",
        username="Mufasa",
        password="Circle of Life",
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    assert 'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"' in value


@pytest.mark.parametrize(
    ("challenge", "complaint"),
    [
        ('Basic realm="x"', "Basic"),
        ('Digest realm="x"', "no nonce"),
        ('Digest realm="x", nonce="y", algorithm=SHA-512', "SHA-512"),
        ('Digest realm="x", nonce="y", qop="auth-int"', "auth-int"),
    ],
)
def test_challenges_that_cannot_be_answered(challenge: str, complaint: str) -> None:
    with pytest.raises(UnusableChallenge, match=complaint):
        authorization(challenge, "INVITE", "sip:x", username="u", password="p", cnonce="c")


def test_a_description_survives_the_trip() -> None:
    media = sdp.Media("192.0.2.1", 4000, sdp.formats(("PCMA", "G722")), "sendonly", 30)
    again = sdp.parse(sdp.build(media, 1, 2))
    assert (again.address, again.port, again.direction, again.ptime) == ("192.0.2.1", 4000, "sendonly", 30)
    assert again.formats == {8: "PCMA", 9: "G722", 101: "telephone-event"}
    assert again.event_type == 101
    assert again.audio(("PCMU", "G722")) == (9, "G722")


def test_static_types_need_no_rtpmap_and_the_session_level_counts() -> None:
    media = sdp.parse(b"v=0\r\nc=IN IP4 192.0.2.7\r\na=inactive\r\nm=video 5 RTP/AVP 99\r\nm=audio 6 RTP/AVP 0 98\r\n")
    assert (media.address, media.port, media.direction) == ("192.0.2.7", 6, "inactive")
    assert media.formats == {0: "PCMU", 98: "98"}


def test_events_at_another_clock_are_not_ours() -> None:
    """Wideband offers name telephone-event twice (RFC 4733, 2.1: the clock is that of the audio)."""
    media = sdp.parse(
        b"v=0\nc=IN IP4 1.2.3.4\nm=audio 6 RTP/AVP 9 100 101\n"
        b"a=rtpmap:100 telephone-event/16000\na=rtpmap:101 telephone-event/8000\n"
    )
    assert media.event_type == 101


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "v=0"),
        (b"v=0\r\nc=IN IP4 1.2.3.4\r\n", "no audio stream"),
        (b"v=0\r\nm=audio 6 RTP/AVP 0\r\n", "no c= line"),
        (b"v=0\r\nm=audio six RTP/AVP 0\r\n", "no audio stream"),
    ],
)
def test_truncated_descriptions(body: bytes, complaint: str) -> None:
    with pytest.raises(sdp.BadSession, match=complaint):
        sdp.parse(body)


def test_no_common_codec_names_both_sides() -> None:
    with pytest.raises(sdp.BadSession, match=r"G729.*PCMU"):
        sdp.parse(b"v=0\nc=IN IP4 1.2.3.4\nm=audio 6 RTP/AVP 18\na=rtpmap:18 G729/8000\n").audio(("PCMU",))
