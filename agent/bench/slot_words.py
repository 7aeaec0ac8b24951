"""What callers say for a slot, drawn by seed: the value that they mean, and words for it as people say them. No parser
of ours has a part in it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from itertools import groupby

import msgspec
from num2words import num2words

from agent.slots.code import NATO
from agent.slots.days import MONTHS, WEEKDAYS

NOW = datetime(2026, 12, 2, 10)  # of the calls: a Wednesday
_FIRST_NAMES = "anna peter maria john susan david linda robert emma george helen frank alice martin laura kevin"
_FAMILY_NAMES = (
    "miller smith johnson brown davis wilson moore taylor anderson thomas jackson white harris clark lewis walker "
    "young allen king wright scott green baker adams nelson carter mitchell turner parker collins"
)
_PLATES = ("LLLDDD", "DLLLDDD", "LLDDDD", "LLDDLL", "DDDLLL", "LDDDDD")

Pieces = tuple[str, ...]


class Wanted(msgspec.Struct, frozen=True):
    """What a caller is to give for a slot. `value` is as `agent.slots.reading` writes it; `said` are the words, piece
    by piece with a pause between them, and `again` those to a bot that did not understand."""

    slot: str
    value: str
    said: Pieces
    again: Pieces


def wanted(slot: str, chance: random.Random) -> Wanted:
    """A value for one of `SLOTS`."""
    value, said, again = _DRAWN[slot](chance)
    return Wanted(slot, value, said, again)


Drawn = tuple[str, Pieces, Pieces]


def _beside(pieces: Pieces, chance: random.Random, leads: str, tails: str = "|| please| thanks") -> Pieces:
    """With words before and behind, out of those that "|" parts."""
    first, *rest = pieces
    whole = [f"{chance.choice(leads.split('|'))}{first}", *rest]
    return (*whole[:-1], f"{whole[-1]}{chance.choice(tails.split('|'))}")


# Numbers


def _phone(chance: random.Random) -> Drawn:
    area = f"{chance.randint(2, 9)}{chance.randint(0, 99):02}" if chance.random() < 0.7 else ""
    office = f"{chance.randint(2, 9)}{chance.randint(0, 99):02}"
    line = f"{chance.randint(0, 9999):04}"
    groups, zero = [part for part in (area, office, line) if part], chance.choice(("oh", "oh", "zero"))
    plain = tuple(_digits(group, zero) for group in groups)
    way = chance.choice((_plainly, _repeating, _in_pairs))
    said = (
        *(way(group, zero) if way is _repeating else _plainly(group, zero) for group in groups[:-1]),
        way(line, zero),
    )
    if chance.random() < 0.25:
        said = (" ".join(said),)  # without a pause
    leads = "|||it's |my number is |sure it's |you can reach me at |that's "
    if area:
        leads += "|area code "
    return "".join(groups), _beside(said, chance, leads), plain


def _plainly(digits: str, zero: str) -> str:
    return _digits(digits, zero)


def _repeating(digits: str, zero: str) -> str:
    """ "Double five"."""
    words: list[str] = []
    for digit, run in groupby(digits):
        count, word = len(tuple(run)), _digits(digit, zero)
        words += {2: ["double", word], 3: ["triple", word]}.get(count, [word] * count)
    return " ".join(words)


def _in_pairs(digits: str, zero: str) -> str:
    """ "Forty two seventeen", where each pair is a number of its own."""
    pairs = (digits[:2], digits[2:])
    if any(int(pair) < 10 for pair in pairs):
        return _digits(digits, zero)
    return " ".join(_number(int(pair)) for pair in pairs)


def _digits(digits: str, zero: str) -> str:
    return " ".join(zero if digit == "0" else _number(int(digit)) for digit in digits)


def _number(value: int) -> str:
    return str(num2words(value)).replace("-", " ").replace(",", "").replace(" and ", " ")


def _ordinal(value: int) -> str:
    return str(num2words(value, to="ordinal")).replace("-", " ")


# Days and hours


def _day(chance: random.Random) -> Drawn:
    """A day from tomorrow on, within two months."""
    today = NOW.date()
    away = chance.choice((1, 2, *range(1, 14), *range(3, 60)))
    day = today + timedelta(away)
    weekday, number, month = WEEKDAYS[day.weekday()], _ordinal(day.day), MONTHS[day.month - 1]
    ways = [f"{month} {number}", f"the {number} of {month}", f"{weekday} the {number}", f"{weekday} {month} {number}"]
    monday = today - timedelta(today.weekday())
    if away == 1:
        ways = ["tomorrow"]
    elif away == 2:
        ways = ["the day after tomorrow", weekday]
    elif away < 7:
        ways += [weekday, f"this coming {weekday}"]
    if monday + timedelta(7) <= day < monday + timedelta(14):
        ways += [f"{weekday} next week", f"next {weekday}" if day < today + timedelta(7) else f"{weekday} of next week"]
    if away in (7, 14):
        ways += ["in a week" if away == 7 else "in two weeks"]
    if day.month == today.month or away < 28:
        ways += [f"the {number}", f"the {number}"]
    said = _beside((chance.choice(ways),), chance, "|||on |how about |can i come |i'd like |let's say ")
    said = tuple(
        piece.replace("on the day", "the day").replace("on tom", "tom").replace("on in ", "in ") for piece in said
    )
    return day.isoformat(), said, (f"{weekday} {month} {number}",)


def _born(chance: random.Random) -> Drawn:
    day = date(1935, 1, 1) + timedelta(chance.randrange(85 * 365))
    number, month, year = _ordinal(day.day), MONTHS[day.month - 1], _year(day.year)
    plain = f"{month} {number} {year}"
    ways = (plain, plain, f"the {number} of {month} {year}", f"{month} the {number} {year}")
    said = _beside((chance.choice(ways),), chance, "|||it's |my birthday is |i was born on ")
    return day.isoformat(), said, (f"{month} {number}", year)


def _year(year: int) -> str:
    return str(num2words(year, to="year")).replace("-", " ").replace(" and ", " ")


def _hour(chance: random.Random) -> Drawn:
    """From eight to six, so that a clock of twelve hours is enough but for eight o'clock itself and six."""
    hour, minute = chance.randint(8, 17), chance.choice((0, 0, 0, 15, 30, 30, 45, 10, 20, 40, 50, 5))
    name, following = _number(hour % 12 or 12), _number((hour + 1) % 12 or 12)
    part = "in the morning" if hour < 12 else "in the afternoon"
    short = "A M" if hour < 12 else "P M"
    told = name if not minute else f"{name} {'oh five' if minute == 5 else _number(minute)}"
    if minute:
        ways = [told, told, f"{told} {short}", f"{told} {part}"]
    else:
        ways = [f"{name} o'clock", f"{name} {short}", f"{name} {part}", name]
    ways += {
        5: [f"five past {name}"],
        10: [f"ten past {name}"],
        15: [f"quarter past {name}", f"a quarter after {name}"],
        20: [f"twenty past {name}"],
        30: [f"half past {name}"],
        40: [f"twenty to {following}"],
        45: [f"quarter to {following}"],
        50: [f"ten to {following}"],
    }.get(minute, [])
    if (hour, minute) == (12, 0):
        ways = ["noon", "twelve noon", "twelve o'clock"]
    said = _beside((chance.choice(ways),), chance, "|||at |at |how about |maybe |let's say |around ")
    plain = "twelve noon" if (hour, minute) == (12, 0) else f"{told} {part}"
    return f"{hour:02}:{minute:02}", said, (plain,)


