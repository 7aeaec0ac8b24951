"""Offer and answer of one call (RFC 3264): our descriptions, and the path that a peer's description gives."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from telephony.testing import sdp
from telephony.testing.stream import Path

if TYPE_CHECKING:
    from telephony.testing.relay import Leg


class Negotiation:
    """`ours` is what we offer; `leg` is the relay between us and the peer, where there is one."""

    def __init__(self, ours: sdp.Media, leg: Leg | None = None) -> None:
        self.ours = ours
        self.leg = leg
        self._session, self._version = secrets.randbelow(1 << 31), -1

    def describe(self, direction: sdp.Direction = "sendrecv", offered: sdp.Media | None = None) -> bytes:
        """Our next description: an offer, or the answer to `offered` with its first codec that we have.
        Raises BadSession where there is none."""
        formats = self.ours.formats
        if offered is not None:
            kind, name = offered.audio(tuple(formats.values()))
            event = offered.event_type if self.ours.event_type is not None else None
            formats = {kind: name} | ({event: sdp.EVENT} if event is not None else {})
        self._version += 1
        return sdp.build(replace(self.ours, formats=formats, direction=direction), self._session, self._version)

    def path_to(self, media: sdp.Media) -> Path:
        """How to send to the peer that described itself so. Raises BadSession."""
        if not media.port:
            raise sdp.BadSession("the peer refused the audio stream (port 0)")
        kind, codec = media.audio(tuple(name for name in self.ours.formats.values() if name != sdp.EVENT))
        remote = (media.address, media.port)
        if self.leg is not None:
            remote = self.leg.towards(remote)
        event = media.event_type if self.ours.event_type is not None else None
        return Path(remote, kind, codec, event, not holds(media), self.ours.ptime)


def holds(media: sdp.Media) -> bool:
    """Whether a description puts its receiver on hold (RFC 3264, 8.4, and the older 0.0.0.0)."""
    return media.direction in ("sendonly", "inactive") or media.address == "0.0.0.0"
