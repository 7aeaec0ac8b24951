"""What is wrong with the slots of a dialplan: keys of another kind, limits that nothing meets, choices alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from agent.dialplan.document import Document
from agent.dialplan.entries import check_taken, entries
from agent.dialplan.located import Path, Value, is_on, strings
from agent.dialplan.slots import SlotKind
from agent.reply.utterance import Utterance

_BELONGS = {  # key -> the kinds that have it
    "choices": (SlotKind.CHOICE,),
    "digits": (SlotKind.DIGITS, SlotKind.PHONE),
    "unit": (SlotKind.AMOUNT,),
    "least": (SlotKind.AMOUNT,),
    "most": (SlotKind.AMOUNT,),
    "past": (SlotKind.DATE,),
    "future": (SlotKind.DATE,),
    "between": (SlotKind.TIME,),
}
_ALIKE = 0.85  # of two phrases, for being heard as each other
_Phrases = dict[str, tuple[Path, str]]  # the words -> where, and of which choice


def check_slots(document: Document, slots: Value) -> None:
    """Adds what it finds in `slots` to the document's findings."""
    listed = entries(slots, ("slots",))
    check_taken(document, listed, "name", '"{}" is the name of a slot already, in line {}; choose another'.format)
    for path, slot in listed:
        _kind(document, path, slot)
        _limits(document, path, slot)
        _choices(document, path, slot)
        _instead(document, (*path, "instead"), slot.get("instead"))


def _kind(document: Document, path: Path, slot: Mapping[str, Value]) -> None:
    kind = slot.get("kind")
    if kind not in tuple(SlotKind):
        return
    for key, kinds in _BELONGS.items():
        if key in slot and kind not in kinds:
            others = " or ".join(f'"{one}"' for one in kinds)
            what = f'"{key}" means nothing to a slot of the kind "{kind}", only to {others}; leave it out'
            document.note((*path, key), what, key=True)
    choices = slot.get("choices")
    if kind == SlotKind.CHOICE and (choices is None or (isinstance(choices, dict) and len(choices) < 2)):
        document.note((*path, "kind"), 'there is nothing to choose from; write at least two "choices"')


def _limits(document: Document, path: Path, slot: Mapping[str, Value]) -> None:
    least, most, between = slot.get("least"), slot.get("most"), slot.get("between")
    if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
        document.note(
            (*path, "least"), f'"least" ({least}) must not be above "most" ({most}); change one of them', key=True
        )
    if all(is_on(slot.get(key)) for key in ("past", "future")):
        document.note((*path, "past"), '"past" and "future" leave today alone; keep one of them', key=True)
    clocks = [_minutes(clock) for _, clock in strings(between)]
    if len(clocks) == 2 and None not in clocks and clocks != sorted(set(clocks), key=lambda clock: clock or 0):
        document.note((*path, "between"), "the earliest time comes first, and before the latest; change them", key=True)


def _instead(document: Document, path: Path, instead: Value) -> None:
    seen: dict[str, str] = {}
    several = isinstance(instead, dict)
    for value, phrases in instead.items() if isinstance(instead, dict) else [("", instead)]:
        for at, text in strings(phrases):
            here, said = (*path, value, at) if several else (*path, at), Utterance(text).text
            if text.strip() and not said:
                document.note(here, f'"{text}" holds no word; write what a caller says')
            elif said and seen.setdefault(said, value) != value:
                document.note(here, f'"{text}" is said for "{seen[said]}" too; it can mean only one of them')


def _minutes(clock: str) -> int | None:
    hour, colon, minute = clock.partition(":")
    return int(hour) * 60 + int(minute) if colon and hour.isdigit() and minute.isdigit() else None


def _choices(document: Document, path: Path, slot: Mapping[str, Value]) -> None:
    seen: _Phrases = {}
    for choice, here, text in _phrases(slot, (*path, "choices")):
        said = Utterance(text).text
        if not said and text.strip():
            document.note(here, f'"{text}" holds no word; write what a caller says')
        elif said:
            _clash(document, here, text, choice, seen)
            if any(character.isdigit() for character in said):
                what = f'"{text}" has figures, which a recogniser never writes; write number words'
                document.note(here, what, warning=True)
            seen.setdefault(said, (here, choice))


def _phrases(slot: Mapping[str, Value], path: Path) -> Iterator[tuple[str, Path, str]]:
    """Name, place and text of what is said for the choices."""
    choices = slot.get("choices")
    for name, choice in choices.items() if isinstance(choices, dict) else ():
        for at, text in strings(choice.get("said") if isinstance(choice, dict) else None):
            yield name, (*path, name, "said", at), text


def _clash(document: Document, here: Path, text: str, choice: str, seen: _Phrases) -> None:
    """`text` against the phrases before it: the same, or as good as that to a recogniser."""
    said = Utterance(text).text
    if said in seen:
        first, other = seen[said]
        line = document.line(first, here)
        if other == choice:
            document.note(here, f'"{text}" is here twice, first in line {line}; remove one', warning=True)
        else:
            document.note(here, f'"{text}" is said for "{other}" too, in line {line}; it can mean only one choice')
        return
    others = [phrase for phrase, (_, other) in seen.items() if other != choice]
    alike = next((phrase for phrase in others if SequenceMatcher(None, phrase, said).ratio() >= _ALIKE), None)
    if alike is not None:
        what = f'"{text}" sounds like "{alike}" of "{seen[alike][1]}"; one may be heard as the other, find other words'
        document.note(here, what, warning=True)
