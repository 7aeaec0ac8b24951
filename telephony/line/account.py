"""The stack's accounts: one that takes calls, and one for each trunk that has a password or a proxy of its own.

A registration's state is told in plain words, with what to do, in `TrunkReport`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pjsua2 as pj
import structlog

from telephony.call.admission import Admitted
from telephony.call.invite import read
from telephony.config import Sip, Trunk
from telephony.report import TrunkReport

if TYPE_CHECKING:
    from telephony.line.endpoint import LineEndpoint

RETRY_S = 30  # the stack itself asks a registrar that is away again
REFUSED_RETRY_S = 60  # one that refuses: slowly, for a fail2ban may be counting
AWAY = frozenset({408, 500, 502, 503, 504})

log = structlog.get_logger()


class LineAccount(pj.Account):  # type: ignore[misc]  # pjsua2 has no types
    """An account of the line; `trunk` is None for the one that needs no password and no proxy."""

    def __init__(self, endpoint: LineEndpoint, trunk: Trunk | None, sip: Sip) -> None:
        super().__init__()
        self.trunk = trunk
        self._endpoint = endpoint
        self._leaving = False
        self._retry_at: float | None = None
        registration = trunk.registration if trunk is not None else None
        self.registers = registration is not None and registration.line == endpoint.line
        self._report = TrunkReport(trunk.name if trunk else "", "trying" if self.registers else "none")
        self.create(_config(trunk, sip, self.registers))

    @property
    def report(self) -> TrunkReport:
        return self._report

    def shown(self, admitted: Admitted) -> str:
        """As whom we call: the local URI of an INVITE of ours, "" for the name that it registers."""
        if self.trunk is not None and self.trunk.registration is not None:
            return ""
        user = admitted.called.replace("#", "%23") or "offhook"
        return f"<sip:{user}@{admitted.home}>"

    @property
    def leaving(self) -> bool:
        """Unregistering, and not answered yet."""
        return self._leaving

    def look(self, now: float) -> None:
        """Ask a registrar that refused again, when it is time; `now` is the monotonic clock."""
        if self._retry_at is not None and now >= self._retry_at:
            self._retry_at = None
            self.setRegistration(True)

    def leave(self) -> None:
        """Unregister, where we are registered."""
        if self._report.registration == "registered":
            self._leaving = True
            self.setRegistration(False)

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:  # noqa: N802
        with self._endpoint.counted("onIncomingCall", ""):
            self._endpoint.incoming(self, int(prm.callId), read(prm.rdata.wholeMsg).call_id)

    def onRegState(self, prm: pj.OnRegStateParam) -> None:  # noqa: N802
        with self._endpoint.counted("onRegState", ""):
            if self.trunk is None or self.trunk.registration is None:
                return
            code, expires = int(prm.code), int(prm.expiration)
            self._leaving = False
            if code == 200 and expires == 0:
                state, reason = "none", "unregistered"
            elif code == 200:
                state, reason = "registered", ""
            else:
                state, reason = "failed", explain(code, prm.reason, self.trunk)
                if 300 <= code < 600 and code not in AWAY:
                    self._retry_at = time.monotonic() + REFUSED_RETRY_S
            new = TrunkReport(self.trunk.name, state, code, reason)
            if new != self._report:
                self._report = new
                write = log.error if state == "failed" else log.info
                write("registration", trunk=new.name, state=state, status=code, reason=reason, expires=expires)
                self._endpoint.changed()


def explain(code: int, reason: str, trunk: Trunk) -> str:
    """What a failed registration means and what to do about it."""
    assert trunk.registration is not None
    registrar, username = trunk.registration.registrar, trunk.registration.username
    if code in {401, 407, 403}:
        return (
            f"{registrar} refuses the password or the user name {username!r} ({code} {reason}): "
            f"check username, password and realm of trunk {trunk.name!r}; trying again every {REFUSED_RETRY_S} s"
        )
    if code == 404:
        return (
            f"{registrar} does not know the user {username!r} (404): check username of trunk {trunk.name!r}; "
            f"trying again every {REFUSED_RETRY_S} s"
        )
    if code in {408, 503, 502} or code == 0:
        return (
            f"{registrar} does not answer ({code} {reason}): check its address and that it can be reached; "
            f"trying again every {RETRY_S} s"
        )
    return f"{registrar} answered {code} {reason}; trying again every {RETRY_S} s"


def _config(trunk: Trunk | None, sip: Sip, registers: bool) -> pj.AccountConfig:
    config = pj.AccountConfig()
    # A name that no request is for: the stack must not match calls to this account by its domain, but take the
    # default, which the gate sets for each call.
    config.idUri = "sip:offhook@offhook.invalid"
    config.callConfig.timerUse = pj.PJSUA_SIP_TIMER_OPTIONAL
    config.callConfig.timerSessExpiresSec = sip.session_expires_s
    config.callConfig.timerMinSESec = 90
    config.natConfig.udpKaIntervalSec = sip.keep_alive_s
    config.natConfig.iceEnabled = False
    config.natConfig.sipOutboundUse = 0
    # Over TCP the trunk ends our calls by a connection to where we listen: the stack closes its own, which no
    # registration keeps, after 33 s, and nobody listens at that one's port.
    config.natConfig.contactUseSrcPort = 1 if registers else 0
    media = config.mediaConfig
    media.lockCodecEnabled = False  # else each answer with two codecs is followed by an UPDATE
    media.srtpUse = pj.PJMEDIA_SRTP_DISABLED
    media.transportConfig.port = sip.rtp_ports[0]
    media.transportConfig.portRange = sip.rtp_ports[1] - sip.rtp_ports[0]
    if sip.bind not in {"0.0.0.0", "::"}:
        media.transportConfig.boundAddress = sip.bind
    if sip.public_address:
        media.transportConfig.publicAddress = sip.public_address
    if trunk is not None and trunk.outbound_proxy:
        config.sipConfig.proxies.append(_loose(trunk.outbound_proxy))
    if trunk is not None and trunk.registration is not None:
        registration = trunk.registration
        host = registration.registrar.partition(":")[2] or registration.registrar
        config.idUri = f"sip:{registration.username}@{host.partition(';')[0]}"
        if registers:
            config.regConfig.registrarUri = registration.registrar
        config.regConfig.timeoutSec = registration.expires
        config.regConfig.retryIntervalSec = RETRY_S
        config.regConfig.firstRetryIntervalSec = 2
        config.sipConfig.authCreds.append(
            pj.AuthCredInfo(
                "digest", registration.realm, registration.username, 0, registration.password.get_secret_value()
            )
        )
    return config


def _loose(proxy: str) -> str:
    return proxy if ";lr" in proxy else f"{proxy};lr"
