"""What a caller's turn is while a flow asks: a value, a yes, a change of something said before, or no answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from functools import partial
from itertools import dropwhile, takewhile

import msgspec

from agent.dialplan.flows import Flow
from agent.dialplan.slots import Confirm, Slot, SlotKind
from agent.reply.commands import Command, command_of, takes_leave, wants_person
from agent.reply.digits import spell
from agent.reply.flow import Asked, Held, Running, applies, may_apply
from agent.reply.own_number import means_own
from agent.reply.taken_back import changes_besides, complained, is_bare, takes_back
from agent.reply.utterance import Utterance
from agent.reply.yes_no import consents, outright, yes_or_no
from agent.slots.choice import unasked
from agent.slots.counted import by_number, says_what
from agent.slots.from_now import read_from_now
from agent.slots.instead import instead_besides
from agent.slots.name import renamed, respelled
from agent.slots.read import another, read, read_on, refuses
from agent.slots.reading import Reading


class Heard(StrEnum):
    """The kinds of turn."""

    VALUE = "value"
    REFUSED = "refused"  # a value that the slot does not take
    PART = "part"  # of a number whose rest is awaited
    YES = "yes"
    NO = "no"
    CHANGE = "change"  # another value for something said before
    NAMED = "named"  # what to change, without a value
    CANCEL = "cancel"
    WAIT = "wait"
    AGAIN = "again"  # the question once more
    PERSON = "person"
    GOODBYE = "goodbye"
    NOTHING = "nothing"  # no word
    WORDS = "words"  # something else


class Turn(msgspec.Struct, frozen=True):
    """A turn; `slot` and `reading` are what a value is for, and the value. `besides`: changes in the same words."""

    heard: Heard
    slot: str = ""
    reading: Reading | None = None
    besides: tuple[Turn, ...] = ()


# Told from other words without doubt, so that a value that was not asked for may be taken.
TELLING = frozenset({SlotKind.DATE, SlotKind.TIME, SlotKind.AMOUNT, SlotKind.PHONE, SlotKind.EMAIL, SlotKind.CHOICE})
_TWICE = frozenset({SlotKind.DIGITS, SlotKind.PHONE, SlotKind.CODE})  # any character of theirs may be misheard
WORDED = frozenset({SlotKind.NAME, SlotKind.ADDRESS, SlotKind.FREE})  # their values may hold words of any other
_COMMANDS = {
    Command.STOP: Heard.CANCEL,
    Command.LATER: Heard.CANCEL,
    Command.WAIT: Heard.WAIT,
    Command.REPEAT: Heard.AGAIN,
    Command.HELP: Heard.AGAIN,
    Command.HERE: Heard.AGAIN,
    Command.PERSON: Heard.PERSON,
}
_YES = ("yes", "yeah", "yep", "yup", "okay", "ok", "sure", "right", "correct")
_REQUEST = ("do", "you", "have", "anything", "something", "what", "how", "about", "is", "there", "can", "i", "come")
_LEAD = ("no", "nope", "sorry", "i", "mean", "meant", "actually", "well", "but", "wait", "make", "it")


def turn_of(
    running: Running,
    slots: Mapping[str, Slot],
    asked: str,
    said: Utterance,
    *,
    now: datetime,
    closed: str = "",
    caller: str = "",
) -> Turn:
    """The turn. `slots`: those of the flow, by name; `asked`: the one that is asked for or read back, "" for none;
    `closed`: the turn as heard by the recogniser of that slot's grammar; `caller`: their number, "" when withheld."""
    heard = _apart(running, said, closed)
    if heard is not None and not (running.asked is Asked.SLOT and _is_listed(slots.get(asked), said)):
        return Turn(heard)
    besides = partial(_with_besides, running=running, slots=slots, asked=asked, said=said, now=now)
    readers: Mapping[Asked, Callable[[], Turn]] = {
        Asked.SLOT: lambda: (
            _own(running, slots[asked], said, caller)
            or _taken_back(running, slots, asked, said, now)
            or _from_now(running, slots, asked, said, now)
            or besides(_value(running, slots[asked], said, now, closed))
        ),
        Asked.READ_BACK: lambda: besides(_read_back(running, slots[asked], said, now, closed)),
        Asked.CONFIRM: lambda: _confirmed(running, _changeable(running, slots), said, now),
        Asked.CHANGE: lambda: _altered(running, _changeable(running, slots), said, now) or Turn(Heard.WORDS),
        Asked.NOTHING: lambda: Turn(Heard.WORDS),
    }
    return readers[running.asked]()


