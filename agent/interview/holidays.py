"""The days on which a business is closed as people type them: "Christmas Day, 4 July, Dec 24-26". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from agent.interview.answers import Holidays

EXAMPLE = "Christmas Day, July 4, Dec 28 to Jan 2, 2027-05-14"
MOST_DAYS = 31  # from the first to the last of a range
_LEAP = 2024  # a year that has every day
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_KNOWN = {
    "christmas": ("12-25", "Christmas Day"),
    "christmas day": ("12-25", "Christmas Day"),
    "xmas": ("12-25", "Christmas Day"),
    "xmas day": ("12-25", "Christmas Day"),
    "christmas eve": ("12-24", "Christmas Eve"),
    "xmas eve": ("12-24", "Christmas Eve"),
    "boxing day": ("12-26", "Boxing Day"),
    "new year": ("01-01", "New Year's Day"),
    "new years": ("01-01", "New Year's Day"),
    "new years day": ("01-01", "New Year's Day"),
    "new years eve": ("12-31", "New Year's Eve"),
    "independence day": ("07-04", "Independence Day"),
}  # those that are on the same day each year, and are the same one wherever they have the name
_MONTH = r"\b(?P<month>[a-z]{3,9})\b\.?"
_DAY = r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?\b\.?"
_YEAR = r"(?:\s+(?P<year>\d{4})\b)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_MONTH}\s+(?:the\s+)?{_DAY}{_YEAR}",
        rf"(?:\bthe\s+)?{_DAY}\s+(?:of\s+)?{_MONTH}{_YEAR}",
        r"\b(?:(?P<year>\d{4})-)?(?P<month>\d{1,2})-(?P<day>\d{1,2})\b",
    )
)
_UNTIL = re.compile(r"\s*(?:[-–—]|to|until|till|through)\s*", re.IGNORECASE)
_LONE_DAY = re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR}")
_PARTS = re.compile(r"[,;\n]|\band\b|&")
_NONE = ("no", "none", "nothing", "never", "-")
_AROUND = " :()-–—"
_FILLING = re.compile(r"^(?:(?:we(?:'re| are)|closed|from|on|between|all day)\b\s*)+", re.IGNORECASE)  # before a day
_PARTLY = re.compile(  # what stands beside a day that is not closed as a whole
    r"\b(?:half|until|till|noon|midday|morning|afternoon|evening|open|early|late)\b|\d\s*(?:[ap]\.?m\b|:\d)",
    re.IGNORECASE,
)
_MOVES = re.compile(  # on another day each year
    r"\b(?:easter|good friday|ascension|pentecost|whit ?sun\w*|whit monday|corpus christi|thanksgiving|labou?r day|"
    r"memorial day|mother['’]?s day|carnival|mardi gras|eid|diwali|hanukkah|passover|chinese new year)\b",
    re.IGNORECASE,
)
_ALL_OF_THEM = re.compile(r"\b(?:public|bank|legal|national|federal|official|all|usual) holidays\b", re.IGNORECASE)
_TIMES = re.compile(r"\d\s*[-–—]\s*\d")

_Span = tuple[date, date, bool]  # the first and the last day, and whether it is of one year alone


def holidays(typed: str) -> Holidays:
    """The days with their names, in the order in which they stand. Raises ValueError with what is wrong and what would
    be right."""
    found: dict[str, str] = {}
    before: _Span | None = None
    for part in filter(None, (part.strip() for part in _PARTS.split(typed))):
        known = _KNOWN.get(re.sub(r"['’.]", "", _FILLING.sub("", part).lower()))
        if known is not None:
            found[known[0]] = known[1]
        elif _known_before(part):
            raise ValueError(_part_of(part))
        elif part.lower() not in _NONE:
            before, name = _found(part, before)
            found |= {day: name or found.get(day, "") for day in _days(before, part)}
    return found


def _days(span: _Span, part: str) -> Iterator[str]:
    first, last, once = span
    if last < first:
        raise ValueError(f'"{part}" ends before it begins; write the first day, and then the last')
    if last - first >= timedelta(MOST_DAYS):
        raise ValueError(f'"{part}" is not {MOST_DAYS} days or fewer; write the first and the last day of each time')
    for ahead in range((last - first).days + 1):
        yield (first + timedelta(ahead)).strftime("%Y-%m-%d" if once else "%m-%d")


def _found(part: str, before: _Span | None) -> tuple[_Span, str]:
    """The days of a part, and what else stands there: a name. A lone number is a day of the month `before` it."""
    lone = _LONE_DAY.fullmatch(part)
    if lone is not None and lone["year"] is None and before is not None:
        day = _day(before[1].year, before[1].month, int(lone["day"]), part)
        return (day, day, before[2]), ""
    for form in _FORMS:
        for match in form.finditer(part):
            first = _date(match, part)
            if first is not None:
                span, rest = _range((first, first, match["year"] is not None), part[match.end() :], part)
                before_it = _FILLING.sub("", part[: match.start()].strip(_AROUND))
                name = f"{before_it.strip(_AROUND)} {rest.strip(_AROUND)}".strip()
                if _PARTLY.search(name) or _TIMES.search(rest):
                    raise ValueError(_part_of(part))
                if not any(char.isdigit() for char in name):
                    return span, name
    raise ValueError(_part_of(part) if _PARTLY.search(part) else _none(part))


def _known_before(part: str) -> bool:
    """Whether times stand behind the name of a day that is known, which are no date: "Christmas Eve 9-12"."""
    name, _, behind = re.sub(r"['’.]", "", part.lower()).rpartition(" ")
    match = _FORMS[-1].fullmatch(behind)
    return name in _KNOWN and match is not None and match["year"] is None and _date(match, part) != _known_day(name)


def _range(alone: _Span, behind: str, part: str) -> tuple[_Span, str]:
    """The days where a range goes on behind the first, and what is left. A year behind the last day is that of both,
    or the one after the first's."""
    first, _, once = alone
    until = _UNTIL.match(behind)
    rest = behind[until.end() :] if until else ""
    dated = next((match for form in _FORMS if (match := form.match(rest)) and _date(match, part)), None)
    match = dated or _LONE_DAY.match(rest)
    if match is None:
        return alone, behind
    year, day = match["year"], int(match["day"])
    month = ((dated and _date(dated, part)) or first).month
    over = dated is not None and (month, day) < (first.month, first.day)
    if year is not None and not once:
        first, once = _day(int(year) - over, first.month, first.day, part), True
    last = _day(int(year) if year is not None else first.year + over, month, day, part)
    return (first, last, once), rest[match.end() :]


