"""SIP messages as values: parse, look up, build (RFC 3261, 7 and 20).

Tolerant of what is met on real trunks (compact header names, folded lines, bare LF, missing Content-Length
over UDP) and clear about the rest: what cannot be read raises `MalformedMessage` naming the line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from telephony.errors import SipError

VERSION = "SIP/2.0"
METHODS = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, NOTIFY"

_COMPACT = {
    "i": "Call-ID", "m": "Contact", "e": "Content-Encoding", "l": "Content-Length", "c": "Content-Type",
    "f": "From", "s": "Subject", "k": "Supported", "t": "To", "v": "Via", "x": "Session-Expires",
    "r": "Refer-To", "b": "Referred-By", "o": "Event",
}  # fmt: skip
_LISTS = {"via", "route", "record-route", "contact"}  # one line may hold several values


class MalformedMessage(SipError):
    """A datagram that is not a SIP message; says which line and why."""


@dataclass
class Headers:
    """Header fields in order; names compare without case, compact names are spelled out."""

    fields: list[tuple[str, str]] = field(default_factory=list)

    def add(self, name: str, value: str) -> None:
        self.fields.append((name, value))

    def set(self, name: str, value: str) -> None:
        """Replace every field of this name by one, in the first one's place."""
        at = next((i for i, (n, _) in enumerate(self.fields) if n.lower() == name.lower()), len(self.fields))
        self.fields = [f for f in self.fields if f[0].lower() != name.lower()]
        self.fields.insert(at, (name, value))

    def all(self, name: str) -> list[str]:
        """Every value of `name`; list headers (Via, Route, Contact) split at their commas."""
        values = [value for n, value in self.fields if n.lower() == name.lower()]
        return [part for value in values for part in split_list(value)] if name.lower() in _LISTS else values

    def get(self, name: str, default: str = "") -> str:
        return next(iter(self.all(name)), default)


@dataclass
class Request:
    """A SIP request."""

    method: str
    uri: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def start_line(self) -> str:
        return f"{self.method} {self.uri} {VERSION}"


@dataclass
class Response:
    """A SIP response."""

    status: int
    reason: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def start_line(self) -> str:
        return f"{VERSION} {self.status} {self.reason}"


SipMessage = Request | Response


def build(message: SipMessage) -> bytes:
    """Encode a message; Content-Length is always the body's."""
    lines = [message.start_line]
    lines += [f"{name}: {value}" for name, value in message.headers.fields if name.lower() != "content-length"]
    lines += [f"Content-Length: {len(message.body)}", "", ""]
    return "\r\n".join(lines).encode() + message.body


def parse(data: bytes) -> SipMessage:
    """Decode one message. Raises MalformedMessage."""
    head, separator, body = _split_head(data)
    lines = _unfold(head)
    if not lines or not separator:
        raise MalformedMessage("no empty line ends the headers")
    headers = Headers()
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not re.fullmatch(r"[\w\-.!%*+`'~]+", name.strip()):
            raise MalformedMessage(f"not a header field: {line[:80]!r}")
        headers.add(_COMPACT.get(name.strip().lower(), name.strip()), value.strip())
    message = _start(lines[0], headers)
    message.body = body[: _content_length(headers, len(body))]
    for needed in ("Via", "Call-ID", "CSeq", "From", "To"):
        if not headers.get(needed):
            raise MalformedMessage(f"{needed} is missing in {lines[0][:80]!r}")
    if not re.fullmatch(r"\d+\s+\S+", headers.get("CSeq")):
        raise MalformedMessage(f"CSeq is not a number and a method: {headers.get('CSeq')[:40]!r}")
    return message


def frame(buffer: bytearray) -> bytes | None:
    """Take the next whole message off a stream's buffer (RFC 3261, 18.3), or None while it is incomplete.
    Raises MalformedMessage for headers over 64 KiB or a stream message without Content-Length."""
    while buffer[:2] == b"\r\n":  # keep-alive (RFC 5626)
        del buffer[:2]
    head, separator, body = _split_head(bytes(buffer))
    if not separator:
        if len(buffer) > 65_536:
            raise MalformedMessage("headers over 64 KiB")
        return None
    match = re.search(rb"^(?:content-length|l)[ \t]*:[ \t]*(\d+)", head, re.IGNORECASE | re.MULTILINE)
    if match is None:
        raise MalformedMessage("a message on a stream needs Content-Length")
    length = int(match[1])
    if len(body) < length:
        return None
    end = len(buffer) - len(body) + length
    data = bytes(buffer[:end])
    del buffer[:end]
    return data


