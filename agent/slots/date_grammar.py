"""Dates as callers say them, as patterns over figures (`figures.py`): the first that fits a stretch of text has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from agent.slots.days import (
    MONTHS,
    WEEKDAYS,
    exact,
    monthless,
    months_later,
    weekday_after,
    weekday_before,
    yearless,
)
from agent.slots.found import Found

Day = date | None
_Match = re.Match[str]
# A match, today, and whether a date without a year is the last one; the day, and whether it can be no other.
_Rule = Callable[[_Match, date, bool], tuple[Day, bool]]

_M = rf"(?P<month>{'|'.join(MONTHS)})"
_W = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"
_ORDINAL = r"(?P<number>\d{1,2})(?:st|nd|rd|th)"
_NUMBER = r"(?P<number>\d{1,2})(?:st|nd|rd|th)?"
_TH_OR_NOT = r"(?:st|nd|rd|th)?"
_YEAR = (
    rf"(?P<year>\d\d (?:oh \d|hundred|\d\d{_TH_OR_NOT})(?! \d)|2 thousand(?:(?: and)? \d{{1,2}}{_TH_OR_NOT})?|\d{{4}})"
)
_SHORT_YEAR = r"(?P<short>oh \d|\d\d)(?! (?:\d|o'clock|a m|p m|am\b|pm\b))"
_OF_YEAR = rf"(?:(?: of| in)? (?:{_YEAR}|{_SHORT_YEAR}))?"
_COUNT = r"(?P<count>\d{1,3}|an?)"
_UNIT = r"(?P<unit>day|week|month|year|fortnight)s?"
_FOLLOWS = (  # behind "the fifth", which may be a floor, a child or a visit as well
    r"(?=$| (?:at|in the|in morning|around|about|please|if|would|works|will|is|then|thanks|thank|should|could|can|or|"
    r"sounds?|looks?|suits?|to|and|through|until|for|half past|(?:a )?quarter (?:past|to|after|of)|of this|of next|"
    r"not)\b)"
)
_AWAY = {"after tomorrow": 2, "before yesterday": -2, "tomorrow": 1, "yesterday": -1}
_CENTURY = 100
_SOON = 5  # years ahead that are said with two figures
_LATELY = 305  # days ahead; so the same day of last year was no two months ago
_ALIKE = (13, 30)  # "thirteenth" is heard as "thirty"
_ENDS = ("st", "nd", "rd", "th")
_TH = re.compile(rf"(?<=\d)(?:{'|'.join(_ENDS)})")  # "sixteen" is heard as "sixteenth"
_NEAR_MONTHS = 4
_PART_OF_DAY = re.compile(r"tonight|morning|afternoon|evening")


def dates(text: str, today: date, past: bool) -> list[Found]:
    """The days in a text, in order; the value of a stretch that is no day of the calendar is ""."""
    taken = text
    found: list[Found] = []
    for pattern, rule in _PATTERNS:
        for match in pattern.finditer(taken):
            day, sure = _safely(rule, match, today, past)
            found.append(Found(day.isoformat() if day else "", match.start(), match.end(), sure))
        taken = pattern.sub(lambda match: "_" * len(match[0]), taken)
    return sorted(found, key=lambda one: one.start)


def undated(text: str) -> str:
    """The text without its days, which may hold numbers."""
    for pattern, _ in _PATTERNS[:-1]:
        text = pattern.sub(lambda match: match[0] if _PART_OF_DAY.search(match[0]) else "then", text)
    return text


def _safely(rule: _Rule, match: _Match, today: date, past: bool) -> tuple[Day, bool]:
    try:
        return rule(match, today, past)
    except (ValueError, OverflowError):  # beyond the calendar
        return None, False


def _near(match: _Match, today: date, _: bool) -> tuple[Day, bool]:
    away = next((days for phrase, days in _AWAY.items() if match[0].endswith(phrase)), 0)
    return today + timedelta(away), True


def _counted(match: _Match, today: date, past: bool) -> tuple[Day, bool]:
    """So many days, weeks, months or years from a day."""
    written = match.groupdict()
    count = 1 if (written.get("count") or "a") in ("a", "an") else int(match["count"])
    start, base = today, written.get("base") or ""
    if base in WEEKDAYS:
        start = weekday_after(today, base)
    elif base in ("tomorrow", "yesterday"):
        start = today + timedelta(_AWAY[base])
    count = -count if written.get("ago") else count
    unit = written.get("unit") or "week"
    if unit in ("month", "year"):
        return months_later(start, count * (12 if unit == "year" else 1)), not written.get("misheard")
    return start + timedelta(count * {"day": 1, "week": 7, "fortnight": 14}[unit]), not written.get("misheard")


def _weekday_in(match: _Match, today: date, _: bool) -> tuple[Day, bool]:
    """A day of the week that is so many weeks ahead."""
    count = match.groupdict().get("count") or "2"
    monday = today - timedelta(today.weekday())
    return monday + timedelta(weeks=1 if count in ("a", "an") else int(count), days=_index(match)), False


def _full(match: _Match, today: date, past: bool) -> tuple[Day, bool]:
    """A month and a day of it, with or without weekday and year."""
    month, told = MONTHS.index(match["month"]) + 1, int(match["number"])
    number = 10 + told // 10 if told > 31 and not told % 10 else told  # "sixteenth" is heard as "sixty"
    said = _year(match, today, past)
    year = _likely(said, today, past)
    day = exact(year, month, number) if year else yearless(today, month, number, past)
    if day is None or not _fits(match, day):
        return None, False
    lately = not year and not past and (day - today).days > _LATELY  # it may be the one that is just over
    like_another = match[0][match.end("number") - match.start() :][:2] not in _ENDS and told in _ALIKE
    return day, not match.groupdict().get("short") and not lately and not like_another and (year, number) == (
        said,
        told,
    )


def _uncounted(match: _Match, today: date, past: bool) -> tuple[Day, bool]:
    """ "The last friday in december" is a day that is asked for otherwise."""
    del match, today, past
    return None, False


def _numbered(match: _Match, today: date, past: bool) -> tuple[Day, bool]:
    """A day of this or another month."""
    number, which = int(match["number"]), match.groupdict().get("which")
    if which:
        month = months_later(today.replace(day=1), 1 if which == "next" else 0)
        day = exact(month.year, month.month, number)
    else:
        day = monthless(today, number, past)
    if day and not _fits(match, day) and not which and not past:
        later = (exact(one.year, one.month, number) for one in _months(day))
        return next((one for one in later if one and _fits(match, one)), None), False
    return (day, bool(match.groupdict().get("weekday"))) if day and _fits(match, day) else (None, False)


def _weekday(match: _Match, today: date, past: bool) -> tuple[Day, bool]:
    """A day of the week. "Next" is in the next week, which some mean otherwise before that day of this week."""
    name, which, week = match["weekday"], match["which"] or "", match["week"] or match["before"] or ""
    coming = weekday_after(today, name)
    this_week = today + timedelta(WEEKDAYS.index(name) - today.weekday())
    if which in ("last", "past") or (past and not which and not week):
        day = weekday_before(today, name)
        return day, day < today - timedelta(today.weekday())
    if "next" in week:
        return this_week + timedelta(7), True
    if week == "week":
        return coming + timedelta(7), True
    if which == "next":
        return this_week + timedelta(7), this_week < today or name == WEEKDAYS[today.weekday()]
    if which == "this":
        return coming, this_week > today
    return coming, this_week != today or bool(which)


def _feast(match: _Match, today: date, past: bool) -> tuple[Day, bool]:
    month, number = _FEASTS[match[0].removesuffix(" day")]
    return yearless(today, month, number, past), True


def _numeric(match: _Match, today: date, past: bool) -> tuple[Day, bool]:
    """Month and day as numbers, in the American order."""
    month, number = int(match["month"]), int(match["number"])
    year = _year(match, today, past)
    day = exact(year, month, number) if year else yearless(today, month, number, past) if month <= 12 else None
    return day, False


def _months(day: date) -> Iterator[date]:
    """Those behind the day's, as far as somebody calls one by a weekday and its number."""
    return (months_later(day.replace(day=1), away) for away in range(1, _NEAR_MONTHS))


