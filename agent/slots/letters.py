"""Letters as a recogniser writes them: "m i l l e r", "em eye double ell e are", "m as in mary"."""

from __future__ import annotations

from collections.abc import Sequence

_NAMES = {
    "a": "ay", "b": "be bee", "c": "see sea cee", "d": "dee", "f": "ef eff", "g": "gee", "h": "aitch", "i": "eye",
    "j": "jay", "k": "kay", "l": "el ell", "m": "em", "n": "en", "o": "oh", "p": "pea pee", "q": "queue cue",
    "r": "are ar", "s": "es ess", "t": "tea tee", "u": "you", "v": "vee", "x": "ex", "y": "why", "z": "zee zed",
}  # fmt: skip
_LETTERS = {name: letter for letter, names in _NAMES.items() for name in names.split()}
_EXAMPLE = (("as", "in"), ("for",), ("like",), ("is", "for"))
_FEWEST = 3


def letter(words: Sequence[str], at: int) -> tuple[str, int]:
    """The letters that are spelled from this word on as one, and how many words they took; ("", 0) for none."""
    word, after = (*words[at : at + 2], "", "")[:2]
    if word == "double" and after:
        if after in ("you", "u"):
            return "w", 2
        single, taken = letter(words, at + 1)
        return single * 2, taken + 1 if single else 0
    single = word if len(word) == 1 and word.isalpha() else _LETTERS.get(word, "")
    if not single:
        return "", 0
    for lead in _EXAMPLE:
        end = at + 1 + len(lead)
        if tuple(words[at + 1 : end]) == lead and end < len(words) and words[end].startswith(single):
            return single, len(lead) + 2
    return single, 1


def spelled_end(words: Sequence[str]) -> tuple[str, int]:
    """What the last words spell, and where that begins; ("", their number) where they spell nothing."""
    for start in range(len(words)):
        spelled, at = "", start
        while at < len(words):
            letters, taken = letter(words, at)
            if not taken:
                break
            spelled, at = spelled + letters, at + taken
        if at == len(words) and len(spelled) >= _FEWEST:
            return spelled, start
    return "", len(words)