def _apart(running: Running, said: Utterance, closed: str) -> Heard | None:
    """What a turn is whatever is asked; None for what may be an answer."""
    command = command_of(said)
    if takes_leave(said):
        return Heard.GOODBYE
    if running.asked is Asked.NOTHING:
        return Heard.WORDS  # what a tool is doing can't be cancelled
    if command in _COMMANDS:
        return _COMMANDS[command]
    if wants_person(said):
        return Heard.PERSON
    return Heard.NOTHING if said.empty and not closed else None


def _is_listed(slot: Slot | None, said: Utterance) -> bool:
    """Whether the dialplan has the words for an answer, whatever they mean elsewhere: "cancel"."""
    if slot is None or said.empty:
        return False
    listed = (*slot.said_instead, *(phrase for choice in slot.choices.values() for phrase in choice.said))
    return said.text.removesuffix(" please") in {Utterance(phrase).text for phrase in listed}


def _own(running: Running, slot: Slot, said: Utterance, caller: str) -> Turn | None:
    """The number that they call from, to be read back; None for other words, and where it is withheld or refused."""
    fewest, most = slot.lengths
    if slot.kind is not SlotKind.PHONE or not fewest <= len(caller) <= most or caller in running.refused(slot.name):
        return None
    if not means_own(said):
        return None
    return Turn(Heard.VALUE, slot.name, Reading(caller, spell(caller), sure=False))


def _taken_back(running: Running, slots: Mapping[str, Slot], asked: str, said: Utterance, now: datetime) -> Turn | None:
    """What a caller takes back where the next thing is asked, unless that answers it: "no, Wednesday", "the day is
    wrong"."""
    slot, others = slots[asked], _changeable(running, slots)
    if slot.kind is SlotKind.FREE or _is_listed(slot, said):
        return None
    reading = read(slot, said, now) if slot.kind not in WORDED else None
    if reading is not None and reading.whole:
        return None
    before = takewhile(lambda name: name != asked, slots)
    wrong = complained([others[name] for name in before if name in others and running.has(name)], said)
    if wrong:
        return Turn(Heard.NAMED, wrong)
    begun = reading is not None or running.begun != ""
    if not takes_back(others.values(), said, outright=begun):
        return None
    return _change(running, _unasked(others.values(), asked), said, now)


def _from_now(running: Running, slots: Mapping[str, Slot], asked: str, said: Utterance, now: datetime) -> Turn | None:
    """A time that is told from now, "in ten minutes", where another day is held: both are meant, or neither where that
    day can't be changed any more. None for other words."""
    slot = slots[asked]
    time = read_from_now(slot, said, now) if slot.kind is SlotKind.TIME else None
    days = [one for one in slots.values() if one.kind is SlotKind.DATE and running.has(one.name) and not one.past]
    day = read_from_now(days[0], said, now) if time is not None and len(days) == 1 else None
    if day is None or day.value == running.values[days[0].name]:
        return None
    if running.is_settled(days[0].name):
        return Turn(Heard.WORDS, asked)
    return Turn(Heard.CHANGE, days[0].name, day, (Turn(Heard.VALUE, asked, time),))


def _with_besides(
    turn: Turn, running: Running, slots: Mapping[str, Slot], asked: str, said: Utterance, *, now: datetime
) -> Turn:
    """The turn with what the caller changes in the same words, and nothing else in them: "no, Friday at four" where the
    time is asked. Where a value is read back, "no, Friday" is a no to something else."""
    slot, words = slots[asked], said.without(*_YES) if turn.heard is Heard.YES else said
    worded = turn.heard is Heard.VALUE and slot.kind in WORDED  # which may be such words themselves
    if turn.heard not in (Heard.VALUE, Heard.YES, Heard.NO) or running.begun or worded:
        return turn
    if turn.heard is Heard.VALUE and _is_listed(slot, said):  # "the first" is a time that is free, and no day
        return turn
    others = [one for one in _changeable(running, slots).values() if one.name != asked and running.has(one.name)]
    if not changes_besides(slots.values(), slot, words, outright=slot.kind is SlotKind.YES_NO):
        return turn
    apart = {one.name: unasked(one) for one in others if says_what(one, said) and one.kind is not slot.kind}
    found = _apart_from(_changes(running, apart, words.without(*_LEAD), now), apart)
    if not found or turn.heard is not Heard.NO:
        return msgspec.structs.replace(turn, besides=found)
    reading = read(slot, words.without(*_LEAD), now)
    again = running.doubt is not None and reading is not None and reading.value == running.doubt.value
    return Turn(Heard.YES, besides=found) if again else msgspec.structs.replace(found[0], besides=found[1:])


