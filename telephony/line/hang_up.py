"""The end of a call of the stack that we ask for."""

from __future__ import annotations

import pjsua2 as pj

from telephony.line.native import impatient

UNANSWERED = frozenset({pj.PJSIP_INV_STATE_CALLING, pj.PJSIP_INV_STATE_EARLY})


def hang_up(call: pj.Call, status: int = 0, reason: str = "") -> None:
    """CANCEL, BYE or a refusal by `status`, whichever is due; on the owner thread. Raises pj.Error."""
    prm = pj.CallOpParam()
    prm.statusCode, prm.reason = status, reason
    if call.getInfo().state not in UNANSWERED:
        call.hangup(prm)
        return
    with impatient():
        call.hangup(prm)
