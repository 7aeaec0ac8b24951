"""How a strong model stands, for whoever looks at the bot."""

from __future__ import annotations

import msgspec


class Standing(msgspec.Struct, frozen=True):
    """Whether it is left alone after failures, and how often it was asked within the last hour, of how often it may."""

    model: str
    rests: bool
    asked: int
    an_hour: int
