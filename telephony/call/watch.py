"""What ends a call by itself: media that stays away, and too much time.

::

    no RTP for media_lost_s ─► LOST          (a status; BACK when it comes again)
    no RTP for media_dead_s ─► PROBE ─► the peer answers, or PROBE_S pass ─► DEAD
    max_call_s since the answer ─► TOO_LONG

Peers send nothing while they have nothing to say, so the clock is ours and not their packets'; while a call is held
nothing is expected. Times are seconds of any monotonic clock, given as arguments.
"""

from __future__ import annotations

from enum import StrEnum

from telephony.config import Limits

PROBE_S = 4.0


class Due(StrEnum):
    """What the watch found."""

    LOST = "lost"
    BACK = "back"
    PROBE = "probe"  # ask the peer inside the dialog
    DEAD = "dead"
    TOO_LONG = "too_long"


class MediaWatch:
    """Watches one call from its answer at `now`."""

    def __init__(self, limits: Limits, now: float) -> None:
        self._limits = limits
        self._began = now
        self._packets = 0
        self._heard = now
        self._lost = False
        self._probed_at: float | None = None
        self._probe_answer = 0
        self._told = False

    @property
    def why_dead(self) -> str:
        """What the probe found, in words."""
        if not self._probe_answer:
            return "no media, and the peer does not answer in the dialog"
        return f"no media, though the peer answers in the dialog ({self._probe_answer})"

    def probe_answered(self, status: int) -> None:
        """The peer answered the probe with this SIP status (408 from our own stack counts as silence)."""
        self._probe_answer = 0 if status == 408 else status

    def look(self, now: float, packets: int, held: bool) -> list[Due]:
        """`packets` is the running count of RTP packets received; a smaller one than before is a new stream."""
        due: list[Due] = []
        if now - self._began >= self._limits.max_call_s and not self._told:
            self._told = True
            due.append(Due.TOO_LONG)
        arrived = packets != self._packets and packets > 0
        self._packets = packets
        if arrived or held:
            self._heard = now
            self._probed_at = None
            self._probe_answer = 0
            if self._lost:
                self._lost = False
                due.append(Due.BACK)
            return due
        return due + self._silence(now)

    def _silence(self, now: float) -> list[Due]:
        silent = now - self._heard
        due: list[Due] = []
        if silent >= self._limits.media_lost_s and not self._lost:
            self._lost = True
            due.append(Due.LOST)
        if silent >= self._limits.media_dead_s:
            if self._probed_at is None:
                self._probed_at = now
                due.append(Due.PROBE)
            elif not self._told and (self._probe_answer or now - self._probed_at >= PROBE_S):
                self._told = True
                due.append(Due.DEAD)
        return due
