"""Which of the heard words are the caller's, and not the bot's own voice come back as echo."""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z0-9']+")
# What the recogniser makes of breath, clicks and line noise.
_NOISE = frozenset({"the", "huh", "hm", "hmm", "mm", "mhm", "uh", "ah", "a"})


def words_of(text: str) -> list[str]:
    """Lower-case words without punctuation."""
    return _WORD.findall(text.lower())


def fresh_words(heard: str, bot: str) -> list[str]:
    """Words of `heard` that neither repeat the bot's last words `bot` nor are what noise sounds like.

    A word counts as repeated as often as the bot said it.
    """
    said = words_of(bot)
    fresh = []
    for word in words_of(heard):
        if word in said:
            said.remove(word)
        elif word not in _NOISE:
            fresh.append(word)
    return fresh


def repeats(heard: str, bot: str) -> bool:
    """Whether most of what was heard are words of the bot's, `bot`."""
    return bool(heard) and 2 * len(fresh_words(heard, bot)) < len(words_of(heard))


def without_noise(text: str) -> str:
    """`text`, or "" where it is only what the recogniser makes of noise."""
    words = words_of(text)
    return "" if all(word in _NOISE for word in words) else text.strip()
