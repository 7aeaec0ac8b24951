"""English as it is spoken: every figure, sign and abbreviation of a text as words, by rules in order.

The order matters: what looks special (addresses, telephone numbers, money, times, dates) goes before plain numbers, so
that nothing is left to them but numbers.
"""

from __future__ import annotations

import re

from agent.speak.english_addresses import ADDRESSES, CODES, STREETS, TELEPHONES
from agent.speak.english_amounts import MEASURES, MONEY, NUMBERS
from agent.speak.english_rules import TO, Rule, rule
from agent.speak.english_times import DATES, HOURS, YEARS, dates_in_figures

_FORMS = {"⁄": "/", "−": "-", "×": " times ", "±": " plus or minus "}
_ABBREVIATIONS = {
    "mr": "mister", "mrs": "missus", "ms": "miz", "dr": "doctor", "prof": "professor", "jr": "junior", "sr": "senior",
    "ave": "avenue", "rd": "road", "blvd": "boulevard", "hwy": "highway", "apt": "apartment", "ste": "suite",
    "dept": "department", "approx": "approximately", "appt": "appointment", "ext": "extension", "est": "established",
    "etc": "et cetera", "inc": "incorporated", "ltd": "limited", "corp": "corporation", "tel": "telephone",
    "mon": "Monday", "tue": "Tuesday", "tues": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "thur": "Thursday",
    "thurs": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday", "jan": "January",
    "feb": "February", "apr": "April", "jun": "June", "jul": "July", "aug": "August", "sep": "September",
    "sept": "September", "oct": "October", "nov": "November", "dec": "December",
}  # fmt: skip
_DAYS = "Mon|Tues?|Wed|Thu(?:rs?)?|Fri"  # said so without a full stop as well
_DOTTED = re.compile(rf"\b({'|'.join(_ABBREVIATIONS)})\.(?=(\s*)(\S?))", re.IGNORECASE)
_SIGNS = {
    "&": " and ", "+": " plus ", "=": " equals ", "@": " at ", "%": " percent ", "~": " about ", "#": " number ",
    "°": " degrees ", "∗": " star ",
}  # fmt: skip


def spoken_english(text: str, british: bool = False) -> str:
    """`text` without a digit or sign; `british` reads 3/4/2026 as the third of April. Never raises on any text."""
    for form, plain in _FORMS.items():
        text = text.replace(form, plain)
    for pattern, said in _BRITISH if british else _AMERICAN:
        text = pattern.sub(said, text)
    return text


def _abbreviated(match: re.Match[str]) -> str:
    """A full stop that also ends the sentence stays."""
    ends = not match[3] or (match[3].isupper() and match[1].lower() in {"etc", "inc", "ltd", "corp", "ext"})
    return _ABBREVIATIONS[match[1].lower()] + ("." if ends else "")


def _initials(match: re.Match[str]) -> str:
    """ "U.S." letter by letter; at the end of the text its full stop stays."""
    return " ".join(match[1].replace(".", "")) + ("" if match[2] else ".")


def _days(match: re.Match[str]) -> str:
    return f"{_ABBREVIATIONS[match[1].lower()]} to {_ABBREVIATIONS[match[2].lower()]}"


_ABBREVIATED: tuple[Rule, ...] = (
    rule(rf"\b({_DAYS}|Sat|Sun)\.?{TO}({_DAYS}|Sat|Sun)\b", _days, 0),
    rule(rf"\bM{TO}F\b", "Monday to Friday", 0),
    rule(rf"\b((?:[A-Z][a-z]+)day){TO}(?=[A-Z][a-z]+day\b)", lambda match: f"{match[1]} to ", 0),
    rule(r"\b24/7\b", "twenty four seven"),
    rule(r"\b9/11\b", "nine eleven"),
)
_WORDS: tuple[Rule, ...] = (
    rule(r"\b(?:No|Nos)\.\s?(?=\d)", "number "),
    rule(r"\bpp?\.\s(?=\d)", "page "),
    rule(r"#\s?(?=\d)", "number "),
    rule(r"\bC#", "C sharp", 0),
    rule(r"#(?!\w)", "pound"),
    rule(r"\be\.g\.", "for example"),
    rule(r"\bi\.e\.", "that is"),
    rule(r"\bPh\.?\s?D\b\.?", "P H D", 0),
    rule(r"\bw/o\b", "without"),
    rule(r"\bw/", "with "),
    rule(r"\bc/o\b", "care of"),
    rule(r"\bn/a\b", "not available"),
    rule(r"\bvs\b\.?", "versus"),
    rule(r"<\s?(?=\d)", "less than "),
    rule(r">\s?(?=\d)", "more than "),
    rule(r"≤", " at most "),
    rule(r"≥", " at least "),
)
_DAY_NAMES: tuple[Rule, ...] = (
    rule(
        rf"\b({_DAYS}|(?:Sat|Sun)(?=\s\d|,|\sand\b|\sto\b))\b(?!\.)",
        lambda match: _ABBREVIATIONS[match[1].lower()],
        0,
    ),
    rule(r"\b(Saturday(?:,| and| or))\sSun\b", lambda match: f"{match[1]} Sunday", 0),
    (_DOTTED, _abbreviated),
    rule(r"\b((?:[A-Za-z]\.){2,})(?=(\s*\S?))", _initials),
)
_LAST: tuple[Rule, ...] = (
    rule(r"\band/or\b", "and or"),
    rule(r"(?<=\w)/(?=\w)", " or "),
    rule(r"[&+=@%~#°∗]", lambda match: _SIGNS[match.group()]),
    rule(r"[$£€¥₹¢<>^/\\]", " "),
    rule(r"(?<!\w)-(?=\w)|(?<=\w)-(?!\w)", " "),
)


def _rules(british: bool) -> tuple[Rule, ...]:
    return (
        *ADDRESSES,
        *dates_in_figures(british),
        *TELEPHONES,
        *MONEY,
        *HOURS,
        *DATES,
        *_ABBREVIATED,
        *MEASURES,
        *CODES,
        *_WORDS,
        *STREETS,
        *_DAY_NAMES,
        *YEARS,
        rule(r"(?<=\w)\s?&\s?(?=\w)", " and "),
        *NUMBERS,
        *_LAST,
    )


_AMERICAN = _rules(british=False)
_BRITISH = _rules(british=True)
