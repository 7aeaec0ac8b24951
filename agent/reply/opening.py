"""Whether the business is open, until when, and when again. Pure: the time is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from agent.dialplan.calendar import Weekday
from agent.dialplan.hours import Hours
from agent.dialplan.opening import span
from agent.speak.english_numbers import date as date_words
from agent.tools.timetable import spoken_time

_AHEAD = 60  # days; one that is closed for longer does not say when it opens
_WEEK = 7
_SOON = timedelta(hours=12)


class Opening:
    """The hours of a dialplan that was checked."""

    def __init__(self, hours: Hours) -> None:
        self._week = [tuple(_spans(hours.open.get(day, ()))) for day in Weekday]
        self._otherwise = {holiday.date: tuple(_spans(holiday.open or ())) for holiday in hours.holidays}
        self._names = {holiday.date: holiday.name for holiday in hours.holidays if holiday.name}

    def closes(self, now: datetime) -> datetime | None:
        """When it closes; None where it is closed. What ends at midnight goes on where the next day begins then, for a
        week at most: after that nobody asks."""
        closes = self._end(now)
        while closes is not None and closes - now < timedelta(days=_WEEK) and (later := self._end(closes)) is not None:
            closes = later
        return closes

    def opens(self, now: datetime) -> datetime | None:
        """When it opens next; None where that is too far ahead."""
        days = (now.date() + timedelta(days=ahead) for ahead in range(_AHEAD))
        return next((begin for day in days for begin, _ in self._of(day) if begin > now), None)

    def spoken(self, now: datetime) -> str:
        """Whether it is open, in a sentence: "Right now we're closed, and open again tomorrow at nine a m."."""
        closes = self.closes(now)
        if closes is not None:
            around = closes - now >= timedelta(days=_WEEK)
            return f"Right now we're open, {'around the clock' if around else _until(closes, now)}."
        holiday = self._name(now.date())
        closed = "Right now we're closed"
        if holiday and not self._of(now.date()):
            closed = f"Today is {holiday}, and we're closed"
        opens = self.opens(now)
        return f"{closed}." if opens is None else f"{closed}, and open again {_on(opens, now)}{_at(opens, now)}."

    def _end(self, now: datetime) -> datetime | None:
        """When the span of that day ends in which `now` is."""
        return next((end for begin, end in self._of(now.date()) if begin <= now < end), None)

    def _of(self, day: date) -> list[tuple[datetime, datetime]]:
        """Begins and ends on a day, in order."""
        spans = self._otherwise.get(f"{day:%Y-%m-%d}", self._otherwise.get(f"{day:%m-%d}", self._week[day.weekday()]))
        midnight = datetime.combine(day, datetime.min.time())
        return [(midnight + timedelta(minutes=begin), midnight + timedelta(minutes=end)) for begin, end in spans]

    def _name(self, day: date) -> str | None:
        return self._names.get(f"{day:%Y-%m-%d}", self._names.get(f"{day:%m-%d}"))


def _spans(texts: tuple[str, ...]) -> list[tuple[int, int]]:
    return sorted(filter(None, map(span, texts)))


def _at(moment: datetime, now: datetime) -> str:
    midnight = (moment.hour, moment.minute) == (0, 0) and moment > now
    return "midnight" if midnight else spoken_time(moment.time())


def _until(moment: datetime, now: datetime) -> str:
    """Until when, with the day behind the time where it is not that of the call or the morning after. A midnight is of
    the day that it ends."""
    last = (moment - timedelta(minutes=1)).date()
    days = (last - now.date()).days
    on = "" if days == 0 or moment - now < _SOON else " tomorrow" if days == 1 else f" on {last:%A}"
    return f"until {_at(moment, now)}{on}"


def _on(moment: datetime, now: datetime) -> str:
    """The day, behind which the time is said."""
    days = (moment.date() - now.date()).days
    if days < 2:
        return ("at ", "tomorrow at ")[days]
    if days < _WEEK:
        return f"on {moment:%A} at "
    return f"on {moment:%A}, {date_words(moment.day, moment.month)} at "
