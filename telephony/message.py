"""What every message between line and agent is."""

from __future__ import annotations

import msgspec


class Message(msgspec.Struct, frozen=True, tag_field="type", tag=lambda name: name.lower()):
    """Base of all messages: frozen, tagged with its lower-case class name."""
