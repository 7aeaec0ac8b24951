"""What the caller said, as a list of words: the recogniser's noise and the caller's fillers taken off."""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")
_TAG = re.compile(r"[\[<][a-z]+[\]>]")  # "[unk]", "<unk>", "[laughter]"
_FILLERS = frozenset({"um", "uh", "er", "erm", "hm", "hmm", "ah", "eh", "mm", "huh"})
_NOISE = _FILLERS | {"the", "a"}  # what the recogniser makes of noise


class Utterance:
    """One turn of the caller. `text` is lower case, without punctuation, tags and fillers."""

    def __init__(self, said: str) -> None:
        lower = said.lower().replace("’", "'")
        self.raw = tuple(_WORD.findall(_TAG.sub(" ", lower)))
        heard = all(word in _NOISE for word in self.raw)
        self.words: tuple[str, ...] = () if heard else tuple(word for word in self.raw if word not in _FILLERS)
        self.text = " ".join(self.words)

    @property
    def empty(self) -> bool:
        """Nothing was said that could be a word."""
        return not self.words

    def without(self, *lead: str) -> Utterance:
        """The rest, after any of the words `lead` at its beginning."""
        words = list(self.words)
        while words and words[0] in lead:
            words.pop(0)
        return Utterance(" ".join(words))
