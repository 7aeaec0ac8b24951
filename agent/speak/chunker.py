"""Cuts text that is still arriving into pieces to be spoken: the first clause early, then sentences.

::

    "Sure, we open at 9.30 a.m." + " tomorrow. Any" + "thing else?"
        push ─► "Sure, we open at 9.30 a.m. tomorrow."      finish ─► "Anything else?"

A mark cuts only when white space has been seen behind it, so decimals, times and a number that is still growing stay
whole. Abbreviations don't end a sentence. Text without marks is cut after so many words. Joined by spaces, the pieces
are the words that came in.
"""

from __future__ import annotations

import re

FIRST_CLAUSE = 3  # words that a first clause must have to end at a comma
FIRST_LIMIT = 10  # words after which the first piece ends without any mark
LIMIT = 24  # the same for the others

_WORD = re.compile(r"\S+(?=\s)")
_CLOSERS = "\"'”’)]*_"
_SENTENCE = (".", "!", "?", "…", "。")
_CLAUSE = (",", ";", ":", "—", "–")
_ABBREVIATIONS = frozenset({
    "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "ave", "rd", "blvd", "hwy", "no", "nos", "vs", "etc",
    "e.g", "i.e", "a.m", "p.m", "approx", "appt", "dept", "est", "ext", "fig", "gov", "inc", "ltd", "co",
    "corp", "min", "max", "mt", "sgt", "capt", "col", "gen", "rev", "hon", "jan", "feb", "mar", "apr", "jun",
    "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue", "tues", "wed", "thu", "thur", "thurs",
    "fri", "sat", "sun", "u.s", "u.k",
})  # fmt: skip
_MAY_END = frozenset({"a.m", "p.m", "etc", "inc", "ltd", "co", "corp", "u.s", "u.k"})


class Chunker:
    """Collects pieces of text. Pure; one object a reply."""

    def __init__(self) -> None:
        self._rest = ""
        self._first = True

    def push(self, text: str) -> list[str]:
        """Add text; returns what can be spoken now, each piece stripped. More words follow each of them, or may."""
        self._rest += text
        return self._cut()

    def finish(self) -> list[str]:
        """The text is over; returns what is left."""
        self._rest += "\n"
        pieces = self._cut()
        if last := self._rest.strip():
            pieces.append(last)
        self._rest = ""
        return pieces

    def _cut(self) -> list[str]:
        pieces: list[str] = []
        while (end := self._end()) is not None:
            piece, self._rest = self._rest[:end].strip(), self._rest[end:]
            if piece:
                pieces.append(piece)
                self._first = False
        return pieces

    def _end(self) -> int | None:
        """Where the next piece ends in the rest; None while that is open."""
        limit = FIRST_LIMIT if self._first else LIMIT
        last_clause = 0
        for count, match in enumerate(_WORD.finditer(self._rest), start=1):
            word, end = match.group(), match.end()
            following = self._rest[end:].lstrip()
            if "\n" in self._rest[end : len(self._rest) - len(following)] and following:
                return end  # a line of its own: a list item, a heading
            if _ends_sentence(word, following, alone=count == 1):
                return end
            if _ends_clause(word):
                if self._first and count >= FIRST_CLAUSE:
                    return end
                last_clause = end
            if count >= limit:
                return last_clause or end
        return None


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


def _ends_clause(word: str) -> bool:
    return word.rstrip(_CLOSERS).endswith(_CLAUSE)
