"""Number words as figures, one a number that is said in one piece: "march twenty first nineteen eighty four" becomes
"march 21st 19 84". What the pieces mean together differs between dates, times and amounts."""

from __future__ import annotations

from collections.abc import Sequence

_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_FIRST = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_LATER = (
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth",
)  # fmt: skip
_UNIT = {word: value for value, word in enumerate(_UNITS)} | {"nought": 0}
_TEEN = {word: value for value, word in enumerate(_TEENS, 10)}
_TEN = dict(zip(_TENS, range(20, 100, 10), strict=True))
_ORDINAL = {word: value for value, word in enumerate((*_FIRST, *_LATER), 1)} | {
    "forth": 4,
    "twentieth": 20,
    "thirtieth": 30,
}
_ENDS = {1: "st", 2: "nd", 3: "rd"}
WORDS = (*_UNITS, *_TEENS, *_TENS)
ORDINALS = (*_FIRST, *_LATER, "twentieth", "thirtieth")


def figures(words: Sequence[str]) -> str:
    """The words with their numbers as figures. "oh" and "hundred" stay words."""
    found: list[str] = []
    at = 0
    while at < len(words):
        word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
        if word in _TEN and _UNIT.get(after):
            found.append(str(_TEN[word] + _UNIT[after]))
            at += 1
        elif word in _TEN and after in _FIRST:
            found.append(ordinal(_TEN[word] + _ORDINAL[after]))
            at += 1
        elif word in _ORDINAL:
            found.append(ordinal(_ORDINAL[word]))
        else:
            value = next((table[word] for table in (_UNIT, _TEEN, _TEN) if word in table), None)
            found.append(word if value is None else str(value))
        at += 1
    return " ".join(found)


def ordinal(value: int) -> str:
    """21 as "21st"."""
    return f"{value}{'th' if value // 10 % 10 == 1 else _ENDS.get(value % 10, 'th')}"
