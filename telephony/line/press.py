"""DTMF towards the far end of a call of the stack."""

from __future__ import annotations

import pjsua2 as pj

from telephony.call.dtmf import VALID


def press(call: pj.Call, digits: str) -> None:
    """Send them, by RFC 4733 or else INFO; on the owner thread. What is no digit is left out. Raises pj.Error."""
    prm = pj.CallSendDtmfParam()
    prm.digits = "".join(digit for digit in digits.upper() if digit in VALID)
    prm.method = pj.PJSUA_DTMF_METHOD_RFC2833
    try:
        call.sendDtmf(prm)
    except pj.Error:  # the peer did not offer telephone-event
        prm.method = pj.PJSUA_DTMF_METHOD_SIP_INFO
        call.sendDtmf(prm)
