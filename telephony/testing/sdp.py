"""Session descriptions: the one audio stream we offer and answer (RFC 4566, 3264)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from telephony.errors import SipError

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
DIRECTIONS: tuple[Direction, ...] = ("sendrecv", "sendonly", "recvonly", "inactive")
MIRROR: dict[Direction, Direction] = {
    "sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive",
}  # fmt: skip
STATIC = {0: "PCMU", 8: "PCMA", 9: "G722"}
EVENT = "telephone-event"
EVENT_TYPE = 101


class BadSession(SipError):
    """A session description that cannot be used; says why."""


@dataclass(frozen=True)
class Media:
    """The audio stream of a description. `formats` maps payload types to encoding names, in order of preference."""

    address: str
    port: int
    formats: dict[int, str]
    direction: Direction = "sendrecv"
    ptime: int = 20  # ms
    profile: str = "RTP/AVP"

    @property
    def event_type(self) -> int | None:
        """Payload type of telephone-event, None when it was not offered."""
        return next((kind for kind, name in self.formats.items() if name == EVENT), None)

    def audio(self, known: tuple[str, ...]) -> tuple[int, str]:
        """The first format that is one of `known`. Raises BadSession."""
        for kind, name in self.formats.items():
            if name in known:
                return kind, name
        raise BadSession(f"no common codec: the peer has {', '.join(self.formats.values())}, we {', '.join(known)}")


def formats(codecs: tuple[str, ...], event_type: int | None = EVENT_TYPE) -> dict[int, str]:
    """Payload types of `codecs` and of telephone-event, in that order."""
    numbers = {name: kind for kind, name in STATIC.items()}
    chosen = {numbers[name]: name for name in codecs}
    return chosen if event_type is None else chosen | {event_type: EVENT}


def build(media: Media, session: int, version: int) -> bytes:
    """A description with this one audio stream."""
    kinds = " ".join(str(kind) for kind in media.formats)
    family = "IP6" if ":" in media.address else "IP4"
    lines = [
        "v=0",
        f"o=- {session} {version} IN {family} {media.address}",
        "s=-",
        f"c=IN {family} {media.address}",
        "t=0 0",
        f"m=audio {media.port} {media.profile} {kinds}",
    ]
    for kind, name in media.formats.items():
        lines.append(f"a=rtpmap:{kind} {name}/8000")
        if name == EVENT:
            lines.append(f"a=fmtp:{kind} 0-15")
    lines += [f"a=ptime:{media.ptime}", f"a={media.direction}", ""]
    return "\r\n".join(lines).encode()


def parse(body: bytes) -> Media:
    """The first audio stream of a description. Raises BadSession."""
    text = body.decode("utf-8", "replace")
    session, *streams = re.split(r"(?m)^(?=m=)", text)
    if not session.startswith("v=0"):
        raise BadSession("not a session description: it does not begin with v=0")
    stream = next((part for part in streams if part.startswith("m=audio")), "")
    match = re.match(r"m=audio (\d+)(?:/\d+)? (\S+)((?: \d+)+)\s*$", stream.splitlines()[0] if stream else "")
    if match is None:
        raise BadSession("the session description has no audio stream with numeric formats")
    kinds = [int(kind) for kind in match[3].split()]
    names = {
        int(kind): _name(name, int(rate))
        for kind, name, rate in re.findall(r"(?m)^a=rtpmap:(\d+) ([^/\s]+)/(\d+)", stream)
    }
    address = re.search(r"(?m)^c=IN IP[46] ([^\s/]+)", stream) or re.search(r"(?m)^c=IN IP[46] ([^\s/]+)", session)
    if address is None:
        raise BadSession("the session description has no c= line: nowhere to send audio")
    found = {kind: names.get(kind) or STATIC.get(kind, str(kind)) for kind in kinds}
    ptime = re.search(r"(?m)^a=ptime:(\d+)", stream)
    return Media(
        address=address[1],
        port=int(match[1]),
        formats=found,
        direction=_direction(stream) or _direction(session) or "sendrecv",
        ptime=int(ptime[1]) if ptime else 20,
        profile=match[2],
    )


def _name(name: str, rate: int) -> str:
    """Names are upper case with us; events at another clock than the audio's are not the ones we send."""
    if rate != 8_000:
        return f"{name.upper()}/{rate}"
    return EVENT if name.lower() == EVENT else name.upper()


def _direction(text: str) -> Direction | None:
    return next((d for d in DIRECTIONS if re.search(rf"(?m)^a={d}\s*$", text)), None)
