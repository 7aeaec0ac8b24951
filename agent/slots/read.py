"""A caller's words to the value of a slot, what a closed recogniser listens for meanwhile, and how it is waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import msgspec

from agent.dialplan.slots import Slot, SlotKind
from agent.reply.reply import Awaited
from agent.reply.utterance import Utterance
from agent.slots import amount, code, date, number, time
from agent.slots.address import read_address
from agent.slots.choice import choice_grammar, only_choices, read_choice
from agent.slots.email import read_email
from agent.slots.name import read_name
from agent.slots.plain import YES_NO, read_free, read_yes_no
from agent.slots.reading import Reading

Reader = Callable[[Slot, Utterance, datetime], Reading | None]

_READERS: Mapping[SlotKind, Reader] = {
    SlotKind.DIGITS: number.read_number,
    SlotKind.PHONE: number.read_number,
    SlotKind.DATE: date.read_date,
    SlotKind.TIME: time.read_time,
    SlotKind.AMOUNT: amount.read_amount,
    SlotKind.NAME: read_name,
    SlotKind.EMAIL: read_email,
    SlotKind.ADDRESS: read_address,
    SlotKind.CODE: code.read_code,
    SlotKind.CHOICE: read_choice,
    SlotKind.YES_NO: read_yes_no,
    SlotKind.FREE: read_free,
}
_GRAMMARS: Mapping[SlotKind, tuple[str, ...]] = {
    SlotKind.CODE: code.GRAMMAR,
    SlotKind.DIGITS: number.GRAMMAR,
    SlotKind.PHONE: number.GRAMMAR,
    SlotKind.DATE: tuple(dict.fromkeys(date.GRAMMAR)),
    SlotKind.TIME: tuple(dict.fromkeys(time.GRAMMAR)),
    SlotKind.AMOUNT: tuple(dict.fromkeys(amount.GRAMMAR)),
    SlotKind.YES_NO: YES_NO,
}
_AWAITED: Mapping[SlotKind, Awaited] = {
    SlotKind.DIGITS: Awaited.DIGITS,
    SlotKind.PHONE: Awaited.DIGITS,
    SlotKind.NAME: Awaited.NAME,
    SlotKind.EMAIL: Awaited.NAME,  # is spelled as well
    SlotKind.CODE: Awaited.NAME,
    SlotKind.YES_NO: Awaited.YES_NO,
    SlotKind.FREE: Awaited.MESSAGE,
}
_TAKES_ALL = {"past": False, "future": False, "least": None, "most": None, "between": None}
_HEARD_TWICE = (SlotKind.DIGITS, SlotKind.PHONE, SlotKind.CODE)  # any may be misheard: sure only where two agree
_NO = ("no", "nope")
_UNKNOWN = "[unk]"  # the closed recogniser's word for what is none of its words
_LONGEST = 60  # words at the end of a turn that are looked at
_FEWEST = 3  # digits
_BESIDE = 3  # words that the open recogniser may have heard more: the closed one hears its words in everything


def read(slot: Slot, said: Utterance, now: datetime, closed: str = "") -> Reading | None:
    """What `said` gives for the slot at the time `now` of the business; None where nothing, several things, or nothing
    that the slot takes. `closed`: the same turn as heard by a recogniser of `grammar(slot)`; where both heard a value
    and not the same one, neither is sure."""
    instead = _instead(slot, said)
    if instead is not None:
        return instead
    reader = _READERS[slot.kind]
    if len(said.words) > _LONGEST and slot.kind is not SlotKind.FREE:
        said = Utterance(" ".join(said.words[-_LONGEST:]))
    heard = reader(slot, said, now)
    if not _comparable(slot, said, closed):
        return heard if slot.kind not in _HEARD_TWICE else _doubted(heard)
    second = reader(slot, Utterance(closed), now)
    if heard is None or second is None:
        return _doubted(heard or (second if second is not None and _counts(slot, second, said, closed) else None))
    if heard.value == second.value:
        both, either = heard.sure and second.sure, heard.sure or second.sure
        sure = both if slot.kind in _HEARD_TWICE else heard.sure if slot.kind is SlotKind.CHOICE else either
        return msgspec.structs.replace(heard, sure=sure)
    clearer = heard.whole > second.whole or (heard.sure and slot.kind not in _HEARD_TWICE)
    return _doubted(heard if clearer else second)


def refuses(slot: Slot, said: Utterance, now: datetime, closed: str = "") -> bool:
    """Whether a value was understood that the slot does not take: too much, too late, or already past. `read` gives
    None for such a one."""
    open_slot = slot.model_copy(update=_TAKES_ALL)
    return read(slot, said, now, closed) is None and read(open_slot, said, now, closed) is not None


def grammar(slot: Slot) -> tuple[str, ...]:
    """The words or phrases that a closed recogniser listens for; none where open speech is heard alone."""
    return choice_grammar(slot) if slot.kind is SlotKind.CHOICE else _GRAMMARS.get(slot.kind, ())


def doubted_grammar(slot: Slot) -> tuple[str, ...]:
    """The same while a value is read back: the caller may say another one instead of no."""
    return (*choice_grammar(slot), *YES_NO) if slot.kind is SlotKind.CHOICE else ()


def another(slot: Slot, closed: str, now: datetime) -> Reading | None:
    """The choice that a recogniser of `doubted_grammar` heard instead of a yes or a no, behind which it may stand."""
    said = Utterance(closed).without(*_NO)
    if slot.kind is not SlotKind.CHOICE or _UNKNOWN in closed or not only_choices(slot, said.text):
        return None
    return read_choice(slot, said, now)


def grammars(slots: Iterable[Slot]) -> tuple[tuple[str, ...], ...]:
    """All of them, each once."""
    return tuple(dict.fromkeys(one for slot in slots for one in (grammar(slot), doubted_grammar(slot)) if one))


def awaits(slot: Slot) -> Awaited:
    """How the endpointer waits for the answer."""
    return _AWAITED.get(slot.kind, Awaited.OPEN)


def _instead(slot: Slot, said: Utterance) -> Reading | None:
    """What is said in place of a value: "unknown"."""
    whole = said.text.removesuffix(" please")
    if any(Utterance(phrase).text == whole for phrase in slot.instead):
        return Reading(slot.instead[0], slot.instead[0], sure=True)
    return None


def _doubted(reading: Reading | None) -> Reading | None:
    return msgspec.structs.replace(reading, sure=False) if reading is not None else None


def _comparable(slot: Slot, said: Utterance, closed: str) -> bool:
    """Whether the closed recogniser heard the turn as words of its own, as many as the open one. Before a number it may
    have missed some."""
    words = closed.split()
    beside = _BESIDE
    while words and words[0] == _UNKNOWN and slot.kind in _HEARD_TWICE:
        words.pop(0)
        beside = 2 * _BESIDE
    return 0 < len(words) <= _LONGEST and _UNKNOWN not in words and len(said.words) <= len(words) + beside


def _counts(slot: Slot, second: Reading, said: Utterance, closed: str) -> bool:
    """Whether what the closed recogniser alone heard is more than words it hears in everything."""
    if slot.kind in _HEARD_TWICE:
        return len(second.value) >= _FEWEST
    if slot.kind is SlotKind.CHOICE and not only_choices(slot, closed):
        return False
    return len(said.words) <= len(closed.split()) + 1