def _apart_from(found: Iterable[Turn], slots: Mapping[str, Slot]) -> tuple[Turn, ...]:
    """Those that no other may have been meant for: the only ones of their kind."""
    turns = tuple(found)
    kinds = [slots[turn.slot].kind for turn in turns]
    return tuple(turn for turn, kind in zip(turns, kinds, strict=True) if kinds.count(kind) == 1)


def instead_of(
    running: Running, slots: Mapping[str, Slot], asked: str, said: Utterance, *, now: datetime
) -> Turn | None:
    """Another value for something said before, alone and surely heard, in words that are no answer to what is asked:
    "Wednesday" where that is the time; "tomorrow", which is no name."""
    if slots[asked].kind in WORDED - {SlotKind.NAME} or running.begun:
        return None
    bare = [slot for slot in _changeable(running, slots).values() if is_bare(slot, said)]
    turn = _change(running, _unasked(bare, asked), said, now)
    return turn if turn is not None and turn.reading is not None and turn.reading.sure else None


def refuses_it(
    running: Running, flow: Flow, slots: Mapping[str, Slot], said: Utterance, *, now: datetime
) -> Turn | None:
    """A no to the open question in words that are another value of what such a no forgets: "Friday would be better"
    where a time suits or does not. The value is taken where it leads."""
    asked = flow.steps[running.at].ask or ""
    for step in flow.steps[running.at + 1 : running.at + 2]:
        others = {name: slots[name] for name in step.forget if name in slots and name != asked}
        words = said.without(*_REQUEST)
        apart = changes_besides(others.values(), slots[asked], words, outright=False)
        if step.when == {asked: "no"} and apart and any(_changes(running, others, words, now)):
            return Turn(Heard.VALUE, asked, Reading("no", "no", sure=True))
    return None


def _changeable(running: Running, slots: Mapping[str, Slot]) -> Mapping[str, Slot]:
    """Without those on whose values a tool has acted: another one would have it act again."""
    return {name: slot for name, slot in slots.items() if not running.is_settled(name)}


def _unasked(slots: Iterable[Slot], asked: str) -> Mapping[str, Slot]:
    return {slot.name: unasked(slot) for slot in slots if slot.name != asked}


def _value(running: Running, slot: Slot, said: Utterance, now: datetime, closed: str) -> Turn:
    begun, refused = running.begun, running.refused(slot.name)
    if begun:
        reading = read_on(begun, slot, said, now, closed=closed, refused=refused)
    else:
        reading = read(slot, said, now, closed, refused=refused)
    if reading is None:
        return Turn(Heard.REFUSED if refuses(slot, said, now) else Heard.WORDS, slot.name)
    return Turn(Heard.VALUE if reading.whole else Heard.PART, slot.name, reading)


def _read_back(running: Running, slot: Slot, said: Utterance, now: datetime, closed: str) -> Turn:
    answer, doubt = yes_or_no(said), running.doubt
    if doubt is not None and slot.kind is SlotKind.NAME:
        name = respelled(doubt.value, said)
        if name is None and outright(said) is not True:
            name = renamed(doubt.value, said.without(*_LEAD, "said"), denied=answer is False)
        if name is not None and name.value not in running.refused(slot.name):
            return Turn(Heard.VALUE, slot.name, name)
    other = another(slot, closed, now)
    if other is not None and doubt is not None and other.value != doubt.value:
        return Turn(Heard.VALUE, slot.name, other)
    refused = running.refused(slot.name)
    if doubt is not None and answer is False:
        refused = (*refused, doubt.value)
    again = " ".join(dropwhile(lambda word: word in _LEAD, closed.split())) if slot.kind in _TWICE else ""
    reading = read(slot, said.without(*_LEAD), now, again, refused=refused)
    if reading is not None and reading.whole and slot.kind in (*TELLING, *_TWICE):
        same = doubt is not None and reading.value == doubt.value
        if same and answer is not False and (answer or slot.kind not in _TWICE):
            return Turn(Heard.YES)
        # Who gives a number once more where a yes is wanted may have been misheard twice; a code may go on.
        if answer is not False if same else outright(said) is not True:
            sure = reading.sure and not same and slot.kind is not SlotKind.CODE
            return Turn(Heard.VALUE, slot.name, msgspec.structs.replace(reading, sure=sure))
    return Turn(Heard.WORDS) if answer is None else Turn(Heard.YES if answer else Heard.NO)


