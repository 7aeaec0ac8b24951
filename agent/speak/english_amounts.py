"""Amounts as they are said: money, measures, percentages, fractions, signs of arithmetic."""

from __future__ import annotations

import re

from agent.speak.english_numbers import CODES, cardinal, digits, money, ordinal
from agent.speak.english_rules import NUMBER, TO, Rule, rule

_UNITS = {
    "km": "kilometer", "m": "meter", "cm": "centimeter", "mm": "millimeter", "kg": "kilogram", "g": "gram",
    "mg": "milligram", "lb": "pound", "lbs": "pound", "oz": "ounce", "ft": "foot", "yd": "yard", "mi": "mile",
    "mph": "mile per hour", "kmh": "kilometer per hour", "km/h": "kilometer per hour", "ml": "milliliter", "l": "liter",
    "kb": "kilobyte", "mb": "megabyte", "gb": "gigabyte", "tb": "terabyte", "kw": "kilowatt", "kwh": "kilowatt hour",
    "min": "minute", "mins": "minute", "hr": "hour", "hrs": "hour", "h": "hour", "sec": "second", "secs": "second",
    "ms": "millisecond",
}  # fmt: skip
_PLURALS = {"foot": "feet", "mile per hour": "miles per hour", "kilometer per hour": "kilometers per hour"}
_PER = {
    "mo": "month", "yr": "year", "wk": "week", "hr": "hour", "h": "hour", "min": "minute", "sec": "second",
}  # fmt: skip
_FRACTIONS = {"1/2": "one half", "1/3": "one third", "2/3": "two thirds", "1/4": "one quarter", "3/4": "three quarters"}
_SCALES = {"k": "thousand", "m": "million", "bn": "billion"}
_SIGN = r"[$£€¥₹]"
_SCALE = r"(k|m|bn|thousand|million|billion)\b"


def _amount(match: re.Match[str]) -> str:
    scale = (match[3] or "").lower()
    return money(match[1], match[2], _SCALES.get(scale, scale))


def _amounts(match: re.Match[str]) -> str:
    """A range of money: the unit is said once where both are whole."""
    sign, low, high, scale = match.groups()
    scale = _SCALES.get((scale or "").lower(), (scale or "").lower())
    plain = scale or "." not in low + high
    return f"{cardinal(low) if plain else money(sign, low)} to {money(sign, high, scale)}"


def _measure(match: re.Match[str]) -> str:
    unit = _UNITS[match[2].lower()]
    return f"{cardinal(match[1])} {unit if match[1] == '1' else _PLURALS.get(unit, unit + 's')}"


def _area(match: re.Match[str]) -> str:
    unit = _UNITS[match[2].lower()]
    return f"{cardinal(match[1])} {'square' if match[3] == '2' else 'cubic'} {_PLURALS.get(unit, unit + 's')}"


def _temperature(match: re.Match[str]) -> str:
    scale = {"c": " Celsius", "f": " Fahrenheit"}.get((match[2] or "").lower(), "")
    return f"{cardinal(match[1])} {'degree' if match[1] == '1' else 'degrees'}{scale}"


def _per(match: re.Match[str]) -> str:
    return f" per {_PER.get(match[1].lower(), match[1])}"


def _parts(match: re.Match[str]) -> str:
    return f"{cardinal(match[1])} {ordinal(int(match[2]))}{'' if match[1] == '1' else 's'}"


def _any_digits(figures: str) -> str:
    """Digits of another script, which `cardinal` does not read."""
    return digits("".join(str(int(char)) if char.isdecimal() else "" for char in figures))


