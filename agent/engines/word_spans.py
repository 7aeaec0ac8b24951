"""Where each word of a text lies in its audio, from the voice's phonemes and their lengths.

The phonemiser joins words ("of the" becomes one group) and splits others ("A.M."), so the groups between spaces are
not the words. Words and groups are matched in order by dynamic programming on their share of the length; inside a
group that several words share, the time is split by letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import msgspec

from agent.engines.contract import SpokenWord

MOST_JOINED = 4  # words in one group, or groups for one word
_PAUSES = frozenset(",.;:!?-—…\"'()^$ ")


class Phone(msgspec.Struct, frozen=True):
    """One phoneme and how many samples it takes."""

    symbol: str
    samples: int


class Group(msgspec.Struct, frozen=True):
    """Phonemes between two spaces: [start, end) in samples without the pauses around, and how many they are."""

    start: int
    end: int
    phones: int


def groups_of(phones: Sequence[Phone]) -> list[Group]:
    """The groups of phonemes between spaces; punctuation (a pause) belongs to none."""
    groups: list[Group] = []
    at = start = end = count = 0
    for phone in [*phones, Phone(" ", 0)]:
        if phone.symbol not in _PAUSES:
            start = start if count else at
            end = at + phone.samples
            count += 1
        elif phone.symbol == " " and count:
            groups.append(Group(start, end, count))
            count = 0
        at += phone.samples
    return groups


def word_spans(words: Sequence[str], groups: Sequence[Group]) -> tuple[SpokenWord, ...]:
    """One SpokenWord for each of `words`, in order; starts never fall. No groups: no words."""
    if not words or not groups:
        return ()
    spans: list[SpokenWord] = []
    for first, last, left, right in _matching([_weight(word) for word in words], [group.phones for group in groups]):
        spans += _split(words[first:last], groups[left].start, groups[right - 1].end)
    return tuple(spans)


def _weight(word: str) -> int:
    return max(1, sum(char.isalnum() for char in word))


def _matching(letters: Sequence[int], phones: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """Cheapest way to cut words and groups into (first word, last word, first group, last group) blocks."""
    scale = sum(letters) / max(1, sum(phones))
    letters_to, phones_to = [0, *accumulate(letters)], [0, *accumulate(phones)]
    joins = [(1, 1)] + [(n, 1) for n in range(2, MOST_JOINED + 1)] + [(1, n) for n in range(2, MOST_JOINED + 1)]
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {(0, 0): (0.0, None)}
    for i in range(len(letters) + 1):
        for j in range(len(phones) + 1):
            if (i, j) not in best:
                continue
            cost = best[i, j][0]
            for more, wider in joins:
                k, m = i + more, j + wider
                if k > len(letters) or m > len(phones):
                    continue
                off = abs(letters_to[k] - letters_to[i] - scale * (phones_to[m] - phones_to[j]))
                total = cost + off + (0.5 if more + wider > 2 else 0.0)
                if (k, m) not in best or total < best[k, m][0]:
                    best[k, m] = (total, (i, j))
    end = (len(letters), len(phones))
    if end not in best:  # more joined than we believe: all words share all groups
        return [(0, end[0], 0, end[1])]
    blocks = []
    while (before := best[end][1]) is not None:
        blocks.append((before[0], end[0], before[1], end[1]))
        end = before
    return blocks[::-1]


def _split(words: Sequence[str], start: int, end: int) -> list[SpokenWord]:
    weights = [0, *accumulate(_weight(word) for word in words)]
    edges = [start + (end - start) * weight // weights[-1] for weight in weights]
    return [SpokenWord(word, edges[n], edges[n + 1]) for n, word in enumerate(words)]
