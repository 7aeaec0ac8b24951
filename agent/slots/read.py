"""A caller's words to the value of a slot, what a closed recogniser listens for meanwhile, and how it is waited for."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from datetime import datetime

import msgspec

from agent.dialplan.slots import Slot, SlotKind
from agent.engines.contract import UNKNOWN
from agent.reply.reply import Awaited
from agent.reply.utterance import Utterance
from agent.slots import amount, code, date, number, time
from agent.slots.address import read_address
from agent.slots.choice import choice_grammar, only_choices, read_choice
from agent.slots.email import read_email
from agent.slots.from_now import read_from_now
from agent.slots.instead import read_instead
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
_NUMBERS = (SlotKind.DIGITS, SlotKind.PHONE)
_HEARD_TWICE = (*_NUMBERS, SlotKind.CODE)  # any may be misheard: sure only where two agree
_NO = ("no", "nope")
_LONGEST = 60  # words at the end of a turn that are looked at
_FEWEST = 3  # digits
_BESIDE = 3  # words that the open recogniser may have heard more: the closed one hears its words in everything


def read(slot: Slot, said: Utterance, now: datetime, closed: str = "", refused: Container[str] = ()) -> Reading | None:
    """What `said` gives for the slot at the time `now` of the business; None where nothing, several things, or nothing
    that the slot takes. `closed`: the same turn as heard by a recogniser of `grammar(slot)`; where both heard a value
    and not the same one, neither is sure. `refused`: values that the caller has said no to; one is never sure, and
    comes only where nothing else was heard."""
    instead = read_instead(slot, said) or read_from_now(
        slot, said, now
    )  # of which a closed recogniser hears the number
    if instead is not None:
        return instead
    readings = tuple(one for one in _readings(slot, said, now, closed) if one is not None)
    if slot.kind in _NUMBERS and not any(
        number.usual(slot, one.value) and one.value not in refused for one in readings
    ):
        readings = (*number.supposed(slot, said, _within(closed), now), *readings)
    reading = _unrefused(refused, *readings)
    if slot.kind is SlotKind.CODE and reading is not None and reading.value in refused:
        other = code.lettered(said)
        return reading if other is None or other.value in refused else other
    return reading


def read_on(
    begun: str, slot: Slot, said: Utterance, now: datetime, *, closed: str = "", refused: Container[str] = ()
) -> Reading | None:
    """The same for words behind the digits `begun`: the rest of the number, or the whole of it once more; None for the
    same digits, which were all for the caller."""
    digits = " ".join(begun)
    both = f"{digits} {closed}".strip() if closed else ""
    joined = read(slot, Utterance(f"{digits} {said.text}"), now, both, refused=refused)
    alone = read(slot, said, now, closed, refused=refused)
    if alone is not None and joined is not None and alone.value == begun and len(joined.value) > number.LONGEST:
        return None
    if alone is None or not alone.whole or not number.usual(slot, alone.value):
        return joined
    if alone.value.startswith(begun) or joined is None or not number.usual(slot, joined.value):
        return _doubted(alone)
    return joined


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
    return (*grammar(slot), *YES_NO) if slot.kind is SlotKind.CHOICE or slot.kind in _HEARD_TWICE else ()


def another(slot: Slot, closed: str, now: datetime) -> Reading | None:
    """The choice that a recogniser of `doubted_grammar` heard instead of a yes or a no, behind which it may stand."""
    said = Utterance(closed).without(*_NO)
    if slot.kind is not SlotKind.CHOICE or UNKNOWN in closed or not only_choices(slot, said.text):
        return None
    return read_choice(slot, said, now)


def grammars(slots: Iterable[Slot]) -> tuple[tuple[str, ...], ...]:
    """All of them, each once."""
    return tuple(dict.fromkeys(one for slot in slots for one in (grammar(slot), doubted_grammar(slot)) if one))


def awaits(slot: Slot) -> Awaited:
    """How the endpointer waits for the answer."""
    return _AWAITED.get(slot.kind, Awaited.OPEN)


def _readings(slot: Slot, said: Utterance, now: datetime, closed: str) -> tuple[Reading | None, ...]:
    """What the two recognisers heard, the likelier first."""
    reader = _READERS[slot.kind]
    if len(said.words) > _LONGEST and slot.kind is not SlotKind.FREE:
        said = Utterance(" ".join(said.words[-_LONGEST:]))
    heard = reader(slot, said, now)
    words = _within(closed)
    if slot.kind in _NUMBERS:
        words = number.spliced(said.text, words)
    if not _comparable(slot, said, words, cut=words != closed):
        return (heard if slot.kind not in _HEARD_TWICE else _doubted(heard),)
    second = reader(slot, Utterance(words), now)
    if heard is not None and second is not None and heard.value == second.value:
        alike = words == closed and len(said.words) == len(words.split()) and not set(said.words) & number.LIKE_OH
        return (_agreed(slot, heard, second, alike, cut=words != closed),)
    if heard is not None and second is None and words != closed and slot.kind not in _HEARD_TWICE:
        return (heard,)  # the closed one has not heard all of it
    if heard is None and second is not None and not _counts(slot, second, said, words):
        second = None
    first, other = (heard, second) if _is_clearer(slot, said, heard, second, cut=words != closed) else (second, heard)
    return _doubted(first), _doubted(other)


def _doubted(reading: Reading | None) -> Reading | None:
    return msgspec.structs.replace(reading, sure=False) if reading is not None else None


def _unrefused(refused: Container[str], *readings: Reading) -> Reading | None:
    """The first that was not refused, if it is as whole; else the first, not sure."""
    others = (one for one in readings if one.value not in refused and one.whole >= readings[0].whole)
    return next(others, _doubted(readings[0]) if readings else None)


def _agreed(slot: Slot, heard: Reading, second: Reading, alike: bool, *, cut: bool) -> Reading:
    """A value that both recognisers heard; `alike`: word by word, with none that may be an "oh"; `cut`: the closed one
    has not heard what is said around it, which may tell that something else is meant."""
    if slot.kind is SlotKind.CHOICE:
        return heard
    both, either = heard.sure and second.sure, heard.sure or (second.sure and not cut)
    if slot.kind in _NUMBERS:
        return msgspec.structs.replace(heard, sure=both or (second.sure and alike))
    return msgspec.structs.replace(heard, sure=both if slot.kind is SlotKind.CODE else either)


def _is_clearer(slot: Slot, said: Utterance, heard: Reading | None, second: Reading | None, *, cut: bool) -> bool:
    """Whether the open recogniser is rather to be believed, where not both heard the same; the closed one has not heard
    all of the turn where it is `cut`."""
    if heard is None or second is None:
        return heard is not None
    if heard.whole != second.whole:
        return heard.whole
    if slot.kind in _NUMBERS and number.usual(slot, heard.value) and not set(said.words) & number.LIKE_OH:
        return not number.usual(slot, second.value)
    return heard.sure and (cut or not second.sure) and slot.kind not in _HEARD_TWICE


def _within(closed: str) -> str:
    """Without the unknown at its edges: what people say around a value."""
    words = closed.split()
    while words and words[0] == UNKNOWN:
        words.pop(0)
    while words and words[-1] == UNKNOWN:
        words.pop()
    return " ".join(words)


def _comparable(slot: Slot, said: Utterance, closed: str, cut: bool) -> bool:
    """Whether the closed recogniser heard the turn as words of its own, as many as the open one; some fewer where it is
    `cut` at its edges."""
    words = closed.split()
    beside = 2 * _BESIDE if cut else _BESIDE
    return 0 < len(words) <= _LONGEST and UNKNOWN not in words and len(said.words) <= len(words) + beside


def _counts(slot: Slot, second: Reading, said: Utterance, closed: str) -> bool:
    """Whether what the closed recogniser alone heard is more than words it hears in everything."""
    if slot.kind in _HEARD_TWICE:
        return len(second.value) >= _FEWEST
    if slot.kind is SlotKind.CHOICE and not only_choices(slot, closed):
        return False
    return len(said.words) <= len(closed.split()) + 1