MONEY: tuple[Rule, ...] = (
    rule(rf"\b({'|'.join(CODES)})\s?(?={NUMBER})", lambda match: CODES[match[1]], 0),
    rule(rf"({NUMBER})\s?({'|'.join(CODES)})\b", lambda match: CODES[match[2]] + match[1], 0),
    rule(rf"(?<=[\dkmn])({TO})(?={_SIGN}\s?\d[\d.,]*\s?(?:k|m|bn|million|billion)\b)", " to "),
    rule(rf"({_SIGN})\s?({NUMBER}){TO}(?:{_SIGN}\s?)?({NUMBER})(?![\d:])(?:\s?{_SCALE})?", _amounts),
    rule(rf"({_SIGN})\s?({NUMBER})(?:\s?{_SCALE})?", _amount),
    rule(rf"({NUMBER}){TO}(?={NUMBER}\s?{_SIGN})", lambda match: f"{cardinal(match[1])} to "),
    rule(rf"({NUMBER})\s?({_SIGN})", lambda match: money(match[2], match[1])),
    rule(rf"({NUMBER})\s?¢", lambda match: f"{cardinal(match[1])} cent{'' if match[1] == '1' else 's'}"),
)
MEASURES: tuple[Rule, ...] = (
    rule(r"(?<=[\w%])/(month|year|week|day|night|hour|minute|second|person|mo|yr|wk|hr|min|sec)\b", _per),
    rule(r"\b50/50\b", "fifty fifty"),
    rule(
        r"\b(\d+)\s(1/2|1/3|2/3|1/4|3/4)(?!\d)",
        lambda match: f"{cardinal(match[1])} and {_FRACTIONS[match[2]].replace('one ', 'a ')}",
    ),
    rule(r"\b(1/2|1/3|2/3|1/4|3/4)(?![\d/])", lambda match: _FRACTIONS[match[1]]),
    rule(r"\b(\d)/(8|16)\b(?!/)", _parts),
    rule(r"\b(\d{1,2})/(5|10|100)\b(?!/)", lambda match: f"{cardinal(match[1])} out of {cardinal(match[2])}"),
    rule(rf"(?<=%){TO}(?=\d)", " to "),
    rule(r"(?<![\w.])-(?=\.?\d)", "minus "),
    rule(r"(?<![\w.,])\.(?=\d)", "0."),
    rule(rf"({NUMBER})\s?%", lambda match: f"{cardinal(match[1])} percent"),
    rule(rf"({NUMBER})\s?°\s?([CF]\b)?", _temperature),
    rule(r"\b([2-6])G\b", lambda match: f"{cardinal(match[1])} G", 0),
    rule(r"\b(\d)'\s?(\d{1,2})\b", lambda match: f"{cardinal(match[1])} foot {cardinal(match[2])}"),
    rule(rf"\b({NUMBER})\s?(km|m|cm|mm|ft|mi|yd)\^([23])", _area),
    rule(rf"\b({NUMBER})\s?({'|'.join(sorted(_UNITS, key=len, reverse=True))})\b(?!')(?:\.(?=\s[a-z]))?", _measure),
    rule(r"\b(\d+)x\b", lambda match: f"{cardinal(match[1])} times"),
)
NUMBERS: tuple[Rule, ...] = (
    rule(r"\bv?(\d+(?:\.\d+){2,})\b", lambda match: " point ".join(cardinal(one) for one in match[1].split("."))),
    rule(r"(?<=\d)-(?=[A-Za-z])|(?<=[A-Za-z])-(?=\d)", " "),
    rule(
        r"\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]+\b",  # B12, 4K
        lambda match: " ".join(
            cardinal(part) if part.isdigit() else part for part in re.findall(r"\d+|[A-Za-z]+", match.group())
        ),
    ),
    rule(r"\^2\b", " squared"),
    rule(r"\^3\b", " cubed"),
    rule(r"\^(?=\d)", " to the power of "),
    rule(r"(?<=\d)\s?[-–—]\s?(?=\d)", " to "),
    rule(NUMBER, lambda match: f" {cardinal(match.group())} "),
    rule(r"\d+", lambda match: f" {_any_digits(match.group())} "),
)
