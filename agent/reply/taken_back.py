"""What a caller takes back of what they said before, where the next thing is asked: another value for it, or that it is
wrong. Anything else that is said beside a value, as in "monday is my day off", leaves what is held alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from agent.dialplan.slots import Slot, SlotKind
from agent.listen.wording import listed
from agent.reply.utterance import Utterance
from agent.slots.read import grammar

_TAKES_BACK = re.compile(
    r"\b(?:no|nope|not|sorry|actually|wait|make|change|meant?|said|rather|instead|better|let's|"
    r"(?:can|could) (?:we|you|i) do)\b"
)
_OUTRIGHT = re.compile(r"\b(?:actually|make|change|meant?|rather|instead)\b")  # no number that is asked for begins so
_FRAME = listed("my birthday born was")  # around a day that is asked for; here they tell of something
_AROUND = listed("am pm a an the on at in for it's i'd like please then")  # a value that is said alone
_BESIDE = listed(
    "oh well but yes yeah okay ok no nope not sorry actually wait i i'm we you it that that's mean meant make change "
    "to let's can could do want need would rather prefer say said have better instead is was should be"
)  # one that takes the place of another
_DETERMINER = "(?:the|my|your|our|that)"
_COMPLAINT = (
    r"(?:(?:oh|well|but|no|sorry|actually|wait|i think|i'm afraid) )*(?:"
    r"(?:{the} )?{name}(?:'s| is| was) (?:wrong|incorrect|not (?:right|correct))|"
    r"(?:{the} )?{name} (?:isn't|wasn't) (?:right|correct)|"
    r"(?:(?:that's|that is|that was|it's|i (?:said|gave you)) )?the wrong {name}|"
    r"you(?:'ve)? (?:got|have) {the} {name} wrong|"
    r"(?:{wish} )?change {the} {name}|"
    r"(?:{wish} )?(?:(?:have|get|take|say|choose|pick) )?(?:another|a different) {name}"
    r")(?: (?:please|instead|then))*"
)
_WISH = (
    r"(?:i'd (?:rather|like|prefer)|i would (?:rather|like|prefer)|i (?:want|need|prefer|have)|"
    r"(?:can|could|may) (?:i|we|you)|let's|let me|please)(?: to)?"
)


def complained(slots: Iterable[Slot], said: Utterance) -> str:
    """The one of the slots of which the words say that it is wrong, or that it is to be another, and nothing else; ""
    for none, or several."""
    names = [slot.name for slot in slots if _complains(slot, said)]
    return names[0] if len(names) == 1 else ""


def _complains(slot: Slot, said: Utterance) -> bool:
    name = re.sub(rf"^{_DETERMINER} ", "", Utterance(slot.subject).text)
    if not name:
        return False
    pattern = _COMPLAINT.format(the=_DETERMINER, name=re.escape(name), wish=_WISH)
    return re.fullmatch(pattern, said.text) is not None


def is_bare(slot: Slot, said: Utterance) -> bool:
    """Whether the words can be a value of the slot, and hold nothing else."""
    return set(said.words) <= _own_words(slot) | _AROUND


def takes_back(slots: Iterable[Slot], said: Utterance, *, outright: bool) -> bool:
    """Whether the words say that other values of the slots are meant, and hold nothing else: "sorry I meant Wednesday".
    `outright`: a "no" or a "sorry" is not enough."""
    every = tuple(slots)
    around = _BESIDE.union(*(Utterance(slot.subject).words for slot in every))
    marked = (_OUTRIGHT if outright else _TAKES_BACK).search(said.text) is not None
    return marked and set(said.words) <= _values(every) | around


def changes_besides(slots: Iterable[Slot], asked: Slot, said: Utterance, *, outright: bool) -> bool:
    """Whether the words hold nothing but values of the slots, one of which is asked for. `outright`: they must say
    that others are meant."""
    every = tuple(slots)
    bare = set(said.words) <= _values(every).union(Utterance(asked.subject).words)
    return (bare and not outright) or takes_back(every, said, outright=outright)


def _values(slots: Iterable[Slot]) -> frozenset[str]:
    return _AROUND.union(*map(_own_words, slots))


def _own_words(slot: Slot) -> frozenset[str]:
    """Of the slot's values, and of what is said in place of one; none where they may hold any."""
    words = frozenset(word for phrase in (*grammar(slot), *slot.said_instead) for word in phrase.split()) - _FRAME
    return words | frozenset(Utterance(slot.unit).words) if slot.kind is SlotKind.AMOUNT else words
