"""Checks once, at the start, that the request filter reads PJSIP's structures rightly.

A datagram to ourselves must be seen with its true source address, port and text. With another build of the wheel this
would fail here, instead of letting strangers in.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

from telephony.errors import SipError
from telephony.line.gate import Gate

PROOF_S = 2.0


def prove(gate: Gate, bind: str, port: int, poll: Callable[[], None]) -> None:
    """Raises SipError when the filter does not see what was sent."""
    target = ("127.0.0.1" if bind == "0.0.0.0" else bind, port)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(target)
        source = sock.getsockname()
        gate.expect_proof((source[0], source[1]))
        message = (
            f"OPTIONS sip:proof@{target[0]}:{port} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {source[0]}:{source[1]};branch=z9hG4bKproof\r\n"
            f"From: <sip:proof@{source[0]}>;tag=proof\r\nTo: <sip:proof@{target[0]}>\r\n"
            "Call-ID: proof\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 1\r\nContent-Length: 0\r\n\r\n"
        )
        deadline = time.monotonic() + PROOF_S
        sock.send(message.encode())
        while not gate.proven and time.monotonic() < deadline:
            poll()
        gate.expect_proof(None)
    if not gate.proven:
        raise SipError(
            "the request filter does not see its own probe: this pjsua2 wheel is not the one in pyproject.toml "
            "(pjsua2-python 2.15.1.post1); install that one"
        )
