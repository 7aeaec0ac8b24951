"""Whether words are one of a dialplan's examples from its first word to its last, though misheard: "with street are you
on". A language model makes little of such words and an embedding not much more, but they sound the same, and letters
show that well enough.

Letters to change by V. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals" (1966).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from agent.listen.wording import OPEN_WORDS, without_leads
from agent.reply.utterance import Utterance

FURTHEST = 0.25  # of an example's letters that may be other ones
SHORTER = 3  # letters nearer to the begin of an example than to all of it: more is to come
_COMPARED = 4  # examples, those that share the most words
_SHARED = 0.5  # of the words, at least
_LEAST = 3  # words


class Misheard:
    """The examples of one dialplan. Costs a millisecond or two."""

    def __init__(self, examples: Iterable[str] = ()) -> None:
        texts = dict.fromkeys(Utterance(example).words for example in examples)
        self._examples = [words for words in texts if len(words) >= _LEAST]
        self._with: defaultdict[str, list[int]] = defaultdict(list)
        for number, words in enumerate(self._examples):
            for word in set(words):
                self._with[word].append(number)

    def nearness(self, said: str) -> float:
        """How much of the letters of an example `said` has, 1 - FURTHEST to 1; 0 where it is none, or is the begin
        of one."""
        words = tuple(without_leads(list(Utterance(said).words)))
        if len(words) < _LEAST:
            return 0.0
        shared = Counter(number for word in set(words) for number in self._with.get(word, ()))
        best, changed, begun = 0.0, len(said), len(said)
        for number, count in shared.most_common(_COMPARED):
            example = self._examples[number]
            if count < _SHARED * max(len(words), len(example)) or (
                words[-1] in OPEN_WORDS and words[-1] != example[-1]
            ):
                continue
            letters = " ".join(example)
            distances = _to_begins(" ".join(words), letters)
            whole, begin = distances[-1], min(distances)
            if whole - begin >= SHORTER:
                begun = min(begun, begin)
            elif whole <= FURTHEST * len(letters):
                best, changed = max(best, 1.0 - whole / len(letters)), min(changed, whole)
        return best if changed <= begun else 0.0


def _to_begins(said: str, example: str) -> list[int]:
    """Letters to change from `said` to the first 0, 1, 2 … letters of `example`."""
    row = list(range(len(example) + 1))
    for number, letter in enumerate(said, start=1):
        before, row[0] = row[0], number
        for at, other in enumerate(example, start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != other))
    return row