# The others


def _code(chance: random.Random) -> Drawn:
    code = "".join(chance.choice(_LETTERS if kind == "L" else "0123456789") for kind in chance.choice(_PLATES))
    groups = ["".join(group) for _, group in groupby(code, str.isalpha)]
    zero, way = chance.choice(("oh", "zero")), chance.choice((_letter_by_letter, _letter_by_letter, _by_example, _nato))
    said = tuple(way(group) if group.isalpha() else _digits(group, zero) for group in groups)
    again = tuple(_nato(group) if group.isalpha() else _digits(group, "zero") for group in groups)
    return code, _beside(said, chance, "|||it's |the plate is "), again


def _letter_by_letter(letters: str) -> str:
    return ", ".join(letters)


def _nato(letters: str) -> str:
    return " ".join(_NATO[letter] for letter in letters)


def _by_example(letters: str) -> str:
    return ", ".join(f"{letter} as in {_NATO[letter]}" for letter in letters)


def _amount(chance: random.Random) -> Drawn:
    whole, cents = (
        chance.choice((chance.randint(2, 99), chance.randint(100, 999))),
        chance.choice((0, 0, 50, 25, 95, 99)),
    )
    dollars = f"{_number(whole)} dollars"
    plain = dollars if not cents else f"{dollars} and {_number(cents)} cents"
    ways = [plain, plain]
    if cents:
        ways += [f"{dollars} {_number(cents)}"]
        ways += [f"{_number(whole)} {_number(cents)}"] if whole < 100 else []
    else:
        ways += [_number(whole)]
    return f"{whole}.{cents:02}", _beside((chance.choice(ways),), chance, "|||it's |about |i'd say ", "|||"), (plain,)


def _name(chance: random.Random) -> Drawn:
    first, family = chance.choice(_FIRST_NAMES.split()), chance.choice(_FAMILY_NAMES.split())
    both = f"{first} {family}"
    spelled = (both, ", ".join(family.upper()))
    said = spelled if chance.random() < 0.4 else _beside((both,), chance, "||my name is |it's |this is ", "|")
    return both.title(), said, spelled


def _agreed(chance: random.Random) -> Drawn:
    value = chance.choice(("yes", "no"))
    ways = {
        "yes": "yes|yes|yes please|yeah|yep|sure|yes i do|that would be great|of course",
        "no": "no|no|no thanks|nope|no thank you|not really|no i don't",
    }
    return value, (chance.choice(ways[value].split("|")),), (value,)


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NATO = {word[0].upper(): word for word in (*NATO.split(), "x-ray")}
_DRAWN: Mapping[str, Callable[[random.Random], Drawn]] = {
    "phone": _phone,
    "day": _day,
    "hour": _hour,
    "mobile": _phone,
    "born": _born,
    "plate": _code,
    "amount": _amount,
    "agreed": _agreed,
    "name": _name,
}
SLOTS = tuple(_DRAWN)