def _likely(year: int, today: date, past: bool) -> int:
    """The year that is meant: "ninety ninety eight" is 1998, and 2030 in the past 2013."""
    if year // _CENTURY == 90:
        return 1900 + year % _CENTURY
    decade = year % _CENTURY
    return 2010 + decade // 10 if past and year > today.year and decade >= 30 and not decade % 10 else year


def _fits(match: _Match, day: date) -> bool:
    weekday = match.groupdict().get("weekday")
    return weekday is None or weekday == WEEKDAYS[day.weekday()]


def _index(match: _Match) -> int:
    return WEEKDAYS.index(match["weekday"])


def _year(match: _Match, today: date, past: bool) -> int:
    """The year that is said, 0 for none."""
    short = (match.groupdict().get("short") or "").replace("oh ", "")
    if short:
        year = today.year // _CENTURY * _CENTURY + int(short)
        return year - _CENTURY if year > today.year + (0 if past else _SOON) else year
    said = _TH.sub("", match.groupdict().get("year") or "")
    if "thousand" in said:
        last = said.rpartition(" ")[2]
        return 2000 + (int(last) if last.isdigit() else 0)
    return int(said.replace(" oh ", "0").replace(" hundred", "00").replace(" ", "") or 0)


def _both(*patterns: str) -> Iterator[re.Pattern[str]]:
    return (re.compile(rf"\b(?:{pattern})(?![\w'])") for pattern in patterns)


