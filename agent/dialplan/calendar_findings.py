"""What is wrong with the calendar: times that are none, that overlap, or in which no appointment fits."""

from __future__ import annotations

from collections.abc import Mapping

from agent.dialplan.calendar import Calendar, Weekday
from agent.dialplan.document import Document
from agent.dialplan.entries import entries
from agent.dialplan.located import Path, Value, strings
from agent.dialplan.opening import afternoon, meant, span
from agent.dialplan.tools import Operation
from agent.dialplan.zone_findings import check_zone

_LAST = 24 * 60 - 1  # minute of a day, as a clock shows it


def check_calendar(document: Document, calendar: Value, tools: Value) -> None:
    """Adds what it finds in `calendar` to the document's findings."""
    if not isinstance(calendar, dict):
        return
    length = calendar.get("minutes", Calendar().minutes)
    days = calendar.get("open")
    for day, times in days.items() if isinstance(days, dict) else ():
        check_spans(document, ("calendar", "open", day), times, length if isinstance(length, int) else 0)
    check_zone(document, ("calendar", "timezone"), calendar.get("timezone"))
    if booking(tools) is None:
        what = 'no tool uses it; write one with "appointments", or leave this out'
        document.note(("calendar",), what, key=True, warning=True)


def check_within_hours(document: Document, plan: Mapping[str, Value]) -> None:
    """Adds to the findings when appointments can be made at times at which the business is closed, in a usual week.
    Where the hours themselves are wrong, nothing follows from them."""
    at, calendar = booking(plan.get("tools")), plan.get("calendar")
    week = _week(plan.get("hours"))
    sound = all(span(text) for texts in week.values() for text in texts) and week.keys() <= set(Weekday)
    if at is None or not week or not sound:
        return
    here: Path = ("calendar", "open")
    offered = _week(calendar)
    if not offered:
        here, offered = ("tools", at, "appointments"), {day: list(times) for day, times in Calendar().open.items()}
    for day, texts in offered.items():
        beyond = [text for text in texts if _closed(text, week.get(day, []))]
        if beyond:
            hours = f"is open {' and '.join(week[day])}" if week.get(day) else "is closed"
            what = (
                f'an appointment can be on {day} at {" and ".join(beyond)}, when the business {hours} by "hours"; '
                "change one of them"
            )
            document.note((*here, day) if here[0] == "calendar" else here, what, warning=True)


def check_asked(document: Document, plan: Mapping[str, Value]) -> None:
    """Adds to the findings where a flow that makes appointments refuses times in which the calendar has them, since the
    slot that it asks for is narrower."""
    spans = [found for texts in _week(plan.get("calendar")).values() for text in texts if (found := span(text))]
    calendar = plan.get("calendar")
    length = calendar.get("minutes", Calendar().minutes) if isinstance(calendar, dict) else None
    if not spans or not isinstance(length, int):
        return
    first, last = min(begin for begin, _ in spans), max(end for _, end in spans)
    asked = _asked(plan)
    for path, slot in entries(plan.get("slots"), ("slots",)):
        clocks = [clock for _, text in strings(slot.get("between")) if (clock := _minutes(text)) is not None]
        if str(slot.get("name")) in asked and len(clocks) == 2 and (first < clocks[0] or last - length > clocks[1]):
            wider = f'["{_clock(min(first, clocks[0]))}", "{_clock(max(last, clocks[1]))}"]'
            what = f'"calendar" has appointments outside of this, and callers who name one are refused; write {wider}'
            document.note((*path, "between"), what, warning=True)


def _asked(plan: Mapping[str, Value]) -> set[str]:
    """The slots that flows which make or move appointments ask for."""
    tools = {str(tool.get("name")) for _, tool in entries(plan.get("tools"), ()) if _timed(tool.get("appointments"))}
    asked: set[str] = set()
    for _, flow in entries(plan.get("flows"), ()):
        steps = [step for _, step in entries(flow.get("steps"), ())]
        if any(str(step["do"]) in tools for step in steps if step.get("do") is not None):
            asked |= {name for step in steps if isinstance(name := step.get("ask"), str)}
    return asked


def _timed(operation: Value) -> bool:
    return operation in (Operation.BOOK, Operation.MOVE)


def _minutes(clock: str) -> int | None:
    found = span(f"{clock}-24:00")
    return found[0] if found is not None else None


def _clock(minutes: int) -> str:
    minutes = min(minutes, _LAST)
    return f"{minutes // 60}:{minutes % 60:02d}"


def _week(section: Value) -> dict[str, list[str]]:
    """The times by weekday of a section with `open`."""
    days = section.get("open") if isinstance(section, dict) else None
    listed = days.items() if isinstance(days, dict) else ()
    return {day: [times] if isinstance(times, str) else [text for _, text in strings(times)] for day, times in listed}


def _closed(text: str, open_: list[str]) -> bool:
    """Whether a part of the time lies outside of the others. What is no time is found elsewhere."""
    offered = span(text)
    if offered is None:
        return False
    until, last = offered
    for begin, end in sorted(found for one in open_ if (found := span(one)) is not None):
        until = max(until, end) if begin <= until else until
    return until < last


def check_spans(document: Document, here: Path, times: Value, length: int = 0) -> None:
    """Adds to the findings what is wrong with the times of a day, in each of which `length` minutes must fit."""
    seen: list[tuple[int, int]] = []
    for at, text in [(0, times)] if isinstance(times, str) else strings(times):
        place, one = (*here, at), span(text)
        if one is None:
            document.note(place, f'"{text}" {_no_span(text)}')
            continue
        if later := afternoon(text):
            what = f'"{text}" is in the night; if that is the afternoon, write "{later}", else "0{text.strip()}"'
            document.note(place, what, warning=True)
        if any(one[0] < end and begin < one[1] for begin, end in seen):
            document.note(place, f'"{text}" overlaps with another time of the day; join them')
        if one[1] - one[0] < length:
            document.note(place, f'no appointment of {length} minutes fits in "{text}"; lengthen it, or leave it out')
        seen.append(one)


def _no_span(text: str) -> str:
    if span("-".join(reversed(text.replace("–", "-").split("-")))):
        return 'ends before it begins; five in the afternoon is 17:00, and a night is "22:00-24:00" and "0:00-6:00"'
    times = ", ".join(f'"{one}"' for one in meant(text))
    if times:
        return f"is no time from and to; write {f'[{times}]' if ', ' in times else times}"
    return 'is no time from and to; write it like "9:00-17:30", or leave out a day that is closed'


def booking(tools: Value) -> int | None:
    """Which tool is the first that uses the appointment book."""
    for at, tool in enumerate(tools if isinstance(tools, list) else []):
        if isinstance(tool, Mapping) and tool.get("appointments") in list(Operation):
            return at
    return None
