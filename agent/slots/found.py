"""The values that stand in a text, and the one that is meant: not what is refused, and not one of several."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

_EXCLUDED = re.compile(
    r"\b(?:not|neither|except|but|before|after|by|until|till|since|through|every|each|any|from|between|either|than|"
    r"can't|cannot|don't|doesn't|won't|couldn't|(?:at|the) (?:least|most)|"
    r"up to)(?: (?:on|at|the|a|an|do|for|come|want))*$"
)
_REFUSED = re.compile(r"^(?: \w+)? ?(?:doesn't|won't|isn't|is not|does not|will not|is no|is bad)\b")
_VAGUE = re.compile(r"\b(?:around|(?<!how )(?<!what )about|roughly|approximately|maybe|perhaps)(?: the| at)?$")
_THROUGH = re.compile(r"(?:to|through|until|till)(?: the)?")
_AND = re.compile(r"(?:and|or)(?: the)?")


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
    if _EXCLUDED.search(before) or _REFUSED.search(text[one.end :]):
        return True
    return any(_ranges(text, *sorted((one, other), key=lambda each: each.start)) for other in found if other != one)


def _ranges(text: str, first: Found, second: Found) -> bool:
    """Whether two stand for what lies between them: "monday through thursday", "between two and three"."""
    joint = text[first.end : second.start].strip()
    bound = _EXCLUDED.search(text[: first.start].rstrip())
    return bool(_THROUGH.fullmatch(joint) or (_AND.fullmatch(joint) and bound and not bound[0].startswith("not")))