_FEASTS = {
    "christmas eve": (12, 24), "christmas": (12, 25), "new year's eve": (12, 31), "new year's": (1, 1),
    "valentine's": (2, 14), "halloween": (10, 31),
}  # fmt: skip
_RULES: tuple[tuple[_Rule, tuple[str, ...]], ...] = (
    (
        _counted,
        (
            rf"(?:in )?{_COUNT} {_UNIT} (?:from|after) (?P<base>today|now|tomorrow|{'|'.join(WEEKDAYS)})",
            rf"(?:an? |1 )week (?:on )?(?P<base>{'|'.join(WEEKDAYS)})",
            rf"{_COUNT} {_UNIT} (?P<ago>ago)",
        ),
    ),
    (
        _weekday_in,
        (rf"{_W} in {_COUNT} weeks?", rf"the week after next (?:on )?{_W}", rf"{_W} (?:of )?the week after next"),
    ),
    (_counted, (rf"in {_COUNT} {_UNIT}", rf"(?<![\w ])(?P<misheard>and) {_COUNT} {_UNIT}")),
    (
        _near,
        (
            r"(?:(?:the )?day|they|the) (?:after tomorrow|before yesterday)",
            "tomorrow|yesterday|today|tonight|this (?:morning|afternoon|evening)",
        ),
    ),
    (
        _full,
        (
            rf"{_YEAR} {_M} (?:the )?{_NUMBER}",
            rf"(?:{_W} (?:the )?|the )?{_ORDINAL} (?:day )?(?:of |the )?{_M}{_OF_YEAR}",
            rf"(?:{_W} (?:the )?|the )?{_NUMBER} of {_M}{_OF_YEAR}",
            rf"(?:{_W} )?{_M} (?:the )?(?!(?:19|20) \d\d(?! \d\d|\d)){_NUMBER}{_OF_YEAR}",
        ),
    ),
    (_uncounted, (rf"(?:the )?(?:last|{_ORDINAL}) {_W} (?:in|of) \w+", rf"(?:the )?{_W} after (?:next|that)")),
    (_numbered, (rf"(?:{_W} )?the {_ORDINAL} of (?P<which>this|next) month", rf"{_W} the {_NUMBER}(?! (?:\d|oh\b))")),
    (
        _weekday,
        (
            r"(?:(?P<before>next week) (?:on )?)?(?:(?P<which>this coming|the coming|this|next|coming|last|past) )?"
            rf"{_W}(?: (?:of )?(?P<week>next week|week))?",
        ),
    ),
    (_feast, (r"(?:christmas eve|christmas|new year's eve|new year's|valentine's|halloween)(?: day)?",)),
    (_numbered, (rf"the {_ORDINAL}{_FOLLOWS}",)),
    (
        _numeric,
        (
            r"(?<![\w ])(?:oh )?(?P<month>\d{1,2}) (?:oh )?(?P<number>\d{1,2})"
            rf"(?: (?:{_YEAR}|{_SHORT_YEAR}))?(?=$| please)",
        ),
    ),
)
_PATTERNS = tuple((pattern, rule) for rule, written in _RULES for pattern in _both(*written))
