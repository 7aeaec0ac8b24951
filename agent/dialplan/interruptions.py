"""What is wrong with the phrases that callers say over the bot, and with the list of what they cannot interrupt."""

from __future__ import annotations

from collections.abc import Mapping

from agent.dialplan.document import Document
from agent.dialplan.located import Path, Value, strings
from agent.dialplan.schema import GREETING, Action
from agent.dialplan.suggestion import suggestion
from agent.listen.echo_text import words_of
from agent.listen.interjection import ENGLISH, Phrase, phrase

_SECTION = "interruptions"
_LISTS = ("go_on", "stop", "neither")
_BUILT_IN = ENGLISH.go_on | ENGLISH.stop

Topics = Mapping[str, tuple[Path, Mapping[str, Value]]]


def check_interruptions(document: Document, section: Mapping[str, Value], topics: Topics) -> None:
    """Adds what it finds in `section` to the document's findings. `topics`: where each is, and what, by name."""
    seen: dict[Phrase, Path] = {}
    for key in _LISTS:
        for at, text in strings(section.get(key)):
            if text.strip():
                _phrase(document, (_SECTION, key, at), text, seen)
    _protected(document, section, topics)


def _phrase(document: Document, here: Path, text: str, seen: dict[Phrase, Path]) -> None:
    said, key = phrase(text), here[1]
    if not said:
        _wordless(document, here, text)
        return
    first = seen.setdefault(said, here)
    line = document.line(first, here)
    if first != here and first[1] == key:
        document.note(here, f'"{text}" is here twice, first in line {line}; remove one', warning=True)
    elif first != here:
        document.note(here, f'"{text}" is under "{first[1]}" too, in line {line}; it can mean only one thing')
    elif key == "neither" and said not in _BUILT_IN:
        near = suggestion(" ".join(said), [" ".join(one) for one in _BUILT_IN])
        document.note(here, f'"{text}" is not built in, so it cannot be taken out{near or "; remove it"}')


def _wordless(document: Document, here: Path, text: str) -> None:
    """`text` has no word, or only such as the recogniser writes for noise."""
    if not words_of(text):
        document.note(here, f'"{text}" holds no word; write what a caller says')
    elif here[1] == "go_on":
        document.note(here, f'"{text}" never stops the bot, noise sounds like it; remove it', warning=True)
    else:
        document.note(here, f'"{text}" cannot stop the bot, noise sounds like it; remove it')


def _protected(document: Document, section: Mapping[str, Value], topics: Topics) -> None:
    seen: set[str] = set()
    for at, written in strings(section.get("protect")):
        here, name = (_SECTION, "protect", at), written.strip()
        path, topic = topics.get(name, ((), {}))
        if name in seen:
            document.note(here, f'"{name}" is here twice; remove one', warning=True)
        elif name == GREETING and path:
            line = document.line((*path, "name"), here)
            what = f'"{name}" is the first words of a call here; give the topic in line {line} another name'
            document.note(here, what)
        elif name and name != GREETING and not path:
            known = suggestion(name, [GREETING, *topics])
            document.note(here, f'"{name}" is no intent and no fact of this file{known or "; write the name of one"}')
        elif topic.get("action") == Action.REPEAT:
            document.note(here, f'"{name}" says again what was said before; protect what that was')
        seen.add(name)
