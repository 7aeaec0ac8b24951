"""An INVITE of ours."""

from __future__ import annotations

import pjsua2 as pj

CALL_HEADER = "X-Offhook-Call"


def call_header(name: str) -> pj.SipHeader:
    """Our id of the caller's call, so that the far side can join its records to ours."""
    header = pj.SipHeader()
    header.hName, header.hValue = CALL_HEADER, name
    return header


def dial(call: pj.Call, uri: str, local_uri: str, name: str) -> None:
    """INVITE `uri`, as `local_uri` ("" for the account's own name), for the call `name`; on the owner thread. Raises
    pj.Error when it was not sent."""
    prm = pj.CallOpParam(True)
    prm.txOption.localUri = local_uri
    prm.txOption.headers.append(call_header(name))
    call.makeCall(uri, prm)
