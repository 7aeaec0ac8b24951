"""How a person says what a test writes: a long number in groups, spelled letters one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from agent.reply.digits import WORDS

_LONG = 7  # words of a number that is said in groups
_LAST = 4  # digits of its last group
_GROUP = 3
_TIMES = ("double", "triple")


def aloud(text: str) -> str:
    """`text` with a comma wherever the voice is to pause."""
    return " ".join(_said(kind, tuple(words)) for kind, words in groupby(text.split(), _kind))


def _kind(word: str) -> str:
    if len(word) == 1 and word.isalpha():
        return "letter"
    return "digit" if word in WORDS else "word"


def _said(kind: str, words: Sequence[str]) -> str:
    if kind == "letter" and len(words) > 1:
        return ", ".join(words) + ","
    if kind == "digit" and len(words) >= _LONG and not set(words) & set(_TIMES):
        return ", ".join(_groups(words))
    return " ".join(words)


def _groups(words: Sequence[str]) -> Iterator[str]:
    head = words[:-_LAST]
    yield from (" ".join(head[at : at + _GROUP]) for at in range(0, len(head), _GROUP))
    yield " ".join(words[-_LAST:])
