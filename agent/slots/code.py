"""A code of letters and digits, as on plates and orders: spelled, "k as in kilo", in the NATO alphabet, "forty two"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import msgspec

from agent.dialplan.slots import Slot
from agent.listen.wording import listed
from agent.reply.digits import SCALES, TIMES, digits_of, spell, whole_number
from agent.reply.digits import WORDS as DIGITS
from agent.reply.utterance import Utterance
from agent.slots.correction import versions
from agent.slots.figures import WORDS
from agent.slots.letters import letter
from agent.slots.reading import Reading

NATO = (
    "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo "
    "sierra tango uniform victor whiskey yankee zulu"
)
_NATO = {word: word[0] for word in NATO.split()} | {"alfa": "a", "juliett": "j", "whisky": "w"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
GRAMMAR = (
    *_LETTERS, *DIGITS, *NATO.split(), "x ray", "dash", *(f"{word[0]} as in {word}" for word in NATO.split()), "it's",
    "the plate is", "my plate is", "please", "thanks", "thank you", "and", "then",
)  # fmt: skip
LONGEST = 20  # characters
_FEWEST = 3
_NUMERIC = frozenset((*WORDS, "nought", "niner", *SCALES))
_OH = ("oh", "o")
_NAMING = ("letter", "capital")  # what they stand before is no digit
_HOMOPHONES = {"to": "2", "too": "2", "for": "4", "won": "1", "ate": "8"}
_JOINTS = listed("and then dash hyphen minus space letter letters number digit digits capital")
_BESIDE = listed("it's it is my the plate license registration code order reference that's please yes um well so sure")
_GROUPS = re.compile(r"[0-9]+|[A-Z]{1,4}")


class _Token(msgspec.Struct, frozen=True):
    """What some words stand for: `clear` ones for nothing else, and `strong` ones seldom for anything else."""

    text: str
    words: int
    clear: bool = True
    strong: bool = True


def read_code(slot: Slot, said: Utterance, now: datetime) -> Reading | None:
    """The code, in capitals; sure where nothing else was said and every word of it is clear."""
    del slot, now
    return _read(said, letters=False)


def lettered(said: Utterance) -> Reading | None:
    """The same with the letter O wherever that may be meant, for who has said no to a zero; never sure."""
    reading = _read(said, letters=True)
    return None if reading is None else msgspec.structs.replace(reading, sure=False)


def may_spell(words: Sequence[str]) -> bool:
    """Whether any of the words may be a code or a part of one, whatever stands around it; not "oh I see"."""
    runs, _ = _spelled(words, letters=False)
    return any(_is_long(run) and any(token.clear for token in run) for run in runs)


def spoken_code(code: str) -> str:
    """The code letter by letter and digit by digit, in groups: "K L M, four seven two". An O that could be heard as a
    zero is told as "O as in oscar"."""
    told = "O as in oscar" if any(map(str.isdigit, code)) else "O"
    groups = (
        spell(group) if group.isdigit() else " ".join(told if one == "O" else one for one in group)
        for group in _GROUPS.findall(code)
    )
    return ", ".join(groups)


def _read(said: Utterance, letters: bool) -> Reading | None:
    for at, version in enumerate(versions(said.text)):
        code, clear = _code(version.split(), letters)
        if code:
            return Reading(code, spoken_code(code), sure=clear and at == 0)
    return None


def _code(words: Sequence[str], letters: bool) -> tuple[str, bool]:
    """The only run of the words that spells something, and whether it can be nothing else; "" for none or several.
    `letters`: what is an O or a zero is an O."""
    runs, other = _spelled(words, letters)
    found = [run for run in runs if _is_code(run)]
    if len(found) != 1:
        return "", False
    code = "".join(token.text for token in found[0]).upper()
    return code, other <= _BESIDE and all(token.clear for token in found[0])


def _spelled(words: Sequence[str], letters: bool) -> tuple[list[list[_Token]], set[str]]:
    """The runs of what is spelled, and the words between them."""
    runs: list[list[_Token]] = [[]]
    other: set[str] = set()
    at = 0
    while at < len(words):
        token = _token(words, at, runs[-1], letters)
        if token is not None:
            runs[-1].append(token)
        elif words[at] not in _JOINTS:
            other.add(words[at])
            runs.append([])
        at += token.words if token is not None else 1
    return runs, other


def _is_code(run: Sequence[_Token]) -> bool:
    return _is_long(run) and sum(len(token.text) for token in run) <= LONGEST


def _is_long(run: Sequence[_Token]) -> bool:
    """Words such as "why are you" spell something too."""
    strong = sum(token.strong for token in run)
    return sum(len(token.text) for token in run) >= _FEWEST and 2 * strong >= len(run)


def _token(words: Sequence[str], at: int, run: Sequence[_Token], letters: bool) -> _Token | None:
    """What is spelled from this word on; `run` is what was spelled right before it."""
    word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
    example = _example(words, at)
    if example is not None:
        return example
    if word in _OH or (word in TIMES and after in _OH):
        named = at > 0 and words[at - 1] in _NAMING
        zero = not (letters or named) and (_beside_digit(run, words[at + 1 :]) or word in TIMES)
        return _Token(("0" if zero else "o") * TIMES.get(word, 1), 1 + (word in TIMES), clear=False)
    if _numeric(word, after):
        return _number(words, at)
    if word in _HOMOPHONES and run:
        return _Token(_HOMOPHONES[word], 1, clear=False, strong=False)
    return _letter(words, at, after)


def _letter(words: Sequence[str], at: int, after: str) -> _Token | None:
    word = words[at]
    if word in _NATO or (word in ("x", "ex") and after == "ray"):
        return _Token(_NATO.get(word, "x"), 1 + (word not in _NATO))
    spelled, taken = _thrice(words, at) if TIMES.get(word) == 3 else letter(words, at)
    if not taken:
        return None
    named = taken == 1 and _NATO.get(after) == spelled  # "b bravo"
    alone = taken > 1 or named or len(word) == 1
    clear = alone and (taken > 1 or named or word not in "ai")
    if word in TIMES and _NATO.get("".join(words[at + taken : at + taken + 1])) == spelled[-1]:
        clear = False  # "double b bravo": two or three
    return _Token(spelled, taken + named, clear=clear, strong=alone)


def _thrice(words: Sequence[str], at: int) -> tuple[str, int]:
    """ "Triple k", as `letter` gives it."""
    single, taken = letter(words, at + 1) if at + 1 < len(words) else ("", 0)
    return single * 3, taken + 1 if taken else 0


def _numeric(word: str, after: str) -> bool:
    return word in _NUMERIC or word.isdigit() or (word in TIMES and after in _NUMERIC)


def _number(words: Sequence[str], at: int) -> _Token:
    end = at
    while end < len(words) and _numeric(words[end], words[end + 1] if end + 1 < len(words) else ""):
        end += 1
    said = words[at:end]
    if not set(said[:-1]).intersection(SCALES):
        digits = digits_of(Utterance(" ".join(said)))
        return _Token(digits, end - at, clear=bool(digits))
    digits = whole_number(said) or digits_of(Utterance(" ".join(said)))
    return _Token(digits, end - at, clear=False)  # "one hundred twenty" is 120, or 100 and 20


def _beside_digit(run: Sequence[_Token], behind: Sequence[str]) -> bool:
    """Whether an "oh" is rather a zero than a letter: it stands behind a digit, or one comes behind it."""
    after = next((word for word in behind if word not in _OH), "")
    return bool(run and run[-1].text[-1:].isdigit()) or after in _NUMERIC


def _example(words: Sequence[str], at: int) -> _Token | None:
    """ "K as in kilo": the word is heard better than the letter before it, and an O is a letter with it."""
    named = words[at + 3 : at + 5]
    if tuple(words[at + 1 : at + 3]) != ("as", "in") or not named or not letter(words, at)[1]:
        return None
    if tuple(named) == ("x", "ray"):
        return _Token("x", 5, clear=words[at] == "x")
    spelled = _NATO.get(named[0])
    return None if spelled is None else _Token(spelled, 4, clear=words[at] == spelled)
