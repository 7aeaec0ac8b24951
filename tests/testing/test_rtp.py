"""RTP packets, telephone events, codecs."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.errors import SipError
from telephony.testing.codec import AVAILABLE, open_codec
from telephony.testing.echo_peer import tone
from telephony.testing.rtp import MalformedPacket, RtpPacket, TelephoneEvent, distance, press


@given(st.integers(0, 127), st.integers(0, 65535), st.integers(0, 2**32 - 1), st.binary(max_size=40), st.booleans())
def test_a_packet_survives_the_trip(kind: int, sequence: int, timestamp: int, payload: bytes, marker: bool) -> None:
    packet = RtpPacket(kind, sequence, timestamp, 7, payload, marker)
    if 64 <= kind <= 95 and marker:
        return  # the range that RTCP takes from marked packets
    assert RtpPacket.decode(packet.encode()) == packet


def test_extension_and_padding_are_taken_off() -> None:
    data = bytes([0xB0, 0]) + bytes(10) + b"\xbe\xde\x00\x01xxxx" + b"sound" + bytes([0, 0, 3])
    assert RtpPacket.decode(data).payload == b"sound"


@pytest.mark.parametrize("data", [b"", bytes(12), b"\x80\xc8" + bytes(20), b"\xa0\x00" + bytes(10) + b"\xff"])
def test_what_is_no_rtp(data: bytes) -> None:
    with pytest.raises(MalformedPacket):
        RtpPacket.decode(data)


@given(st.binary(max_size=64))
def test_no_datagram_raises_anything_else(data: bytes) -> None:
    with contextlib.suppress(MalformedPacket):
        RtpPacket.decode(data)


def test_a_key_press_has_rising_durations_and_three_ends() -> None:
    events = list(press("#", 160, 800))
    assert [event.duration for event in events] == [160, 320, 480, 640, 800, 800, 800]
    assert [event.ended for event in events] == [False] * 4 + [True] * 3
    assert [TelephoneEvent.decode(event.encode()) for event in events] == events


def test_what_is_no_key() -> None:
    with pytest.raises(ValueError, match="DTMF"):
        list(press("x", 160, 800))
    with pytest.raises(MalformedPacket, match="not a key"):
        TelephoneEvent.decode(b"\x10\x00\x00\x00")


def test_counters_wrap() -> None:
    assert distance(2, 65534, 16) == 4
    assert distance(65534, 2, 16) == -4


@pytest.mark.parametrize("name", AVAILABLE)
def test_a_tone_survives_each_codec(name: str) -> None:
    encoder, decoder = open_codec(name), open_codec(name)
    sound = tone(440, 1000)[:: 16_000 // encoder.rate]
    payload = encoder.encode(np.ascontiguousarray(sound))
    assert len(payload) == 8_000
    back = decoder.decode(payload)
    spectrum = np.abs(np.fft.rfft(back[: encoder.rate].astype(float)))
    assert int(spectrum.argmax()) == 440
    assert np.sum(spectrum[435:446] ** 2) > 0.998 * np.sum(spectrum**2)


def test_g711_reference_values() -> None:
    """ITU-T G.711: the codes of silence, and the largest levels."""
    mu, a = open_codec("PCMU"), open_codec("PCMA")
    assert mu.encode(np.zeros(1, np.int16)) == b"\xff"
    assert a.encode(np.array([8], np.int16)) == b"\xd5"
    assert mu.decode(b"\x80\x00").tolist() == [32124, -32124]
    assert a.decode(b"\xaa\x2a").tolist() == [32256, -32256]


def test_a_codec_we_have_not() -> None:
    with pytest.raises(SipError, match="G729 is not available"):
        open_codec("G729")
