"""The words that messages about transfers use: how a call is transferred, and why that fails."""

from __future__ import annotations

from enum import StrEnum


class How(StrEnum):
    """How a call is transferred; the table is in `telephony.call.transfer`."""

    CONSULT = "consult"  # the target answers first; until then the caller stays, and hears what the bot plays
    BLIND = "blind"  # the caller is sent on, and what becomes of them is the trunk's
    WARM = "warm"  # as consult; the target hears a briefing, and takes the call by a key


class Failure(StrEnum):
    """Why a transfer failed."""

    NO_SLOT = "no_slot"  # the line has none for a second leg; a blind transfer needs none
    NOT_ALLOWED = "not_allowed"  # no number, or a SIP URI that the configuration does not allow
    UNKNOWN = "unknown"  # no such number
    BUSY = "busy"
    NO_ANSWER = "no_answer"  # or, of a warm target, no key
    DECLINED = "declined"  # by the target: refused, another key, or hung up during the briefing
    REFUSED = "refused"  # by the trunk: it does no transfers
    FAILED = "failed"  # anything else that has a status, and what the stack could not do
    SILENT = "silent"  # the trunk never said how it went
    CANCELLED = "cancelled"
    CALLER_GONE = "caller_gone"
