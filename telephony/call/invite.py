"""An INVITE read just far enough to decide on it: who calls whom, and with which codecs.

This is not a SIP parser: the stack has parsed the message already and refuses what is malformed. It reads the few
headers that the stack's binding does not hand over, and gives empty values for what it can't read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMPACT = {"f": "from", "t": "to", "i": "call-id", "m": "contact", "v": "via", "c": "content-type"}
_URI = re.compile(r"(?:sips?:|tel:)(?P<user>[^@>;:\s]*)(?::[^@>]*)?(?:@(?P<host>[^>;\s]*))?", re.IGNORECASE)
_RTPMAP = re.compile(r"^a=rtpmap:(\d+)\s+([A-Za-z0-9-]+)/(\d+)", re.MULTILINE)
_AUDIO = re.compile(r"^m=audio\s+(\d+)\s+\S+((?:\s+\d+)+)", re.MULTILINE)
_STATIC = {0: "PCMU/8000", 8: "PCMA/8000", 9: "G722/8000"}


@dataclass(frozen=True, slots=True)
class Invite:
    """What admission needs of a request. Users are raw, as they stand in the URI."""

    method: str
    call_id: str
    request_user: str
    to_user: str
    from_user: str
    diversion_user: str
    asserted_user: str  # P-Asserted-Identity
    private: bool  # Privacy asks to withhold the caller
    tcp: bool  # how it came, by its first Via
    has_sdp: bool
    codecs: frozenset[str]  # "PCMU/8000", of every audio stream offered


def read(message: str) -> Invite:
    """Read a SIP request."""
    head, _, body = message.replace("\r\n", "\n").partition("\n\n")
    lines = re.sub(r"\n[ \t]+", " ", head).split("\n")
    headers: dict[str, list[str]] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            name = name.strip().lower()
            headers.setdefault(_COMPACT.get(name, name), []).append(value.strip())

    def first(name: str) -> str:
        return headers.get(name, [""])[0]

    start = lines[0].split(" ")
    return Invite(
        method=start[0].upper(),
        call_id=first("call-id"),
        request_user=user_of(start[1] if len(start) > 1 else ""),
        to_user=user_of(first("to")),
        from_user=user_of(first("from")),
        diversion_user=user_of(headers.get("diversion", [""])[-1]),  # the last is the number first dialled
        asserted_user=user_of(first("p-asserted-identity")),
        private=any(token in first("privacy").lower() for token in ("id", "user", "header")),
        tcp=first("via").upper().startswith("SIP/2.0/TCP"),
        has_sdp="m=" in body,
        codecs=offered_in(body),
    )


def user_of(value: str) -> str:
    """The user part of the first SIP or tel URI in a header value, "" without one."""
    inside = value[value.find("<") :] if "<" in value else value
    found = _URI.search(inside)
    if found is None or (found["host"] is None and not inside.lower().lstrip("<").startswith("tel:")):
        return ""
    return found["user"]


def offered_in(sdp: str) -> frozenset[str]:
    """The codecs ("PCMU/8000") of every audio stream in a session description."""
    body = sdp.replace("\r\n", "\n")
    named = {int(number): f"{name.upper()}/{rate}" for number, name, rate in _RTPMAP.findall(body)}
    codecs = set()
    for port, payloads in _AUDIO.findall(body):
        if port == "0":
            continue
        for payload in payloads.split():
            codec = named.get(int(payload), _STATIC.get(int(payload)))
            if codec:
                codecs.add(codec)
    return frozenset(codecs)
