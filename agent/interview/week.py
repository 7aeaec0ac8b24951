"""The days and times of a week as people type them: "mon-fri 9am-12 and 1pm to 5pm, weekends 9-12". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from agent.dialplan.calendar import Weekday
from agent.dialplan.opening import span
from agent.interview.answers import Week

EXAMPLE = "mon-fri 9:00-17:00, sat 9:00-12:00"
_AFTERNOON = "write five in the afternoon as 17:00 or 5pm, and five in the morning as 05:00 or 5am"
_DAYS = list(Weekday)
_PLAIN = (  # in turn: other ways to say it -> how it is read
    (re.compile(r"\b(24/7|always|around the clock)"), "mon-sun 0:00-24:00"),
    (re.compile(r"\b(every ?day|daily|all week)\b"), "mon-sun"),
    (re.compile(r"\bweekdays?\b"), "mon-fri"),
    (re.compile(r"\bweekends?\b"), "sat-sun"),
    (re.compile(r"\bnoon\b"), "12pm"),
    (re.compile(r"\bmidnight\b"), "24:00"),
    (re.compile(r"(?<=\d)\s*(o['’]?clock|uhr|hrs?|h)\b\.?"), ""),
    (re.compile(r"\s*(['’]?\b(to|through|thru|until|till?)\b|[-–—])\s*"), "-"),
    (re.compile(r"\b(from|on)\b|(?<=[a-z]):"), " "),
)
_HALF = re.compile(r"(?<![\d:.])(\d{1,2})(?:[:.](\d{2}))?\s*([ap])\.?m\b\.?")
_FULL_HOUR = re.compile(r"(?<![\d:.])(\d{1,2})(?![\d:.])")
_HOURS = re.compile(r"(?<![\d:.])(\d{1,2})(?:[:.]\d{2})?-(\d{1,2})(?:[:.]\d{2})?(?!\d)(?P<half>\s*[ap]\.?m\b)?")
_DAY_LONG = re.compile(
    r"(?<![\d:.])(?P<begin>(?P<from>\d{1,2})(?:[:.]\d{2})?(?:\s*a\.?m\b\.?)?)"
    r"-(?P<to>[1-9]|1[01])(?P<minutes>[:.]\d{2})?(?![\d:.]|\s*[ap]\.?m\b)"
)
_MORNING = range(6, 13)  # hours in which a day begins that ends in the afternoon: "9-5"
_NIGHT = range(1, 6)  # hours in which hardly anything opens, so that "1-5" is most likely the afternoon
_AND = re.compile(r"\band\b|&")
_CLOSED = re.compile(r"\b(are |is )?closed( on)?\b")
_TIMED = re.compile(r"\d")
_PARTS = re.compile(r"[,;\n]")
_DAY_NEXT = re.compile(r"\s*(?:\band\s+|&\s*|\s)(?=(?:on\s+)?(?:mon|tue|wed|thu|fri|sat|sun|week|every|daily))")
_RANGE = re.compile(r"([a-z]+)\.?(?:-([a-z]+)\.?)?")


def week(typed: str) -> Week:
    """The times by weekday, in the order of the week. Days without times have those that come next, and times without
    days are of those before; days that are closed have none. Raises ValueError with what is wrong and what would be
    right."""
    times: dict[Weekday, list[str]] = {}
    days: list[Weekday] = []
    closed: list[Weekday] = []
    waiting = ""  # what named the last days, while they have no times
    for part in _parts(typed.lower()):
        begin = re.search(r"\d", plain := _plain(part))
        named = plain[: begin.start()] if begin else plain
        if begin is None and _CLOSED.search(named):
            closed += [*(days if waiting else []), *_never(named, part)]
            days, waiting = [], ""
            continue
        if named.strip():
            days = [*(days if waiting else []), *_listed(named, part)]
            waiting = part
        if begin is None:
            continue
        if not days:
            raise ValueError(_none(part))
        for day in days:
            times.setdefault(day, []).extend(
                text.strip() for text in _AND.split(plain[begin.start() :]) if text.strip()
            )
        waiting = ""
    if waiting:
        raise ValueError(_none(waiting))
    for spans in times.values():
        _in_order(spans)
    return {day.value: tuple(times[day]) for day in _DAYS if day in times and day not in closed}


def _in_order(spans: list[str]) -> None:
    """Raises ValueError where a time of a day begins before the one that stands before it; but a night goes on at
    midnight."""
    for before, text in pairwise(spans):
        first, then = span(before), span(text)
        if first is not None and then is not None and 0 < then[0] < first[0]:
            raise ValueError(f'"{text}" is before "{before}"; write the times of a day in order, and {_AFTERNOON}')


def _parts(typed: str) -> Iterator[str]:
    """Days with their times: what is between commas, and what begins with days behind times."""
    for part in _PARTS.split(typed):
        begin = 0
        while timed := _TIMED.search(part, begin):
            cut = _DAY_NEXT.search(part, timed.start())
            if cut is None:
                break
            yield part[begin : cut.start()].strip()
            begin = cut.end()
        if part[begin:].strip():
            yield part[begin:].strip()


def _plain(typed: str) -> str:
    """The same in a few words and in the hours of a day: "mon-fri 9:00-17:00"."""
    for sign, instead in _PLAIN:
        typed = sign.sub(instead, typed)
    _clear(typed)
    typed = _DAY_LONG.sub(_until_evening, typed)
    typed = _HALF.sub(lambda half: f"{int(half[1]) % 12 + 12 * (half[3] == 'p')}:{half[2] or '00'}", typed)
    return _FULL_HOUR.sub(r"\1:00", typed)


def _until_evening(times: re.Match[str]) -> str:
    """ "9-5" ends in the afternoon: before it begins nothing ends."""
    begin, end = int(times["from"]), int(times["to"])
    if begin not in _MORNING or end > begin:
        return times[0]
    return f"{times['begin']}-{end + 12}{times['minutes'] or ':00'}"


def _clear(typed: str) -> None:
    """Raises ValueError for hours that may be those of the morning or of the afternoon."""
    for found in _HOURS.finditer(typed):
        begin, end, half = int(found[1]), int(found[2]), found["half"]
        late = half is not None and begin <= 12 and begin % 12 < end % 12 and "p" in half
        if late or (half is None and begin in _NIGHT and not found[1].startswith("0") and end <= 12):
            hours = found[0].strip()
            raise ValueError(f'"{hours}" may be in the morning or in the afternoon; {_AFTERNOON}')


def _listed(named: str, part: str) -> list[Weekday]:
    """Days such as "mon-wed and fri"."""
    days: list[Weekday] = []
    for one in filter(None, (one.strip() for one in _AND.split(named))):
        found = _RANGE.fullmatch(one)
        if found is None:
            raise ValueError(_none(part))
        days += _between(_day(found[1], part), _day(found[2] or found[1], part))
    return days


def _never(named: str, part: str) -> list[Weekday]:
    """The days that are closed, of "closed on sundays"."""
    try:
        return _listed(_CLOSED.sub(" ", named), part)
    except ValueError:
        raise ValueError(f'"{part}" names no weekday; leave it out: holidays are a question of their own') from None


def _none(part: str) -> str:
    return f'"{part}" is no day and time; write it like "{EXAMPLE}"'


def _day(said: str, part: str) -> Weekday:
    fits = [day for day in _DAYS if len(said) > 1 and day.value.startswith(said.removesuffix("s") or said)]
    if len(fits) != 1:
        timed = any(char.isdigit() for char in part)
        raise ValueError(f'"{said}" is no weekday; write it like "mon" or "monday"' if timed else _none(part))
    return fits[0]


def _between(first: Weekday, last: Weekday) -> list[Weekday]:
    begin, end = _DAYS.index(first), _DAYS.index(last)
    return _DAYS[begin : end + 1] if begin <= end else [*_DAYS[begin:], *_DAYS[: end + 1]]
