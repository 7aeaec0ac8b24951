"""From text for the eye to words for the ear: the one door to the voice."""

from __future__ import annotations

import re
from collections.abc import Callable

from agent.speak.english import spoken_english
from agent.speak.markup import tidied, without_markup

VERSION = 2  # raise it when the same text would be said in other words

_LANGUAGES: dict[str, Callable[[str], str]] = {
    "en": spoken_english,
    "en-gb": lambda text: spoken_english(text, british=True),
}
_ENDLESS = re.compile(r"\S{80}(?=\S)")  # no word, and patterns take long over it
_UNSPEAKABLE = re.compile(r"[^\w\s.,;:!?'()\[\]{}—–…-]|_")


def normalise(text: str, lang: str = "en-us") -> str:
    """`text` as the voice should say it: no markdown, no emoji, no digit or sign left in English.

    `lang` is a tag such as "en-us"; without rules for it only markup is taken out and figures stay for the voice.
    "" when nothing can be said. Never raises.
    """
    plain = without_markup(text)
    spoken = _LANGUAGES.get(lang.lower()) or _LANGUAGES.get(lang.lower().split("-")[0])
    if spoken:
        plain = _UNSPEAKABLE.sub(" ", spoken(_ENDLESS.sub(r"\g<0> ", plain)))
    return tidied(plain)
