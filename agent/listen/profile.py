"""How long callers are waited for who may be in the middle of a thought."""

from __future__ import annotations

from enum import StrEnum


class Profile(StrEnum):
    """How long this kind of caller, or of answer, is waited for at most."""

    PLAIN = "plain"
    DICTATION = "dictation"
    DISTRESSED = "distressed"
    ELDERLY = "elderly"
