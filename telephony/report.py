"""What a child process tells the supervisor: one JSON object a line on a pipe it inherits (`--report-fd`).

The latest `LineReport` is the line's status; `offhook status` and the readiness line are made of these.
"""

from __future__ import annotations

import msgspec


class TrunkReport(msgspec.Struct, frozen=True):
    """How one trunk stands."""

    name: str
    registration: str  # "none" | "registered" | "trying" | "failed"
    status: int = 0  # last SIP status of the registration
    reason: str = ""  # in plain words, with what to do, where it failed


class LineReport(msgspec.Struct, frozen=True, tag="line"):
    """State of one line process, sent when it changes and every 5 s."""

    line: int
    pid: int
    ready: bool
    sip_port: int
    agent: str  # "attached" | "silent" | "gone"
    calls: tuple[str, ...] = ()
    slots: int = 0  # of the stack's call slots, how many are taken; see telephony/call/slots.py
    trunks: tuple[TrunkReport, ...] = ()
    refused: dict[str, int] = {}  # reason -> count: "stranger", "busy", "no codec", "unknown number", ...
    frames_lost_to_agent: int = 0
    callback_errors: int = 0
    error: str = ""  # why it cannot work, e.g. the port is in use
