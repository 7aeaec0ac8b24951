"""Taking a message, as a table: the message, the number, the number read back, done.

::

    ASK ──► OWN_NUMBER ──yes──► SAVED_OWN
     │          │no
     └──────► NUMBER ──► (REST ──►) READ_BACK ──yes──► SAVED
                 ▲───────────no, once──────┘ └─no again─► SAVED_OWN or SAVED_WITHOUT

Every step is asked at most three times, a number is corrected at most once: it always ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from agent.reply.digits import MOST, behind

WHOLE = 7  # digits from which a spoken number is taken to be complete
RETRIES = 2
LONGEST_TEXT = 4_000  # characters of the message that are kept


class Step(StrEnum):
    """Where the taking is."""

    ASK = "ask"
    OWN_NUMBER = "own_number"
    NUMBER = "number"
    REST = "rest"
    READ_BACK = "read_back"
    SAVED = "saved"
    SAVED_OWN = "saved_own"
    SAVED_WITHOUT = "saved_without"
    CANCELLED = "cancelled"


class Heard(StrEnum):
    """What the caller's turn is, in this conversation within the conversation."""

    WORDS = "words"
    WHOLE = "a whole number"
    PART = "part of a number"
    OWN = "the number that they call from"
    YES = "yes"
    NO = "no"
    NOTHING = "nothing"
    AGAIN = "again"  # the question once more
    WAIT = "wait"
    CANCEL = "cancel"


class Say(StrEnum):
    """What is said next: the name of a text of the dialplan's `message` section."""

    ASK = "ask"
    LISTENING = "listening"
    WAIT = "wait"  # the dialplan's "take your time"
    OWN_NUMBER = "own_number"
    NUMBER = "number"
    NUMBER_AGAIN = "number_again"
    REST = "rest"
    READ_BACK = "read_back"
    YES_OR_NO = "yes_or_no"
    SAVED = "saved"
    SAVED_OWN = "saved_own"
    SAVED_WITHOUT = "saved_without"
    CANCELLED = "cancelled"


class Taking(msgspec.Struct, frozen=True):
    """A message being taken. `own`: the number that the caller calls from, "" when withheld."""

    own: str = ""
    step: Step = Step.ASK
    say: Say = Say.ASK
    text: str = ""
    number: str = ""
    tries: int = 0
    rounds: int = 0
    confirmed: bool = False  # the caller said that the number is right
    notes: tuple[tuple[str, str], ...] = ()  # what was taken down before, by name
    declined: bool = False  # the number that they call from is not to be called

    @property
    def done(self) -> bool:
        return self.step in DONE

    @property
    def saved(self) -> bool:
        return self.done and self.step is not Step.CANCELLED


DONE = frozenset({Step.SAVED, Step.SAVED_OWN, Step.SAVED_WITHOUT, Step.CANCELLED})
Move = tuple[Step, Say]

_ASK, _OWN, _NUMBER, _REST, _BACK = Step.ASK, Step.OWN_NUMBER, Step.NUMBER, Step.REST, Step.READ_BACK
_CANCELLED: Move = (Step.CANCELLED, Say.CANCELLED)
_READ: Move = (_BACK, Say.READ_BACK)
_AGAIN: Move = (_NUMBER, Say.NUMBER_AGAIN)
_ASK_OWN: Move = (_OWN, Say.OWN_NUMBER)
_ASK_REST: Move = (_REST, Say.REST)
_WITHOUT: Move = (Step.SAVED_WITHOUT, Say.SAVED_WITHOUT)
_BY_OWN: Move = (Step.SAVED_OWN, Say.SAVED_OWN)

