"""What a caller's words give for a slot."""

from __future__ import annotations

import msgspec


class Reading(msgspec.Struct, frozen=True):
    """A value, and how it is read back.

    `value` is canonical: a date "2026-12-01", a time "15:30", money "12.50", digits "5550100", "yes" or "no", a
    choice's name, an e-mail address in lower case, else text. `spoken` is words only, ready for a voice; heard, it
    gives the value again. `sure`: two parsers agree, or nothing else can be meant. `whole`: False for the begin of a
    number whose rest is awaited.
    """

    value: str
    spoken: str
    sure: bool
    whole: bool = True
