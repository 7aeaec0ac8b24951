"""Spoken digits to digits, as recognisers write telephone numbers: "five five five oh one double two"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from text_to_num import text2num

from agent.reply.utterance import Utterance

_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_DIGITS = {word: str(value) for value, word in enumerate(_UNITS)} | {
    "oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0",
    "won": "1", "tree": "3", "fore": "4", "fife": "5", "ate": "8", "niner": "9",
}  # fmt: skip
_MAYBE = {"to": "2", "too": "2", "for": "4"}  # digits only between digits
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SCALES = ("hundred", "thousand")
TIMES = {"double": 2, "triple": 3, "treble": 3}
_NAMES = dict(zip("0123456789", _UNITS, strict=True))
# For a closed recogniser. With "eighty" and the like in it, or "eighty four", "nine two" is heard as "ninety". A short
# "oh" is lost where no phrase leads one to expect it, and without what people say around a number "it's" is an "eight"
# and "thanks" a "six"; but with "you can reach me at" a "three" is "reach", and
# with "my number is" a "five" is "my".
WORDS = (*_UNITS, "oh", "double", "triple")
AROUND = ("it's", "that's", "sure", "please", "thanks", "thank you", "number is", "area code", "it is")
GRAMMAR = (
    *WORDS, *(f"oh {unit}" for unit in _UNITS), *(f"{unit} oh" for unit in _UNITS), *AROUND,
)  # fmt: skip
MOST = 15  # digits of an international number (E.164)
TELEPHONE = (7, 10)  # digits of a North American number
_ABROAD, _PREFIXES = 11, "01"  # digits with what is dialled first
_CODE = 3  # digits of a country's code
_LONG_DISTANCE = "1"  # with it a number that is as long as one without lacks its last digit


def digits_of(said: Utterance) -> str:
    """The digits that were said, in order; empty when none."""
    words = said.words
    found = digits = ""
    at = 0
    while at < len(words):
        digits, taken = _group(words, at, bool(digits))
        found += digits
        at += taken
    return found


def is_telephone(digits: str) -> bool:
    """Whether a telephone number has so many digits."""
    national = len(digits) in TELEPHONE and digits[0] != _LONG_DISTANCE
    return national or (len(digits) == _ABROAD and digits[0] in _PREFIXES)


def behind(begun: str, digits: str) -> str:
    """A telephone number that was begun with the digits that come next. They are the whole of it where they begin so
    once more, and where what was begun is too long for the code of a country before them."""
    whole = len(digits) >= max(TELEPHONE) and len(begun) > _CODE
    anew = is_telephone(digits) and (digits.startswith(begun) or whole)
    return digits if anew else begun + digits


def whole_number(words: Sequence[str]) -> str:
    """The digits of what is said as one number, "two hundred fifteen"; "" where it is none."""
    try:
        return str(text2num(" ".join(words), "en"))
    except ValueError:
        return ""


def spell(number: str) -> str:
    """A number digit by digit in groups, for reading back: "five five five, zero one zero zero"."""
    digits = [character for character in number if character in _NAMES]
    return ", ".join(" ".join(_NAMES[digit] for digit in group) for group in _groups(digits))


def _groups(digits: list[str]) -> Iterator[list[str]]:
    """A last group of four, threes before it, and what is left in front: 555 0100, 1 202 555 0100."""
    head = max(len(digits) - 4, 0)
    first = head % 3 or 3
    if first == 1 and head != 7:  # a digit stands alone only as a country code
        first = 4
    bounds = [0, *range(first, head, 3), head] if head else [0]
    yield from (digits[start:end] for start, end in zip(bounds, [*bounds[1:], len(digits)], strict=True))


def _group(words: tuple[str, ...], at: int, after_digit: bool) -> tuple[str, int]:
    """The digits that begin at this word, and how many words they took (at least one)."""
    word = words[at]
    if word in TIMES and at + 1 < len(words):
        digit, _ = _group(words, at + 1, True)
        return (digit[:1] * TIMES[word], 2) if len(digit) == 1 else ("", 1)
    if word in _MAYBE:
        followed = at + 1 == len(words) or _is_digit(words[at + 1])
        return (_MAYBE[word] if followed and after_digit else "", 1)
    if word.isdigit():
        return word, 1
    cardinal = _cardinal(words, at)
    if cardinal > 1 or word in _TENS or word in _TEENS:
        return str(text2num(" ".join(words[at : at + cardinal]), "en")), cardinal
    return _DIGITS.get(word, ""), 1


def _cardinal(words: tuple[str, ...], at: int) -> int:
    """How many words from here make one number: "fifty five", "five hundred"; never "five five"."""
    end = at
    if words[at] in _TENS:
        end = at + 1
        if end < len(words) and words[end] in _UNITS[1:]:
            end += 1
    elif words[at] in _TEENS or words[at] in _UNITS[1:]:
        end = at + 1
    if end > at and end < len(words) and words[end] in SCALES:
        end += 1
    return end - at


def _is_digit(word: str) -> bool:
    return word in _DIGITS or word in _MAYBE or word in TIMES or word in _TENS or word in _TEENS or word.isdigit()
