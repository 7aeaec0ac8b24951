"""Days as they are counted: the next one with a name, a number, or so far away."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def weekday_after(today: date, name: str) -> date:
    """The next day of that name, never today."""
    return today + timedelta((WEEKDAYS.index(name) - today.weekday() - 1) % 7 + 1)


def weekday_before(today: date, name: str) -> date:
    """The last day of that name, never today."""
    return today - timedelta((today.weekday() - WEEKDAYS.index(name) - 1) % 7 + 1)


def months_later(day: date, months: int) -> date:
    """The same day of another month, or its last. Raises ValueError beyond the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError(f"no year {year}")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def exact(year: int, month: int, number: int) -> date | None:
    """The day, where there is one."""
    try:
        return date(year, month, number)
    except ValueError:
        return None


def yearless(today: date, month: int, number: int, past: bool) -> date | None:
    """The next such day, or the last one; today is both."""
    years = range(today.year, today.year + (-9 if past else 9), -1 if past else 1)
    days = (exact(year, month, number) for year in years)
    return next((day for day in days if day and (day <= today if past else day >= today)), None)


def monthless(today: date, number: int, past: bool) -> date | None:
    """The next day of that number, or the last one; today is both."""
    for away in range(13):
        month = months_later(today.replace(day=1), -away if past else away)
        day = exact(month.year, month.month, number)
        if day and (day <= today if past else day >= today):
            return day
    return None
