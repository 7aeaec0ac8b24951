"""The SIP stack's settings: why each differs from pjsua2's default.

RTP from a third address, as the wheel handles it (read in PJSIP 2.15.1's stream.c and seen on the wire): while packets
come from the address in the SDP, all others are ignored, and nothing is sent to them. When ten in a row have come
from one other address with none from the known one between them, the stack follows it, in and out (NAT rebinding);
so a peer that is silent for 200 ms can be impersonated by whoever guesses the RTP port. Before the peer's first packet
any source is heard. The binding has no switch for this (`PJMEDIA_UDP_NO_SRC_ADDR_CHECKING` is set by nobody); where
that matters, a firewall admits RTP from the trunk's media addresses only.
"""

from __future__ import annotations

import pjsua2 as pj

from telephony.audio import FRAME_MS, SAMPLE_RATE
from telephony.config import Codec, LineConfig, Sip, Trunk
from telephony.errors import SipError

JITTER_MAX_MS = 480
PJ_EADDRINUSE = 120_098
ORDER: tuple[Codec, ...] = ("PCMU", "PCMA", "G722")


def endpoint_config(config: LineConfig, writer: pj.LogWriter) -> pj.EpConfig:
    """One owner thread, conversation's jitter buffer, RTP without gaps."""
    result = pj.EpConfig()
    ua = result.uaConfig
    ua.threadCnt = 0  # SIP is polled by the owner thread
    ua.mainThreadOnly = True
    ua.maxCalls = 4
    ua.userAgent = "offhook"
    media = result.medConfig
    media.clockRate = SAMPLE_RATE
    media.sndClockRate = SAMPLE_RATE
    media.audioFramePtime = FRAME_MS
    media.ptime = FRAME_MS
    media.noVad = True  # silence kills media at some carriers
    media.ecTailLen = 0
    media.sndAutoCloseTime = -1  # the null device is the bridge's clock: it must not stop between calls
    media.jbInit = 0
    media.jbMinPre = FRAME_MS
    media.jbMaxPre = JITTER_MAX_MS * 4 // 5
    media.jbMax = JITTER_MAX_MS
    result.logConfig.level = 4 if config.sip.trace_call else 2
    result.logConfig.consoleLevel = result.logConfig.level  # this is what the writer gets
    result.logConfig.msgLogging = 1 if config.sip.trace_call else 0
    result.logConfig.writer = writer
    return result


def open_transports(stack: pj.Endpoint, sip: Sip) -> int:
    """Bind UDP, then TCP on the same port. Returns the port.

    Raises SipError that names the port and the remedy when it is taken.
    """
    udp = _open(stack, pj.PJSIP_TRANSPORT_UDP, sip, sip.port)
    port = int(stack.transportGetInfo(udp).localName.rpartition(":")[2])
    if sip.tcp:
        _open(stack, pj.PJSIP_TRANSPORT_TCP, sip, port)
    return port


def _open(stack: pj.Endpoint, kind: int, sip: Sip, port: int) -> int:
    name = "UDP" if kind == pj.PJSIP_TRANSPORT_UDP else "TCP"
    try:
        return int(stack.transportCreate(kind, _transport(sip, port)))
    except pj.Error as error:
        if error.status == PJ_EADDRINUSE:
            text = f"{name} port {port} at {sip.bind} is in use by another program: stop it, or set sip.port"
        else:
            text = f"cannot listen on {name} {sip.bind}:{port}: {error.reason}; check sip.bind and sip.port"
        raise SipError(text) from error


def prefer_codecs(stack: pj.Endpoint, trunks: tuple[Trunk, ...]) -> None:
    """Only what some trunk uses; a call's own order is set in its session description."""
    used = {codec for trunk in trunks for codec in trunk.codecs} or set(ORDER)
    for info in stack.codecEnum2():
        ours = [codec for codec in used if info.codecId.upper().startswith(f"{codec}/")]
        stack.codecSetPriority(info.codecId, 200 - ORDER.index(ours[0]) if ours else 0)


def _transport(sip: Sip, port: int) -> pj.TransportConfig:
    config = pj.TransportConfig()
    config.port = port
    if sip.bind not in {"0.0.0.0", "::"}:
        config.boundAddress = sip.bind
    if sip.public_address:
        config.publicAddress = sip.public_address
    return config
