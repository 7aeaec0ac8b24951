"""Figures as English words: cardinals, ordinals, digits, years, times, money, dates."""

from __future__ import annotations

from num2words import num2words

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_LONGEST = 15  # digits that are still read as a number
CODES = {"USD": "$", "GBP": "£", "EUR": "€", "JPY": "¥", "INR": "₹"}  # of a currency, to its sign
_COINS = {
    "$": ("dollar", "cent"),
    "£": ("pound", "penny"),
    "€": ("euro", "cent"),
    "¥": ("yen", ""),
    "₹": ("rupee", ""),
}
_PLURALS = {"penny": "pence", "yen": "yen"}


def cardinal(figures: str) -> str:
    """ "1,204" or "3.50" or "007" as words; digit by digit with a leading zero or when very long."""
    whole, _, decimals = figures.replace(",", "").partition(".")
    whole = whole or "0"
    if (len(whole) > 1 and whole.startswith("0")) or len(whole) > _LONGEST:
        words = digits(whole)
    else:
        words = _plain(num2words(int(whole)))
    return f"{words} point {digits(decimals)}" if decimals else words


def ordinal(number: int) -> str:
    """21 -> "twenty first"."""
    return _plain(num2words(number, to="ordinal"))


def digits(figures: str) -> str:
    """ "204" -> "two zero four"; anything but digits is left out."""
    return " ".join(DIGITS[int(char)] for char in figures if char.isascii() and char.isdigit())


def year(number: int) -> str:
    """1999 -> "nineteen ninety nine", 2005 -> "two thousand and five"."""
    return _plain(num2words(number, to="year"))


def time(hour: int, minute: int, half: str = "") -> str:
    """Hour and minute as said; `half` is "a", "p" or "" for neither: (9, 5, "p") -> "nine oh five p m"."""
    if not half and not 1 <= hour <= 12:
        half, hour = ("p", hour - 12) if hour else ("a", 12)
    suffix = f" {half} m" if half else ""
    said = cardinal(str(hour))
    if minute:
        return f"{said} {'oh ' if minute < 10 else ''}{cardinal(str(minute))}{suffix}"
    return said + (suffix or (" noon" if hour == 12 else " o'clock"))


def money(sign: str, figures: str, scale: str = "") -> str:
    """("$", "12.50") -> "twelve dollars and fifty cents"; `scale` is "", "thousand", "million" or "billion"."""
    unit, coin = _COINS[sign]
    whole, _, part = figures.replace(",", "").partition(".")
    if scale or not coin or len(part) not in (0, 2):
        return f"{cardinal(figures)}{' ' + scale if scale else ''} {_some(unit, figures == '1' and not scale)}"
    pounds = f"{cardinal(whole)} {_some(unit, int(whole or 0) == 1)}" if int(whole or 0) or not int(part or 0) else ""
    coins = f"{cardinal(str(int(part)))} {_some(coin, int(part) == 1)}" if int(part or 0) else ""
    return " and ".join(words for words in (pounds, coins) if words)


def date(day: int, month: int, of_year: int | None = None) -> str:
    """(21, 11, 2026) -> "November twenty first, twenty twenty six"."""
    said = f"{MONTHS[month - 1]} {ordinal(day)}"
    return f"{said}, {year(of_year)}" if of_year is not None else said


def _some(unit: str, one: bool) -> str:
    return unit if one else _PLURALS.get(unit, unit + "s")


def _plain(words: str) -> str:
    return words.replace("-", " ").replace(",", "")
