"""The stack's log, and a trace of the SIP messages of one caller or number on demand.

The stack hands every line it logs to one writer. Warnings go to our log. When a trace is asked for, the stack also
logs each message; those of a traced call are kept, with the digest's headers blotted out, the others are discarded.
"""

from __future__ import annotations

import re
from collections import OrderedDict

import pjsua2 as pj
import structlog

CALLS_KNOWN = 100  # traced Call-IDs remembered
_MESSAGE = re.compile(r"(TX|RX) \d+ bytes .*? (?:to|from) (\S+ \S+):\r?\n(.*?)\r?\n--end msg--", re.DOTALL)
_CALL_ID = re.compile(r"^(?:Call-ID|i)\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_PARTIES = re.compile(r"^(?:[A-Z]+ sips?:|From\s*:|f\s*:|To\s*:|t\s*:).*$", re.IGNORECASE | re.MULTILINE)
_SECRET = re.compile(
    r"^((?:Proxy-|WWW-)?Auth(?:orization|enticate|entication-Info)\s*:).*$", re.IGNORECASE | re.MULTILINE
)

log = structlog.get_logger()


class Tracer:
    """Picks the messages of calls from or to `number` out of the stack's log. Pure."""

    def __init__(self, number: str) -> None:
        self._number = number
        self._calls: OrderedDict[str, None] = OrderedDict()

    def pick(self, text: str) -> tuple[str, str, str] | None:
        """(direction, peer, message without secrets) when `text` is a message of a traced call."""
        found = _MESSAGE.search(text)
        if found is None or not self._number:
            return None
        message = found[3]
        call = _CALL_ID.search(message)
        if call is None:
            return None
        if call[1] not in self._calls:
            if not any(self._number in party for party in _PARTIES.findall(message)):
                return None
            self._calls[call[1]] = None
            while len(self._calls) > CALLS_KNOWN:
                self._calls.popitem(last=False)
        return found[1], found[2], _SECRET.sub(r"\1 [hidden]", message)


class StackLog(pj.LogWriter):  # type: ignore[misc]  # pjsua2 has no types
    """Receives the stack's log. Keep a reference as long as the stack lives."""

    def __init__(self, trace: str) -> None:
        super().__init__()
        self._tracer = Tracer(trace)

    def write(self, entry: pj.LogEntry) -> None:
        """One entry of the stack, on whatever thread it was made."""
        traced = self._tracer.pick(entry.msg)
        if traced is not None:
            direction, peer, message = traced
            log.info("sip trace", direction=direction, peer=peer, message=message)
        elif entry.level <= 2:
            log.debug("sip stack", level_of_stack=int(entry.level), text=entry.msg.strip())
