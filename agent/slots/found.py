"""The values that stand in a text, and the one that is meant: not what is refused, and not one of several."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

_EXCLUDED = re.compile(
    r"\b(?:not|neither|except|but|before|after|by|until|till|since|through|every|each|any|from|between|either|than|"
    r"can't|cannot|don't|doesn't|won't|couldn't|at (?:least|most))(?: (?:on|at|the|do|for|come|want))*$"
)
_REFUSED = re.compile(r"^(?: \w+)? ?(?:doesn't|won't|isn't|is not|does not|will not|is no|is bad)\b")
_VAGUE = re.compile(r"\b(?:around|about|roughly|approximately|maybe|perhaps)(?: the| at)?$")
_NOT = re.compile(r"\bnot(?: (?:on|at|the|for))*$")


class Found(msgspec.Struct, frozen=True):
    """A value, and where in the text it stands."""

    value: str
    start: int
    end: int
    sure: bool = True


def meant(text: str, found: Sequence[Found]) -> Found | None:
    """The only value that is neither excluded nor a bound; None where there is no such one, or several."""
    standing = [one for one in found if not _excluded(text, one, found)]
    if len({one.value for one in standing}) != 1:
        return None
    only = standing[0]
    sure = all(one.sure and not _VAGUE.search(text[: one.start].rstrip()) for one in standing)
    return Found(only.value, only.start, only.end, sure)


def _excluded(text: str, one: Found, found: Sequence[Found]) -> bool:
    before = text[: one.start].rstrip()
    return bool(_EXCLUDED.search(before) or _REFUSED.search(text[one.end :])) or _denied_with(text, one, found)


def _denied_with(text: str, one: Found, found: Sequence[Found]) -> bool:
    """Whether it goes on from one that is excluded by a bound: "from monday to friday", "between two and three"."""
    return any(
        other.end <= one.start
        and text[other.end : one.start].strip() in ("to", "and", "or", "through", "until", "till", "to the", "and the")
        and _EXCLUDED.search(text[: other.start].rstrip())
        and not _NOT.search(text[: other.start].rstrip())
        for other in found
    )
