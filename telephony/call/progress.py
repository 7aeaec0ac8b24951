"""How far a call that we placed has come, by the provisional responses to its INVITE (RFC 3261, 13.3.1.1), and what it
means that nobody answered it.

============================================  ===============  ===============
final status                                  it has rung      it has not
============================================  ===============  ===============
486, 600                                      busy             busy
603                                           declined         declined
404, 410, 484, 604                            unknown          unknown
480, 487                                      no_answer        no_answer
403                                           declined         unreachable
408                                           no_answer        no_answer; with no response at all before: unreachable
401, 407, 5xx, none (0)                       failed           unreachable
any other                                     failed           failed
============================================  ===============  ===============

The stack itself says 408 where nothing answers, and 503 where nothing can be sent. Asterisk says 403 for whoever
declines, which they do while it rings; a trunk that says it before does not let us call.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from telephony.call.transfer import NO_SUCH_NUMBER
from telephony.orders import Unreached

RANG_S = 5.0  # a trunk that only says 100 (Trying) for so long has had it ring
_OF_ANYBODY = {486: Unreached.BUSY, 600: Unreached.BUSY, 603: Unreached.DECLINED} | dict.fromkeys(
    (480, 487), Unreached.NO_ANSWER
)


@dataclass(frozen=True, slots=True)
class Progress:
    """Times are seconds of any monotonic clock."""

    since: float | None = None  # of the first provisional response
    alerted: bool = False  # there was a 18x

    def on(self, status: int, now: float) -> Progress:
        """After a provisional response."""
        since = now if self.since is None else self.since
        return replace(self, since=since, alerted=self.alerted or 180 <= status < 190)

    @property
    def heard(self) -> bool:
        """Whether the trunk has said anything."""
        return self.since is not None

    def rang(self, now: float) -> bool:
        """Whether whoever is called has seen a call, as far as can be told."""
        return self.alerted or (self.since is not None and now - self.since >= RANG_S)

    def why(self, status: int, now: float) -> Unreached:
        """Why nobody answered, by the final status of our INVITE, 0 for none."""
        rang = self.rang(now)
        if status in NO_SUCH_NUMBER:
            return Unreached.UNKNOWN
        if status == 408:
            return Unreached.NO_ANSWER if self.heard else Unreached.UNREACHABLE
        if status == 403:
            return Unreached.DECLINED if rang else Unreached.UNREACHABLE
        if status in (0, 401, 407) or 500 <= status < 600:
            return Unreached.FAILED if rang else Unreached.UNREACHABLE
        return _OF_ANYBODY.get(status, Unreached.FAILED)