TABLE: Mapping[tuple[Step, Heard], Move] = {
    (_ASK, Heard.WORDS): _ASK_OWN,
    (_ASK, Heard.WHOLE): _READ,  # "this is Joe, call me on 555 0100"
    (_ASK, Heard.PART): _ASK_OWN,
    (_ASK, Heard.OWN): _BY_OWN,
    (_ASK, Heard.YES): (_ASK, Say.LISTENING),
    (_ASK, Heard.NO): _CANCELLED,
    (_ASK, Heard.NOTHING): (_ASK, Say.ASK),
    (_ASK, Heard.AGAIN): (_ASK, Say.ASK),
    (_ASK, Heard.WAIT): (_ASK, Say.WAIT),
    (_ASK, Heard.CANCEL): _CANCELLED,
    (_OWN, Heard.WORDS): _ASK_OWN,  # more of the message
    (_OWN, Heard.WHOLE): _READ,
    (_OWN, Heard.PART): _ASK_REST,
    (_OWN, Heard.OWN): _BY_OWN,
    (_OWN, Heard.YES): _BY_OWN,
    (_OWN, Heard.NO): (_NUMBER, Say.NUMBER),
    (_OWN, Heard.NOTHING): _ASK_OWN,
    (_OWN, Heard.AGAIN): _ASK_OWN,
    (_OWN, Heard.WAIT): (_OWN, Say.WAIT),
    (_OWN, Heard.CANCEL): _CANCELLED,
    (_NUMBER, Heard.WORDS): _AGAIN,
    (_NUMBER, Heard.WHOLE): _READ,
    (_NUMBER, Heard.PART): _ASK_REST,
    (_NUMBER, Heard.OWN): _BY_OWN,
    (_NUMBER, Heard.YES): _AGAIN,
    (_NUMBER, Heard.NO): _WITHOUT,  # they would rather not say
    (_NUMBER, Heard.NOTHING): _AGAIN,
    (_NUMBER, Heard.AGAIN): _AGAIN,
    (_NUMBER, Heard.WAIT): (_NUMBER, Say.WAIT),
    (_NUMBER, Heard.CANCEL): _CANCELLED,
    (_REST, Heard.WORDS): _READ,
    (_REST, Heard.WHOLE): _READ,
    (_REST, Heard.PART): _ASK_REST,
    (_REST, Heard.OWN): _BY_OWN,
    (_REST, Heard.YES): _READ,  # "that's it"
    (_REST, Heard.NO): _READ,  # "no, that's all"
    (_REST, Heard.NOTHING): _READ,
    (_REST, Heard.AGAIN): _ASK_REST,
    (_REST, Heard.WAIT): (_REST, Say.WAIT),
    (_REST, Heard.CANCEL): _CANCELLED,
    (_BACK, Heard.WORDS): (_BACK, Say.YES_OR_NO),
    (_BACK, Heard.WHOLE): _READ,  # "no, it's 555 0199"
    (_BACK, Heard.PART): _AGAIN,
    (_BACK, Heard.OWN): _BY_OWN,
    (_BACK, Heard.YES): (Step.SAVED, Say.SAVED),
    (_BACK, Heard.NO): _AGAIN,
    (_BACK, Heard.NOTHING): _READ,
    (_BACK, Heard.AGAIN): _READ,
    (_BACK, Heard.WAIT): (_BACK, Say.WAIT),
    (_BACK, Heard.CANCEL): _CANCELLED,
}
GIVE_UP: Mapping[Step, Move] = {  # asked often enough
    _ASK: _CANCELLED,
    _OWN: _BY_OWN,
    _NUMBER: _BY_OWN,
    _REST: _READ,
    _BACK: _BY_OWN,
}
_INSTEAD: Mapping[Step, Move] = {_OWN: (_NUMBER, Say.NUMBER), Step.SAVED_OWN: _WITHOUT}  # without a caller's number


def advance(taking: Taking, heard: Heard, words: str = "", digits: str = "") -> Taking:
    """The taking after the caller's turn. `words`: what was said; `digits`: those within it."""
    if taking.done:
        return taking
    if heard is Heard.OWN and not taking.own:
        heard = Heard.WORDS  # it is withheld
    step, say = TABLE[taking.step, heard]
    rounds = taking.rounds + (taking.step is Step.READ_BACK and step is Step.NUMBER)
    again = step is taking.step
    if (again and taking.tries >= RETRIES) or rounds > 1:
        step, say = GIVE_UP[taking.step]
    declined = heard is not Heard.OWN and (taking.declined or (taking.step is _OWN and heard is Heard.NO))
    if not taking.own and step in _INSTEAD and step is not taking.step:
        step, say = _INSTEAD[step]
    return Taking(
        declined=declined,
        own=taking.own,
        notes=taking.notes,
        step=step,
        say=say,
        text=_text(taking, heard, words),
        number=_number(taking, heard, digits),
        tries=taking.tries + 1 if step is taking.step else 0,
        rounds=rounds,
        confirmed=step in (Step.SAVED, Step.SAVED_OWN) and heard in (Heard.YES, Heard.OWN),
    )


def doubted(taking: Taking, heard: Heard) -> Heard:
    """What a turn whose words are not sure counts as: nothing is saved and nothing given up for it, it is asked again
    (until it was asked often enough)."""
    if taking.done or TABLE[taking.step, heard][0] not in DONE:
        return heard
    return Heard.WORDS if taking.step is Step.READ_BACK else Heard.NOTHING


def finish(taking: Taking) -> Taking:
    """The taking as it stands when the caller is gone or silent: saved if there is a message."""
    if taking.done:
        return taking
    if not taking.text:
        step, say = _CANCELLED
    else:
        another = taking.declined and taking.number != ""
        step, say = _BY_OWN if taking.own and not another else _WITHOUT
    return msgspec.structs.replace(taking, step=step, say=say)


def _text(taking: Taking, heard: Heard, words: str) -> str:
    """What is said before the number is asked for is the message, and so is what is said instead of an answer."""
    told = taking.step is Step.ASK and heard in (Heard.WORDS, Heard.WHOLE, Heard.PART, Heard.OWN)
    more = taking.step in (Step.OWN_NUMBER, Step.NUMBER) and heard is Heard.WORDS
    return f"{taking.text} {words}".strip()[:LONGEST_TEXT] if told or more else taking.text


def _number(taking: Taking, heard: Heard, digits: str) -> str:
    if heard not in (Heard.WHOLE, Heard.PART) or (taking.step is Step.ASK and heard is Heard.PART):
        return taking.number
    return (behind(taking.number, digits) if taking.step is Step.REST else digits)[:MOST]
