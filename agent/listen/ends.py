"""What a dialplan's own examples tell of where questions end: a small model of last words.

Admins write whole questions. A word that ends some of them and stands inside none ("office") says that a caller who
falls silent behind it is done; one that stands inside them ("monthly", "our") says the contrary; two words in a row say
it more clearly than one. Counts, smoothed; weights set by hand on the examples of dialplans/bench.yaml, each left out
of the counts by which it was judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import log

from agent.reply.utterance import Utterance

_PAIR = 2.0  # a pair of words counts so much besides its last word
_MOST = 1.5


class Ends:
    """Of one dialplan; `examples` are whole questions."""

    def __init__(self, examples: Iterable[str] = ()) -> None:
        self._last: Counter[tuple[str, ...]] = Counter()
        self._inside: Counter[tuple[str, ...]] = Counter()
        for example in examples:
            words = Utterance(example).words
            for at, word in enumerate(words):
                counter = self._last if at == len(words) - 1 else self._inside
                counter[(word,)] += 1
                if at:
                    counter[words[at - 1], word] += 1

    def log_odds(self, said: str) -> float:
        """How much the last words speak for the end of a question, -1.5 to 1.5; 0 for unknown ones."""
        words = Utterance(said).words
        if not words:
            return 0.0
        one, two = words[-1:], words[-2:] if len(words) > 1 else ()
        last, inside = (counter[one] + _PAIR * counter[two] for counter in (self._last, self._inside))
        return max(-_MOST, min(_MOST, log((last + 1) / (inside + 1))))
