"""Loopback ports for one test session, found free, apart from those the other tests use."""

from __future__ import annotations

import contextlib
import random
import socket
from dataclasses import dataclass

FIRST, LAST = 18_000, 18_499  # SIP
RTP_FIRST, RTP_LAST = 18_500, 18_999
RTP_BLOCK = 100


@dataclass(frozen=True)
class Ports:
    """SIP ports of everybody on stage, and the first port of each RTP block of `RTP_BLOCK`."""

    asterisk: int
    line0: int
    line1: int
    kamailio: int
    asterisk_rtp: int
    line0_rtp: int
    line1_rtp: int


def find() -> Ports:
    """Draw ports until all are free now, UDP and TCP."""
    sip = random.sample(range(FIRST, LAST + 1, 2), k=(LAST + 1 - FIRST) // 2)
    rtp = random.sample(range(RTP_FIRST, RTP_LAST + 1, RTP_BLOCK), k=(RTP_LAST + 1 - RTP_FIRST) // RTP_BLOCK)
    free_sip = [port for port in sip if _free(port, socket.SOCK_DGRAM) and _free(port, socket.SOCK_STREAM)][:4]
    free_rtp = [port for port in rtp if all(_free(each, socket.SOCK_DGRAM) for each in range(port, port + RTP_BLOCK))]
    if len(free_sip) < 4 or len(free_rtp) < 3:
        raise RuntimeError(f"too few free ports on loopback between {FIRST} and {RTP_LAST}: is another run going on?")
    return Ports(*free_sip, *free_rtp[:3])


def _free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe, contextlib.suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False