def _confirmed(running: Running, slots: Mapping[str, Slot], said: Utterance, now: datetime) -> Turn:
    """What cannot be undone comes of a yes here, so that must be all that was said."""
    if consents(said):
        return Turn(Heard.YES)
    altered = _altered(running, slots, said, now)
    if altered is not None:
        return altered
    return Turn(Heard.NO if yes_or_no(said) is False else Heard.WORDS)


def _altered(running: Running, slots: Mapping[str, Slot], said: Utterance, now: datetime) -> Turn | None:
    return _change(running, slots, said, now) or _named(slots, said)


def _change(running: Running, slots: Mapping[str, Slot], said: Utterance, now: datetime) -> Turn | None:
    """Another value for something that was said before, or for several things; None where there is none, or it is not
    told for which."""
    found = list(_changes(running, slots, said.without(*_LEAD), now))
    apart = len(_apart_from(found, slots)) == len(found) and all(says_what(slots[turn.slot], said) for turn in found)
    if len(found) > 1 and apart:
        return msgspec.structs.replace(found[0], besides=tuple(found[1:]))
    named = [turn for turn in found if _names(slots[turn.slot], said)]
    one = named if len(named) == 1 else found
    return one[0] if len(one) == 1 else None


def _changes(running: Running, slots: Mapping[str, Slot], said: Utterance, now: datetime) -> Iterator[Turn]:
    values = running.values
    for name, slot in slots.items():
        if name in values and slot.kind in TELLING:
            reading = read(slot, said, now)
            if reading is not None and reading.whole and reading.value != values[name]:
                yield Turn(Heard.CHANGE, name, reading)


def _named(slots: Mapping[str, Slot], said: Utterance) -> Turn | None:
    named = [name for name, slot in slots.items() if _names(slot, said)]
    return Turn(Heard.NAMED, named[0]) if len(named) == 1 else None


def _names(slot: Slot, said: Utterance) -> bool:
    """Whether the words name the slot: "the time"."""
    about = Utterance(slot.subject)
    return bool(about.words) and f" {about.text} " in f" {said.text} "


def held(slot: str, reading: Reading) -> Held:
    """A reading as a value."""
    return Held(slot, reading.value, reading.spoken)


def taken(
    running: Running,
    flow: Flow,
    slots: Mapping[str, Slot],
    said: Utterance,
    *,
    told: tuple[Slot, ...],
    now: datetime,
    caller: str = "",
) -> Running:
    """With the values in words that were no answer to their slots, but no second one of a kind, nor of a number: `told`
    are the slots of those that they gave already. None is for what is asked behind a tool that may run, since that
    depends on what it gives; one that runs for an answer yet to come may give another value then."""
    awaited = {step.ask for step in flow.steps if step.ask is not None}
    for step in flow.steps[running.at :]:
        if step.do is not None and may_apply(step, running.values, caller, awaited):
            break
        slot = slots.get(step.ask or "")
        if said.empty or slot is None or running.has(slot.name) or not applies(step, running.values, caller):
            continue
        if slot.kind not in TELLING or slot.confirm is Confirm.ALWAYS or _is_told(slot, told, said):
            continue
        reading = read(unasked(slot), said, now, refused=running.refused(slot.name))
        reading = reading or instead_besides(slot, said, told)
        if reading is not None and reading.sure and reading.whole:
            told = (*told, slot)
            running = running.holding(held(slot.name, reading))
    return running


def _is_told(slot: Slot, told: Iterable[Slot], said: Utterance) -> bool:
    """Whether what the words may give for the slot is a value of one that is told, read once more."""
    counted = not says_what(slot, said)
    return any(one.kind is slot.kind or (counted and by_number(one, said)) for one in told)


def chosen(slot: Slot, key: str) -> Turn | None:
    """The choice that a key stands for: 1 for the first, and for yes."""
    if slot.kind is SlotKind.YES_NO and key in "12":
        word = "yes" if key == "1" else "no"
        return Turn(Heard.VALUE, slot.name, Reading(word, word, sure=True))
    names = list(slot.choices)
    if not key.isdigit() or not 1 <= int(key) <= len(names):
        return None
    name = names[int(key) - 1]
    return Turn(Heard.VALUE, slot.name, Reading(name, slot.label(name), sure=True))
