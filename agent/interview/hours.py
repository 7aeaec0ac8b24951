"""Opening times of an interview: the piece of a dialplan that knows and tells them, with the business's own in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from agent.dialplan.calendar import Weekday
from agent.dialplan.hours import Holiday, Hours
from agent.dialplan.opening import span
from agent.interview.answers import Answers, Holidays, Week
from agent.interview.pieces import piece
from agent.reply.opening import Opening
from agent.speak.english_numbers import date as date_words
from agent.tools.timetable import spoken_time

LONGEST = 35  # words; the hours of a longer sentence are told for the moment of the call
_LONGEST_LIST = 60  # words; of a longer list of the days on which it is closed the first are told
_LEAP = 2024  # a year that has every day
_DAY = 24 * 60
_TESTED = datetime(2026, 12, 2)  # the day from which on the tests look for times
_DAYS = list(Weekday)


def hours(answers: Answers) -> dict[str, Any]:
    """The sections by key. Times that are none are left to the checker."""
    made = piece("hours")
    listed = [
        {"date": Quoted(day), **({"name": Quoted(name)} if name else {})} for day, name in answers.holidays.items()
    ]
    made["hours"] = {"open": {day: _times(texts) for day, texts in answers.open.items()}}
    if listed:
        made["hours"]["holidays"] = listed
    made["intents"][0]["answer"] = Quoted(_told(answers.open))
    made["intents"][1]["answer"] = Quoted("{hours}")
    opens, closed = moments(answers)
    made["tests"] = [*made["tests"], *_now(made.pop("open_test"), opens), *_now(made.pop("closed_test"), closed)]
    if answers.holidays:
        made["facts"][0]["text"] = Quoted(_closed(answers.open, answers.holidays))
    else:
        made.pop("facts")
        made["tests"] = made["tests"][:1] + made["tests"][2:]
    return made


def moments(answers: Answers) -> tuple[str, str]:
    """When the business is open, and when it is closed, as a test's `now`; "" where it never is."""
    week = {Weekday(day): texts for day, texts in answers.open.items()}
    closed_on = tuple(Holiday(date=day) for day in answers.holidays)
    opening = Opening(Hours.model_construct(open=week, holidays=closed_on))  # times may be none yet
    quarters = [_TESTED + timedelta(minutes=15 * ahead) for ahead in range(40 * 96)]
    opens = next((_written(at) for at in quarters if opening.closes(at) is not None), "")
    closed = next((_written(at) for at in quarters if opening.closes(at) is None), "")
    return opens, closed


def _times(texts: tuple[str, ...]) -> str | list[str]:
    quoted = [Quoted(text) for text in texts]
    return quoted if len(quoted) != 1 else quoted[0]


def in_words(week: Week) -> str:
    """ "Monday to Friday from nine a m to five p m, and Saturday from ten a m to one p m". Days with the same times
    are told together."""
    times: dict[tuple[str, ...], list[Weekday]] = {}
    for day in _DAYS:
        if day in week:
            times.setdefault(week[day], []).append(day)
    told = [f"{_on(days)} {_from(texts)}" for texts, days in times.items()]
    return _listed(told, ", and")


def _told(week: Week) -> str:
    sentence = f"We're open {in_words(week)}."
    return sentence if len(sentence.split()) <= LONGEST else "Our hours are not the same every day. {hours}"


def _on(days: list[Weekday]) -> str:
    if len(days) == len(_DAYS):
        return "every day"
    told = []
    for _, run in groupby(enumerate(days), lambda one: _DAYS.index(one[1]) - one[0]):
        names = [day.capitalize() for _, day in run]
        told += [f"{names[0]} to {names[-1]}"] if len(names) > 2 else names
    return _listed(told, " and")


def _from(texts: tuple[str, ...]) -> str:
    spans = sorted(found for text in texts if (found := span(text)) is not None)
    if spans == [(0, _DAY)]:
        return "around the clock"
    return _listed([f"from {_clock(begin)} to {_clock(end)}" for begin, end in spans], " and")


def _clock(minutes: int) -> str:
    return "midnight" if minutes % _DAY == 0 else spoken_time(time(minutes // 60, minutes % 60))


def _closed(week: Week, holidays: Holidays) -> str:
    """On which weekdays and which holidays it is closed."""
    weekdays = [day for day in _DAYS if day not in week]
    begin = f"We're closed on {_on(weekdays)}, and on" if weekdays else "We're closed on"
    names = list(dict.fromkeys(name for run in _runs(holidays) for name in _named(run, holidays)))
    sentence = f"{begin} {_listed(names, ' and')}."
    while len(sentence.split()) > _LONGEST_LIST and len(names) > 1:
        names.pop()
        sentence = f"{begin} {', '.join(names)}, and some more days. {{hours}}"
    return sentence


def _runs(holidays: Holidays) -> list[list[str]]:
    """Days of the same name that follow one another."""
    runs: list[list[str]] = []
    for day, name in holidays.items():
        before = runs[-1][-1] if runs else ""
        if before and name == holidays[before] and day == _after(before):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _after(day: str) -> str:
    """The next day, of one year alone or of every year as this one is."""
    return f"{_date(day) + timedelta(days=1):{'%Y-%m-%d' if _is_once(day) else '%m-%d'}}"


def _named(run: list[str], holidays: Holidays) -> list[str]:
    """What days that follow one another are called: by their name, as a range, or one or two by their dates."""
    if holidays[run[0]]:
        return [holidays[run[0]]]
    words = [_day_words(day) for day in run]
    return [f"{words[0]} to {words[-1]}"] if len(run) > 2 else words


def _day_words(day: str) -> str:
    on = _date(day)
    return date_words(on.day, on.month, on.year if _is_once(day) else None)


def _date(day: str) -> date:
    return date.fromisoformat(day if _is_once(day) else f"{_LEAP}-{day}")


def _is_once(day: str) -> bool:
    return len(day) == len("2026-12-25")


def _now(test: Mapping[str, Any], moment: str) -> Iterator[Mapping[str, Any]]:
    """The test at that moment, if there is one."""
    if moment:
        yield {"name": test["name"], "now": moment, "turns": test["turns"]}


def _listed(words: list[str], last: str) -> str:
    """Words as a list is said: "a, b and c"."""
    return f"{', '.join(words[:-1])}{last} {words[-1]}" if len(words) > 1 else "".join(words)


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
