"""Hours, dates and years as they are said, and their ranges."""

from __future__ import annotations

import re
from collections.abc import Callable

from agent.speak.english_numbers import MONTHS, cardinal, date, ordinal, time, year
from agent.speak.english_rules import TO, Rule, rule

_SHORT = tuple(month[:3].lower() for month in MONTHS)
_MONTH = rf"(?=(?:{'|'.join(MONTHS)}|{'|'.join(month[:3] for month in MONTHS)}|Sept)\b)([A-Z][a-z][a-z])[a-z]*\.?"
_TH = r"(?:st|nd|rd|th)"
_HALF = r"(?P<half>[ap]\.?\s?m\b)(?P<stop>\.?)(?=(?P<next>\s*\S?))"
_HOUR = r"\d{1,2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?"


def _clock(match: re.Match[str]) -> str:
    hour, minute, half = int(match["h"]), int(match["m"] or 0), (match["half"] or "")[:1].lower()
    if hour > 23 or minute > 59 or (half and hour > 12):
        return " ".join(cardinal(figures) for figures in (match["h"], match["m"] or "") if figures) + (
            f" {half} m" if half else ""
        )
    said = time(hour, minute, half)
    sentence_ends = "." not in (match["half"] or "") or not match["next"].strip() or match["next"].strip().isupper()
    return said + (match["stop"] or "" if sentence_ends else "")


def _lasting(match: re.Match[str]) -> str:
    hours, minutes = (f"{cardinal(part)} {unit}{'' if part == '1' else 's'}" for part, unit in
                      zip(match.groups(), ("hour", "minute"), strict=True))  # fmt: skip
    return f"{hours} {minutes}"


def _numbers(day: int, month: int, of_year: int) -> Callable[[re.Match[str]], str]:
    """A date in figures; the numbers say in which group of the pattern each of its parts is."""

    def said(match: re.Match[str]) -> str:
        full = int(match[of_year]) if len(match[of_year]) == 4 else 2000 + int(match[of_year])
        d, m = int(match[day]), int(match[month])
        d, m = (m, d) if d <= 12 < m else (d, m)  # only one way makes sense
        if 1 <= m <= 12 and 1 <= d <= 31:
            return date(d, m, full)
        return " ".join(cardinal(figures) for figures in re.findall(r"\d+", match.group()))

    return said


def _without_year(day: int, month: int) -> Callable[[re.Match[str]], str]:
    def said(match: re.Match[str]) -> str:
        d, m = int(match[day]), int(match[month])
        d, m = (m, d) if d <= 12 < m else (d, m)
        return f"{match[1]} {date(d, m)}" if 1 <= m <= 12 and 1 <= d <= 31 else match.group()

    return said


def _month_day(match: re.Match[str]) -> str:
    month = _SHORT.index(match[1].lower()) + 1
    return date(int(match[2]), month, int(match[3]) if match[3] else None)


def _day_month(match: re.Match[str]) -> str:
    month = _SHORT.index(match[3].lower()) + 1
    of_year = int(match[4]) if match[4] else None
    if not match[2]:
        return date(int(match[1]), month, of_year)
    said = f"{ordinal(int(match[1]))} of {MONTHS[month - 1]}"
    return f"{said}, {year(of_year)}" if of_year is not None else said


def _month(match: re.Match[str]) -> str:
    return _named(match[1])


def _named(month: str) -> str:
    return MONTHS[_SHORT.index(month[:3].lower())]


def _decade(figures: str) -> str:
    said = year(int(figures)) if len(figures) == 4 else cardinal(figures)
    return said[:-1] + "ies" if said.endswith("y") else said + "s"


def dates_in_figures(british: bool) -> tuple[Rule, ...]:
    """`british`: the day goes before the month, where both ways make sense."""
    day, month = (1, 3) if british else (3, 1)
    early, late = (2, 3) if british else (3, 2)
    return (
        rule(r"\b(\d{4})([-/.])(\d{1,2})\2(\d{1,2})\b", _numbers(4, 3, 1)),
        rule(r"\b(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d{2})\b", _numbers(day, month, 4)),
        rule(r"\b(\d{1,2})(-)(\d{1,2})\2(\d{4})\b", _numbers(day, month, 4)),
        rule(r"\b(on|by|until|till|from|before|after|since)\s(\d{1,2})/(\d{1,2})\b(?!/)", _without_year(early, late)),
    )


HOURS: tuple[Rule, ...] = (
    rule(
        rf"\b{_MONTH}\s(\d{{1,2}}){_TH}?{TO}(\d{{1,2}}){_TH}?\b(?!:)",
        lambda match: f"{_month(match)} {ordinal(int(match[2]))} to {ordinal(int(match[3]))}",
        0,
    ),
    rule(r"\b(noon|midnight)" + TO + r"(?=\d)", lambda match: f"{match[1]} to "),
    rule(r"(?<=\d|m)" + TO + r"(?=noon|midnight)", " to "),
    rule(rf"\b({_HOUR}){TO}({_HOUR})(?![\d-])", lambda match: f"{match[1]} to {match[2]}"),
    rule(r"\b(\d{1,2})\s?h(?:rs?)?\s?(\d{1,2})(?:\s?m(?:ins?)?)?\b", _lasting),
    rule(r"\b(?P<h>\d{1,2}):(?P<m>\d{2})(?::\d{2})?\s?" + _HALF, _clock),
    rule(
        r"\b(?P<h>\d{1,2}):(?P<m>\d{2})(?::\d{2})?(?![:\d])(?:\s?h(?:rs?)?\b)?(?P<half>)(?P<stop>)(?P<next>)",
        _clock,
    ),
    rule(r"\b(?P<h>\d{1,2})(?:\.(?P<m>\d{2}))?\s?" + _HALF, _clock),
)
DATES: tuple[Rule, ...] = (
    rule(rf"\b{_MONTH}{TO}{_MONTH}", lambda match: f"{_month(match)} to {_named(match[2])}", 0),
    rule(rf"\b(\d{{1,2}}{_TH}){TO}(?=\d{{1,2}}{_TH})", lambda match: f"{match[1]} to "),
    rule(rf"\b(\d{{1,2}}){_TH}?\s(of\s)?{_MONTH}(?:,?\s(\d{{4}})\b)?(?![a-z])", _day_month, 0),
    rule(rf"\b{_MONTH}\s(\d{{1,2}}){_TH}?\b(?!:)(?:,?\s(\d{{4}})\b)?", _month_day, 0),
    rule(rf"\b{_MONTH}(?=\s(?:19|20)\d\d\b)", _month, 0),
    rule(rf"\b(\d{{1,9}}){_TH}\b", lambda match: ordinal(int(match[1]))),
)
YEARS: tuple[Rule, ...] = (
    rule(rf"\b((?:1[1-9]|20)\d\d){TO}(?=(?:1[1-9]|20)\d\d\b)", lambda match: f"{match[1]} to "),
    rule(r"\b((?:19|20)\d0)'?s\b", lambda match: _decade(match[1])),
    rule(r"\b(in|for|after|within|every|about|takes?)\s(\d+)s\b", lambda match: f"{match[1]} {match[2]} seconds"),
    rule(r"\b(\d0)'?s\b", lambda match: _decade(match[1])),
    rule(r"\b(in|since)\s(1[1-8]\d\d)\b(?![,.]\d)", lambda match: f"{match[1]} {year(int(match[2]))}"),
    rule(r"(?<![\w.,])(?:19|20)\d{2}(?!\w|[,.]\d)", lambda match: year(int(match.group()))),
)
