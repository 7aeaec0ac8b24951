"""Cuts text that is still arriving into pieces to be spoken: the first clause early, then sentences.

::

    "Sure, we open at 9.30 a.m." + " tomorrow. Any" + "thing else?"
        push ─► "Sure, we open at 9.30 a.m. tomorrow."      finish ─► "Anything else?"

A mark cuts only when white space has been seen behind it, so decimals, times and a number that is still growing stay
whole. Abbreviations don't end a sentence. A long first sentence without marks is cut before a word that begins a phrase
("We are open | from nine …"), other text without marks after so many words. Joined by spaces, the pieces are the words
that came in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

FIRST_CLAUSE = 3  # words that a first clause must have to end at a comma or before a phrase
FIRST_WHOLE = 8  # words of a first sentence that stays whole
FIRST_LIMIT = 10  # words after which the first piece ends without any mark
LIMIT = 24  # the same for the others
_SEEN = 64  # words that are looked at; more than any piece has

_WORD = re.compile(r"\S+(?=\s)")
_CLOSERS = "\"'”’)]*_"
_SENTENCE = (".", "!", "?", "…", "。")
_CLAUSE = (",", ";", ":", "—", "–")
_ABBREVIATIONS = frozenset({
    "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "ave", "rd", "blvd", "hwy", "no", "nos", "vs", "etc",
    "e.g", "i.e", "a.m", "p.m", "approx", "appt", "dept", "est", "ext", "fig", "gov", "inc", "ltd", "co",
    "corp", "min", "max", "mt", "sgt", "capt", "col", "gen", "rev", "hon", "jan", "feb", "mar", "apr", "jun",
    "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue", "tues", "wed", "thu", "thur", "thurs",
    "fri", "sat", "sun", "u.s", "u.k", "tel", "hr", "hrs", "lbs", "oz", "ph.d", "d.c",
})  # fmt: skip
_MAY_END = frozenset({"a.m", "p.m", "etc", "inc", "ltd", "co", "corp", "u.s", "u.k", "ph.d", "d.c"})
_PHRASES = frozenset({
    "and", "but", "or", "because", "so", "if", "when", "while", "which", "who", "that", "where", "until", "unless",
    "before", "after", "for", "to", "in", "on", "at", "from", "with", "by", "between", "during", "about", "through",
})  # fmt: skip
_NUMBERS = frozenset({
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty",
    "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand",
})  # fmt: skip


class Chunker:
    """Collects pieces of text. Pure; one object a reply. `first` is how many words the first piece has at least,
    `limit()` how many the next may have: asked for each. Without `phrases` a long first sentence is not cut before one:
    for words of which the second half may not be fit to be said."""

    def __init__(self, first: int = 1, limit: Callable[[], int] = lambda: LIMIT, phrases: bool = True) -> None:
        self._rest = ""
        self._first = True
        self._over = False
        self._least = first
        self._limit = limit
        self._phrases = phrases

    @property
    def empty(self) -> bool:
        """No word is left."""
        return not self._rest.strip()

    @property
    def words_left(self) -> int:
        """Words that have come in and not gone out."""
        return len(self._rest.split())

    def push(self, text: str) -> list[str]:
        """Add text; returns what can be spoken now, each piece stripped. More words follow each of them, or may."""
        self._rest += text
        return self._all()

    def finish(self) -> list[str]:
        """The text is over; returns what is left."""
        self.end()
        return self._all()

    def feed(self, text: str) -> None:
        """Add text without taking anything."""
        self._rest += text

    def end(self) -> None:
        """The text is over: `next` gives all that is left."""
        self._rest += "\n"
        self._over = True

    def next(self) -> str | None:
        """The next piece; None where more text is needed to know it, or none is left."""
        while (end := self._end()) is not None:
            piece, self._rest = self._rest[:end].strip(), self._rest[end:]
            if piece:
                self._first = False
                return piece
        return None

    def _all(self) -> list[str]:
        return list(iter(self.next, None))

    def _end(self) -> int | None:
        """Where the next piece ends in the rest; None while that is open."""
        words = list(islice(_WORD.finditer(self._rest), _SEEN))
        end = self._first_end(words) if self._first else self._later_end(words)
        return len(self._rest) if end is None and self._over and words else end

    def _first_end(self, words: list[re.Match[str]]) -> int | None:
        longest, clause = max(FIRST_LIMIT, self._least), max(FIRST_CLAUSE, self._least)
        for count, match in enumerate(words[:longest], start=1):
            if self._phrases and count > max(FIRST_WHOLE, clause):
                before = _phrase(words[:count], clause)
                if before is not None:
                    return before
            if self._line_ends(match) or (count >= self._least and self._sentence_ends(match, count)):
                return match.end()
            if count >= clause and ends_clause(match.group()):
                return match.end()
        return words[longest - 1].end() if len(words) >= longest else None

    def _later_end(self, words: list[re.Match[str]]) -> int | None:
        limit = self._limit()
        last_clause = 0
        for count, match in enumerate(words, start=1):
            if self._line_ends(match) or self._sentence_ends(match, count):
                return match.end()
            if ends_clause(match.group()):
                last_clause = match.end()
            if count >= limit:
                return last_clause or match.end()
        return None

    def _line_ends(self, match: re.Match[str]) -> bool:
        """A line of its own: a list item, a heading."""
        behind = self._rest[match.end() :]
        following = behind.lstrip()
        return bool(following) and "\n" in behind[: len(behind) - len(following)]

    def _sentence_ends(self, match: re.Match[str], count: int) -> bool:
        return _ends_sentence(match.group(), self._rest[match.end() :].lstrip(), alone=count == 1)


def _phrase(words: list[re.Match[str]], least: int) -> int | None:
    """The end of the word before the first phrase that leaves `least` words in front and three behind."""
    for before, word in zip(words[least - 1 : -3], words[least:-2], strict=True):
        if word.group().lower() in _PHRASES and not _is_number(before.group()):
            return before.end()
    return None


def ends_sentence(piece: str) -> bool:
    """Whether a piece ends with the mark of a sentence's end."""
    return piece.rstrip(_CLOSERS + " ").endswith(_SENTENCE)


def _ends_sentence(word: str, following: str, alone: bool) -> bool:
    bare = word.rstrip(_CLOSERS)
    if not bare.endswith(_SENTENCE):
        return False
    if not bare.endswith(".") or bare.endswith(".."):
        return True
    stem = bare.rstrip(".").lstrip("\"'“‘([*_").lower()
    if stem in _MAY_END:
        return following[:1].isupper()
    if stem in _ABBREVIATIONS or (len(stem) == 1 and stem.isalpha() and stem != "i"):
        return False
    return not (alone and stem.isdigit())  # "1." begins a list item


def ends_clause(word: str) -> bool:
    """Whether a word ends with a mark inside a sentence."""
    return word.rstrip(_CLOSERS).endswith(_CLAUSE)


def _is_number(word: str) -> bool:
    return word.lower() in _NUMBERS or any(char.isdigit() for char in word)