def _date(match: re.Match[str], part: str) -> date | None:
    """The day that was matched; None where the word beside the number is no month."""
    month = match["month"]
    number = int(month) if month.isdigit() else next((at for at, name in _named() if month.lower().startswith(name)), 0)
    if not 1 <= number <= 12:
        return None
    return _day(int(match["year"] or _LEAP), number, int(match["day"]), part)


def _known_day(name: str) -> date:
    return date.fromisoformat(f"{_LEAP}-{_KNOWN[name][0]}")


def _named() -> Iterator[tuple[int, str]]:
    return enumerate(_MONTHS, 1)


def _day(year: int, month: int, day: int, part: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f'there is no such day as "{part}"; write it like "{EXAMPLE}"') from None


def _none(part: str) -> str:
    if _ALL_OF_THEM.search(part):
        return f'"{part}" are not the same everywhere; name each of them, like "{EXAMPLE}"'
    if _MOVES.search(part):
        return f'"{part}" is on another day each year; write its date with the year, such as 2027-05-14'
    return f'"{part}" is no day; write the month by its name, or year, month and day, like "{EXAMPLE}"'


def _part_of(part: str) -> str:
    return (
        f'"{part}" is not a whole day; name the days here on which you\'re closed all day, and write a day with times '
        'into the file later, such as {date: "12-24", open: "9:00-12:00"}'
    )
