"""English as it is spoken: every figure, sign and abbreviation of a text as words, by rules in order.

The order matters: what looks special (addresses, telephone numbers, money, times, dates) goes before plain numbers, so
that nothing is left to them but numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from agent.speak.english_numbers import cardinal, date, digits, money, ordinal, time, year

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SIGNS = {".": "dot", "-": "dash", "_": "underscore", "/": "slash", "@": "at", "+": "plus", "&": "and", "=": "equals"}
_UNITS = {
    "km": "kilometer", "m": "meter", "cm": "centimeter", "mm": "millimeter", "kg": "kilogram", "g": "gram",
    "lb": "pound", "lbs": "pound", "oz": "ounce", "ft": "foot", "mi": "mile", "mph": "mile per hour",
    "kmh": "kilometer per hour", "ml": "milliliter", "l": "liter", "gb": "gigabyte", "mb": "megabyte",
    "min": "minute", "mins": "minute", "hr": "hour", "hrs": "hour", "h": "hour", "sec": "second", "secs": "second",
    "ms": "millisecond",
}  # fmt: skip
_PLURALS = {
    "foot": "feet",
    "mile per hour": "miles per hour",
    "kilometer per hour": "kilometers per hour",
}
_FRACTIONS = {"1/2": "one half", "1/3": "one third", "2/3": "two thirds", "1/4": "one quarter", "3/4": "three quarters"}
_FORMS = {"⁄": "/", "−": "-", "×": " times "}
_ABBREVIATIONS = {
    "mr": "mister", "mrs": "missus", "ms": "miz", "dr": "doctor", "prof": "professor", "jr": "junior", "sr": "senior",
    "ave": "avenue", "rd": "road", "blvd": "boulevard", "hwy": "highway", "apt": "apartment", "dept": "department",
    "approx": "approximately", "appt": "appointment", "ext": "extension", "est": "established", "vs": "versus",
    "etc": "et cetera", "inc": "incorporated", "ltd": "limited", "corp": "corporation", "tel": "telephone",
    "mon": "Monday", "tue": "Tuesday", "tues": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "thur": "Thursday",
    "thurs": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday", "jan": "January",
    "feb": "February", "apr": "April", "jun": "June", "jul": "July", "aug": "August", "sep": "September",
    "sept": "September", "oct": "October", "nov": "November", "dec": "December",
}  # fmt: skip
_DAYS = "Mon|Tues?|Wed|Thu(?:rs?)?|Fri"  # said so without a full stop as well
_DOTTED = re.compile(rf"\b({'|'.join(_ABBREVIATIONS)})\.(?=(\s*)(\S?))", re.IGNORECASE)


def spoken_english(text: str, british: bool = False) -> str:
    """`text` without a digit or sign; `british` reads 3/4/2026 as the third of April. Never raises on any text."""
    for form, plain in _FORMS.items():
        text = text.replace(form, plain)
    for pattern, said in _BRITISH if british else _AMERICAN:
        text = pattern.sub(said, text)
    return text


def _rule(pattern: str, said: Callable[[re.Match[str]], str], flags: int = re.IGNORECASE) -> Rule:
    return re.compile(pattern, flags), said


def _address(match: re.Match[str]) -> str:
    """An e-mail or web address, sign by sign; words stay words, figures are read digit by digit."""
    text = re.sub(r"^(https?://)?(www\.)?", "", match.group(), flags=re.IGNORECASE).split("?")[0].rstrip("/")
    parts = re.findall(r"[A-Za-z]+|\d+|[^\sA-Za-z\d]", text)
    return " ".join(digits(part) if part.isdigit() else _SIGNS.get(part, part) for part in parts if _sayable(part))


def _sayable(part: str) -> bool:
    return part in _SIGNS or part.isalnum()


def _telephone(match: re.Match[str]) -> str:
    """Digit by digit in the groups as written; ten without groups are 3-3-4."""
    written = match.group()
    groups = [group for group in re.split(r"[\s().-]+", written.removeprefix("+")) if group]
    if len(groups) == 1:
        groups = _grouped(groups[0])
    said = ", ".join(digits(group) for group in groups)
    return f"plus {said}" if written.startswith("+") else said


def _grouped(figures: str) -> list[str]:
    head, tail = figures[:-10], figures[-10:]
    if len(figures) >= 10:
        return [group for group in (head, tail[:3], tail[3:6], tail[6:]) if group]
    if len(figures) == 7:
        return [figures[:3], figures[3:]]
    return [figures[at : at + 3] for at in range(0, len(figures), 3)]


def _clock(match: re.Match[str]) -> str:
    hour, minute, half = int(match["h"]), int(match["m"] or 0), (match["half"] or "")[:1].lower()
    if hour > 23 or minute > 59 or (half and hour > 12):
        return " ".join(cardinal(figures) for figures in (match["h"], match["m"] or "") if figures) + (
            f" {half} m" if half else ""
        )
    said = time(hour, minute, half)
    sentence_ends = "." not in (match["half"] or "") or not match["next"].strip() or match["next"].strip().isupper()
    return said + (match["stop"] or "" if sentence_ends else "")


def _range_of_hours(match: re.Match[str]) -> str:
    return f"{match[1]} to {match[2]}"


def _iso_date(match: re.Match[str]) -> str:
    return _date_or_digits(int(match[3]), int(match[2]), int(match[1]), match.group())


def _slashed(day: int, month: int) -> Callable[[re.Match[str]], str]:
    def said(match: re.Match[str]) -> str:
        full = int(match[3]) if len(match[3]) == 4 else 2000 + int(match[3])
        return _date_or_digits(int(match[day]), int(match[month]), full, match.group())

    return said


def _date_or_digits(day: int, month: int, of_year: int, written: str) -> str:
    if 1 <= month <= 12 and 1 <= day <= 31:
        return date(day, month, of_year)
    return " ".join(cardinal(figures) for figures in re.findall(r"\d+", written))


def _month_day(match: re.Match[str]) -> str:
    month = _MONTHS.index(match[1].lower()) + 1
    return date(int(match[2]), month, int(match[3]) if match[3] else None)


def _day_month(match: re.Match[str]) -> str:
    month = _MONTHS.index(match[2].lower()) + 1
    return date(int(match[1]), month, int(match[3]) if match[3] else None)


def _measure(match: re.Match[str]) -> str:
    unit = _UNITS[match[2].lower()]
    return f"{cardinal(match[1])} {unit if match[1] == '1' else _PLURALS.get(unit, unit + 's')}"


def _temperature(match: re.Match[str]) -> str:
    scale = {"c": " Celsius", "f": " Fahrenheit"}.get((match[2] or "").lower(), "")
    return f"{cardinal(match[1])} {'degree' if match[1] == '1' else 'degrees'}{scale}"


def _abbreviated(match: re.Match[str]) -> str:
    """A full stop that also ends the sentence stays."""
    ends = not match[3] or (match[3].isupper() and match[1].lower() in {"etc", "inc", "ltd", "corp", "ext"})
    return _ABBREVIATIONS[match[1].lower()] + ("." if ends else "")


def _mixed(match: re.Match[str]) -> str:
    """A code such as B12 or 4K: letters and figures apart."""
    return " ".join(cardinal(part) if part.isdigit() else part for part in re.findall(r"\d+|[A-Za-z]+", match.group()))


def _plain_year(match: re.Match[str]) -> str:
    return year(int(match.group()))


def _street(match: re.Match[str]) -> str:
    return f"{match[1]} Street" + ("." if match[3].isupper() or not match[3] else "")


def _decade(figures: str) -> str:
    said = year(int(figures)) if len(figures) == 4 else cardinal(figures)
    return said[:-1] + "ies" if said.endswith("y") else said + "s"


def _word(said: str) -> Callable[[re.Match[str]], str]:
    return lambda match: said


_HALF = r"(?P<half>[ap]\.?\s?m\b)(?P<stop>\.?)(?=(?P<next>\s*\S?))"
_DAY_RANGE = rf"\b({_DAYS}|Sat|Sun)\.?\s?[-–—]\s?({_DAYS}|Sat|Sun)\b"


def _rules(british: bool) -> tuple[Rule, ...]:
    day, month = (1, 2) if british else (2, 1)
    return (
        _rule(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _address),
        _rule(r"\bhttps?://[^\s,;!]*[^\s,;!.:?]", _address),
        _rule(
            r"\b(?:www\.[\w-]+|[a-z][\w-]*(?:\.[\w-]+)*)\.(?:com|org|net|io|co\.uk|de|eu|gov|edu)\b(?:/[\w/.-]*\w)?",
            _address,
        ),
        _rule(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", _iso_date),
        _rule(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})\b", _slashed(day, month)),
        _rule(r"\+\d[\d\s().-]{6,}\d", _telephone),
        _rule(r"\(?\b\d{3}\)?[\s.-]\s?\d{3}[\s.-]\d{4}\b", _telephone),
        _rule(r"\b\d{3}-\d{4}\b", _telephone),
        _rule(r"\b0\d{2,4}[\s-]\d{3,4}(?:[\s-]\d{3,4})?\b", _telephone),
        _rule(r"(?<![\d,.$£€])\b\d{7,12}\b(?![,.]\d)", _telephone),
        _rule(r"([$£€¥])\s?(" + _NUMBER + r")(?:\s?(k|m|bn|thousand|million|billion)\b)?", _amount),
        _rule(r"(" + _NUMBER + r")\s?([$£€¥])", lambda match: money(match[2], match[1])),
        _rule(
            r"\b(\d{1,2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?)\s?[-–—]\s?(\d{1,2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?)(?![\d-])",
            _range_of_hours,
        ),
        _rule(r"\b(?P<h>\d{1,2}):(?P<m>\d{2})(?::\d{2})?\s?" + _HALF, _clock),
        _rule(r"\b(?P<h>\d{1,2}):(?P<m>\d{2})(?::\d{2})?(?![:\d])(?P<half>)(?P<stop>)(?P<next>)", _clock),
        _rule(r"\b(?P<h>\d{1,2})(?:\.(?P<m>\d{2}))?\s?" + _HALF, _clock),
        _rule(r"\b(\d{1,2})(?:st|nd|rd|th)?\s(?:of\s)?" + _MONTH + r"(?:,?\s(\d{4})\b)?(?![a-z])", _day_month, 0),
        _rule(r"\b" + _MONTH + r"\s(\d{1,2})(?:st|nd|rd|th)?\b(?!:)(?:,?\s(\d{4})\b)?", _month_day, 0),
        _rule(r"\b(\d{1,9})(?:st|nd|rd|th)\b", lambda match: ordinal(int(match[1]))),
        _rule(_DAY_RANGE, lambda match: f"{_ABBREVIATIONS[match[1].lower()]} to {_ABBREVIATIONS[match[2].lower()]}", 0),
        _rule(r"\b24/7\b", _word("twenty four seven")),
        _rule(
            r"\b(\d+)\s(1/2|1/3|2/3|1/4|3/4)(?!\d)",
            lambda match: f"{cardinal(match[1])} and {_FRACTIONS[match[2]].replace('one ', 'a ')}",
        ),
        _rule(r"\b(1/2|1/3|2/3|1/4|3/4)(?![\d/])", lambda match: _FRACTIONS[match[1]]),
        _rule(r"(" + _NUMBER + r")\s?%", lambda match: f"{cardinal(match[1])} percent"),
        _rule(r"(" + _NUMBER + r")\s?°\s?([CF]\b)?", _temperature),
        _rule(r"\b(" + _NUMBER + r")\s?(" + "|".join(sorted(_UNITS, key=len, reverse=True)) + r")\b(?!')", _measure),
        _rule(r"\b(?:No|Nos)\.\s?(?=\d)", _word("number ")),
        _rule(r"#\s?(?=\d)", _word("number ")),
        _rule(
            r"\b(extension|ext\.?|room|zip(?:\scode)?|code|pin|flight|order|ticket)\s(?:number\s)?(\d{3,})\b",
            lambda match: f"{match[1]} {digits(match[2])}",
        ),
        _rule(r"\be\.g\.", _word("for example")),
        _rule(r"\bi\.e\.", _word("that is")),
        _rule(r"(\d+(?:\s[A-Z][a-z]+)+)\sSt\.(?=(\s*)([A-Z]?))", _street, 0),
        _rule(r"(\b[A-Z][a-z]+)\sSt\.(?=(\s*)($|[^\sA-Z]))", _street, 0),
        _rule(r"\bSt\.\s?(?=[A-Z])", _word("Saint "), 0),
        _rule(
            r"\b(" + _DAYS + r"|(?:Sat|Sun)(?=\s\d|,|\sand\b|\sto\b))\b(?!\.)",
            lambda match: _ABBREVIATIONS[match[1].lower()],
            0,
        ),
        (_DOTTED, _abbreviated),
        _rule(r"\b((?:19|20)?\d0)'?s\b", lambda match: _decade(match[1])),
        _rule(r"(?<![\w.,])(?:19|20)\d{2}(?!\w|[,.]\d)", _plain_year),
        _rule(r"(?<=\w)\s?&\s?(?=\w)", _word(" and ")),
        _rule(r"\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]+\b", _mixed),
        _rule(r"(?<![\w.])-(?=\d)", _word("minus ")),
        _rule(r"(?<=\d)\s?[-–—]\s?(?=\d)", _word(" to ")),
        _rule(_NUMBER, lambda match: f" {cardinal(match.group())} "),
        _rule(r"\d+", lambda match: f" {_any_digits(match.group())} "),
        _rule(r"\band/or\b", _word("and or")),
        _rule(r"(?<=\w)/(?=\w)", _word(" or ")),
        _rule(
            r"[&+=@%~#]|°",
            lambda match: {
                "&": " and ",
                "+": " plus ",
                "=": " equals ",
                "@": " at ",
                "%": " percent ",
                "~": " about ",
                "#": " number ",
                "°": " degrees ",
            }[match.group()],
        ),
        _rule(r"[$£€¥<>^/\\]", _word(" ")),
    )


def _amount(match: re.Match[str]) -> str:
    scale = {"k": "thousand", "m": "million", "bn": "billion"}.get((match[3] or "").lower(), (match[3] or "").lower())
    return money(match[1], match[2], scale)


def _any_digits(figures: str) -> str:
    """Digits of another script, which `cardinal` does not read."""
    return digits("".join(str(int(char)) if char.isdecimal() else "" for char in figures))


_AMERICAN = _rules(british=False)
_BRITISH = _rules(british=True)
