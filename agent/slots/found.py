"""The values that stand in a text, and the one that is meant: not what is refused, and not one of several."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

_REFUSAL = "not|neither|except|but|either|than|can't|cannot|don't|doesn't|won't|couldn't"
_BOUND = "before|after|by|until|till|since|through|every|each|any|from|between|(?:at|the) (?:least|most)|up to"
_FILLED = r"(?: (?:on|at|the|a|an|do|for|come|want))*$"
_REFUSING = re.compile(rf"\b(?:{_REFUSAL}){_FILLED}")
_EXCLUDED = re.compile(rf"\b(?:{_REFUSAL}|{_BOUND}){_FILLED}")
_REFUSED = re.compile(r"^(?: \w+)? ?(?:doesn't|won't|isn't|is not|does not|will not|is no|is bad|is too)\b")
_VAGUE = re.compile(r"\b(?:around|(?<!how )(?<!what )about|roughly|approximately|maybe|perhaps)(?: the| at)?$")
_OR_SO = re.compile(r"^ (?:or so|or \d+|give or take|more or less)\b")
_THROUGH = re.compile(r"(?:to|through|until|till)(?: the)?")
_AND = re.compile(r"(?:and|or)(?: the)?")


class Found(msgspec.Struct, frozen=True):
    """A value, and where in the text it stands."""

    value: str
    start: int
    end: int
    sure: bool = True


def named(text: str, found: Sequence[Found]) -> Found | None:
    """The only value that is not refused; None where there is no such one, or several. For things that bound nothing:
    "somebody from sales"."""
    return _only(text, [one for one in found if not _refused(text, one, _REFUSING)])


def meant(text: str, found: Sequence[Found]) -> Found | None:
    """The only value that is neither refused nor a bound; None where there is no such one, or several."""
    return _only(text, [one for one in found if not _excluded(text, one, found)])


def _only(text: str, standing: Sequence[Found]) -> Found | None:
    if len({one.value for one in standing}) != 1:
        return None
    only = standing[0]
    sure = all(one.sure and not _is_vague(text, one) for one in standing)
    return Found(only.value, only.start, only.end, sure)


def _is_vague(text: str, one: Found) -> bool:
    """Whether it is said to be about so."""
    return bool(_VAGUE.search(text[: one.start].rstrip()) or _OR_SO.match(text[one.end :]))


def _excluded(text: str, one: Found, found: Sequence[Found]) -> bool:
    if _refused(text, one, _EXCLUDED):
        return True
    return any(_ranges(text, *sorted((one, other), key=lambda each: each.start)) for other in found if other != one)


def _refused(text: str, one: Found, words: re.Pattern[str]) -> bool:
    """Whether it stands behind such words, or is said not to fit."""
    return bool(words.search(text[: one.start].rstrip()) or _REFUSED.search(text[one.end :]))


def _ranges(text: str, first: Found, second: Found) -> bool:
    """Whether two stand for what lies between them: "monday through thursday", "between two and three"."""
    joint = text[first.end : second.start].strip()
    bound = _EXCLUDED.search(text[: first.start].rstrip())
    return bool(_THROUGH.fullmatch(joint) or (_AND.fullmatch(joint) and bound and not bound[0].startswith("not")))
