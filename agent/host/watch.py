"""When files that changed are to be read: when they have held still for a moment, because an editor empties a file
before it writes it, or puts another in its place.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

STILL_S = 0.3
POLL_S = 1.0


class Stamp(msgspec.Struct, frozen=True):
    """What tells that a file was changed."""

    size: int
    changed_ns: int
    inode: int


Stamps = Mapping[str, Stamp | None]  # by path; None: there is no such file


class Watch(msgspec.Struct, frozen=True):
    """`read`: how the files looked when they were read, None when they are to be read whatever they look like; `seen`:
    how they looked last, `since` when."""

    read: Stamps | None
    seen: Stamps
    since: float

    def look(self, stamps: Stamps, now: float) -> Watch:
        """The files look like this now."""
        return self if stamps == self.seen else Watch(self.read, stamps, now)

    def ask(self) -> Watch:
        """They are to be read, changed or not."""
        return Watch(None, self.seen, self.since)

    def done(self, stamps: Stamps) -> Watch:
        """They were read when they looked like this."""
        return Watch(stamps, self.seen, self.since)

    def due(self, now: float) -> bool:
        """Whether to read them now."""
        return self.pending and now - self.since >= STILL_S

    @property
    def pending(self) -> bool:
        """Whether they are to be read, now or when they have held still."""
        return self.seen != self.read