def split_list(value: str) -> list[str]:
    """Split a header value at its commas, but not inside quotes or angle brackets."""
    parts = re.findall(r'(?:"(?:\\.|[^"\\])*"|<[^>]*>|[^,"<]|["<])+', value)
    return [part.strip() for part in parts if part.strip()]


def parameter(value: str, name: str) -> str | None:
    """The header parameter `name` of `value` ("" for a flag), outside angle brackets; None when absent."""
    tail = value.rpartition(">")[2]
    match = re.search(rf";\s*{re.escape(name)}\s*(?:=\s*(\"[^\"]*\"|[^;,\s]*))?(?=\s*(?:[;,]|$))", tail, re.IGNORECASE)
    return None if match is None else (match[1] or "").strip('"')


def address_uri(value: str) -> str:
    """The URI of a name-addr: `"Joe" <sip:j@x;lr>;tag=1` -> `sip:j@x;lr`."""
    match = re.search(r"<([^>]*)>", value)
    return match[1].strip() if match else value.split(";", maxsplit=1)[0].strip()


@dataclass(frozen=True)
class SipUri:
    """A sip: URI: user ("" when absent), host, port, and parameters in lower case."""

    user: str
    host: str
    port: int
    parameters: dict[str, str]

    @classmethod
    def parse(cls, text: str) -> SipUri:
        """Raises MalformedMessage for what is not a sip: URI with a host (sips: needs TLS, which we have not)."""
        match = re.fullmatch(
            r"(?i:sip):(?:(?P<user>[^@;?]*)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:;?@<>\s]+)(?::(?P<port>\d{1,5}))?"
            r"(?P<params>(?:;[^?]*)?)(?:\?.*)?",
            text.strip(),
        )
        if match is None:
            raise MalformedMessage(f"not a SIP URI: {text[:80]!r}; it looks like sip:100@192.0.2.1:5060")
        parameters: dict[str, str] = {}
        for piece in filter(None, match["params"].split(";")):
            name, _, value = piece.partition("=")
            parameters[name.strip().lower()] = value.strip()
        user = (match["user"] or "").partition(":")[0]
        return cls(user, match["host"].strip("[]"), int(match["port"] or 5060), parameters)


def _start(line: str, headers: Headers) -> SipMessage:
    if line.startswith("SIP/"):
        match = re.fullmatch(r"SIP/2\.0 ([1-6]\d\d)(?: (.*))?", line)
        if match is None:
            raise MalformedMessage(f"not a status line: {line[:80]!r}")
        return Response(int(match[1]), match[2] or "", headers)
    match = re.fullmatch(r"([A-Za-z0-9\-.!%*_+`'~]+) (\S+) SIP/2\.0", line)
    if match is None:
        raise MalformedMessage(f"not a request line: {line[:80]!r}")
    return Request(match[1], match[2], headers)


def _split_head(data: bytes) -> tuple[bytes, bytes, bytes]:
    match = re.search(rb"\r?\n\r?\n", data)
    return (data, b"", b"") if match is None else (data[: match.start()], match[0], data[match.end() :])


def _unfold(head: bytes) -> list[str]:
    text = re.sub(r"\r?\n[ \t]+", " ", head.decode("utf-8", "replace"))
    return [line for line in re.split(r"\r?\n", text) if line]


def _content_length(headers: Headers, available: int) -> int:
    value = headers.get("Content-Length")
    if not value:
        return available
    if not value.isdigit():
        raise MalformedMessage(f"Content-Length is not a number: {value[:40]!r}")
    if int(value) > available:
        raise MalformedMessage(f"the body has {available} bytes, Content-Length says {value}")
    return int(value)
