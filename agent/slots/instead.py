"""What is said in place of a slot's value, "unknown" or "as soon as possible": as the answer to its question, or
besides something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent.dialplan.slots import Slot, SlotKind
from agent.listen.wording import listed
from agent.reply.utterance import Utterance
from agent.slots.date import GRAMMAR as DATES
from agent.slots.days import WEEKDAYS
from agent.slots.reading import Reading
from agent.slots.time import GRAMMAR as TIMES

_GLUE = listed(
    "well oh so but just then please thanks thank you sorry i i'm guess think it's that's would be fine good said say "
    "told already really give me i'd i'll like need want take an a the appointment visit if can possible actually"
)
_BEHIND = listed("my i'm i've because cause since it's")  # begin a reason, which tells nothing about the value
_AROUND = listed("on for at in the and available free left open")  # another value
_DENIED = listed("not no don't doesn't didn't isn't can't won't never without than")
_NEAR = 5  # words before, which a denial among them may mean
_FRAME = listed("birthday is born was how come let's wait to or maybe good works")  # in the grammars, around a value
_NO_VALUE = _GLUE | _BEHIND | _AROUND | _DENIED | _FRAME
_DAYS = frozenset(" ".join(DATES).split()) - _NO_VALUE
_TIMES = frozenset(" ".join(TIMES).split()) - _NO_VALUE - {*WEEKDAYS, "tomorrow"}
_OWN = {SlotKind.DATE: _DAYS, SlotKind.TIME: _TIMES}  # the words of a value


def read_instead(slot: Slot, said: Utterance) -> Reading | None:
    """What an answer says in place of a value, beside nothing that tells more: "unknown", "well I don't know"."""
    for value, phrases in slot.instead.items():
        rest = _without(phrases, said.text)
        if rest is not None and set(rest.split()) <= _glue(slot):
            return Reading(value, value, sure=True)
    for value, before, behind in _found(slot, said) if slot.kind in _OWN else ():
        if set(before) <= _glue(slot) and _tells_nothing(slot, behind):
            return Reading(value, value, sure=True)
    return None


def instead_besides(slot: Slot, said: Utterance, told: Iterable[Slot]) -> Reading | None:
    """What words that were no answer to a day or a time say in place of it: "an appointment as soon as possible";
    `told`: the slots whose values they gave. A single word may stand for anything there."""
    if slot.kind not in _OWN:
        return None
    others = _AROUND.union(*(_OWN.get(one.kind, frozenset()) for one in told)) - _OWN[slot.kind]
    for value, before, behind in _found(slot, said):
        denied = not _DENIED.isdisjoint(before[-_NEAR:])
        beside = _OWN[slot.kind].isdisjoint(before) and (
            _tells_nothing(slot, behind) or set(behind) <= _glue(slot) | others
        )
        if beside and not denied:
            return Reading(value, value, sure=True)
    return None


def _glue(slot: Slot) -> frozenset[str]:
    """What tells nothing around a value; a "no" is one itself where that is asked."""
    return _GLUE if slot.kind is SlotKind.YES_NO else _GLUE | {"no"}


def _tells_nothing(slot: Slot, behind: list[str]) -> bool:
    """Whether words behind what is said for a day or a time are empty, or a reason for it."""
    at = next((at for at, word in enumerate(behind) if word not in _glue(slot) or word in _BEHIND), len(behind))
    reason = at == len(behind) or behind[at] in _BEHIND
    return reason and _OWN[slot.kind].isdisjoint(behind)


def _without(phrases: Iterable[str], text: str) -> str | None:
    """The text without those of the phrases that stand in it, the longest first; None where there is none."""
    rest = f" {text} "
    for phrase in sorted((Utterance(one).text for one in phrases), key=len, reverse=True):
        rest = rest.replace(f" {phrase} ", " | ") if phrase else rest
    return rest.replace("|", " ") if "|" in rest else None


def _found(slot: Slot, said: Utterance) -> Iterator[tuple[str, list[str], list[str]]]:
    """The values whose phrases of several words stand in the words, with what is before and behind; the longest
    first."""
    listed_ = ((Utterance(one).text, value) for value, phrases in slot.instead.items() for one in phrases)
    for phrase, value in sorted(listed_, key=lambda one: -len(one[0])):
        before, found, behind = f" {said.text} ".partition(f" {phrase} ")
        if found and " " in phrase:
            yield value, before.split(), behind.split()
