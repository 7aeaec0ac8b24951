"""What was said in a call, for whoever takes the caller over. It is kept only where the dialplan wants it somewhere.

Beside each turn stand the names of the values that are in it, so that a place which must not get a value does not get
the turns either in which it was asked, said, read back or repeated: also those that only may hold one of its kind, such
as any number of some digits, since callers say things before they are asked, or say more than is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import datetime

import msgspec

from agent.dialplan.results import CALLER, MESSAGE
from agent.reply.digits import digits_of, spell
from agent.reply.flow import Held
from agent.reply.reply import Handed, Notes, Reply
from agent.reply.state import State
from agent.reply.talk import Talk
from agent.reply.utterance import Utterance
from agent.reply.yes_no import plain
from agent.slots.trace import traced
from agent.tools.record import ANY, Spoken, Who

MOST = 80  # turns; beyond, the oldest are forgotten
LONGEST = 300  # characters of a turn: with MOST of them a checkpoint stays within its limit
MOST_KNOWN = 60  # values
MOST_ABOUT = 200  # characters of the names beside a turn; more stand for any
_LONGEST_KNOWN = 100  # characters of a value; of a longer one its begin is looked for
_FEWEST = 4  # digits that tell a number from others
_KEY = re.compile(r"\[.\]")  # one, as it is told
_WORD = re.compile(r"[^\W_]+")


class Transcript:
    """One talk's."""

    def __init__(self, talk: Talk, now: Callable[[], datetime]) -> None:
        self._talk = talk
        self._now = now
        places = [sink for sink in talk.plan.results if sink.transcripts]
        self._kept = bool(places)
        redacted = {name for place in places for name in place.redact}
        self._redacted = [slot for slot in talk.plan.slots if slot.name in redacted]

    def caller(self, said: str, before: State) -> None:
        """The caller has said something, or pressed keys, and the talk has gone on from `before`."""
        if not self._kept or not said:
            return
        self.learn()
        about = _asked(before, self._talk, said) | _changed(before, self._talk.state)
        about |= self._volunteered(said) | self._mentioned(said)
        self._add(Spoken(Who.CALLER, said[:LONGEST], _bounded(about)))

    def bot(self, said: str, cut: Reply | None = None) -> None:
        """The caller has heard something; of `cut`, where it was interrupted: a part of a value tells of it too."""
        if not self._kept or not said:
            return
        self.learn()
        whole = said if cut is None else f"{said} {cut.text}"
        self._add(Spoken(Who.BOT, said[:LONGEST], _bounded(self._mentioned(whole) | self._of_message(whole))))

    def handed(self, to: str, notes: Notes) -> Handed | None:
        """What goes with the caller to the transfer `to`; None where nobody is told."""
        return Handed(to, notes, self._talk.state.spoken) if self._kept else None

    def learn(self, *told: Held) -> None:
        """Know the values that flows have now, and those that are `told` of one that was left: they are repeated after
        their flow. To be called before the state forgets them."""
        if not self._kept:
            return
        state = self._talk.state
        values = map(_cut, (*_held(state), *_finished(state), *told))
        known = tuple(dict.fromkeys((*state.known, *values)))[-MOST_KNOWN:]
        if known != state.known:
            new = [one for one in known if one not in state.known]
            self._talk.move(known=known, spoken=tuple(_about(one, new) for one in state.spoken))

    def _add(self, spoken: Spoken) -> None:
        self._talk.move(spoken=(*self._talk.state.spoken, spoken)[-MOST:])

    def _mentioned(self, said: str) -> set[str]:
        state = self._talk.state
        caller = (Held(CALLER, state.caller, spell(state.caller)),) if state.caller else ()
        return _mentions(said, (*state.known, *caller))

    def _of_message(self, said: str) -> set[str]:
        """What the bot says while it takes a message, and the redacted values that a number may be which it reads
        back."""
        if self._talk.state.taking is None:
            return set()
        numbered = len(digits_of(Utterance(said))) >= _FEWEST
        return {MESSAGE, *(self._volunteered(said) if numbered else ())}

    def _volunteered(self, said: str) -> set[str]:
        """The redacted values that the words may hold, whatever was asked, and before any flow."""
        now = self._now()
        return {slot.name for slot in self._redacted if traced(slot, said, now)}


def _about(spoken: Spoken, known: Collection[Held]) -> Spoken:
    """A turn of which it is known only now that such values are in it."""
    about = {*spoken.about, *_mentions(spoken.said, known)}
    return msgspec.structs.replace(spoken, about=_bounded(about))


def _bounded(about: set[str]) -> tuple[str, ...]:
    """The names beside a turn; those of values only while they are few."""
    if ANY in about or sum(map(len, about)) > MOST_ABOUT:
        about = {ANY, *about & {CALLER, MESSAGE}}
    return tuple(sorted(about))


def _cut(held: Held) -> Held:
    """The value, or its first words."""
    value, spoken = (
        text if len(text) <= _LONGEST_KNOWN else text[:_LONGEST_KNOWN].rpartition(" ")[0] or text[:_LONGEST_KNOWN]
        for text in (held.value, held.spoken)
    )
    return Held(held.name, value, spoken)


def _mentions(said: str, known: Collection[Held]) -> set[str]:
    words, digits = _words(said), digits_of(Utterance(said))
    return {one.name for one in known if _is_in(one, words, digits)}


def _is_in(held: Held, words: str, digits: str) -> bool:
    """Whether the words of a turn have the value in them, or the digits that they are its number or a part of it, as
    without the country's code."""
    number = "".join(filter(str.isdigit, held.value))
    if min(len(number), len(digits)) >= _FEWEST and (number in digits or digits in number):
        return True
    told = {_words(held.value), _words(held.spoken)} - {""}
    return any(f" {one} " in f" {words} " for one in told)


def _words(text: str) -> str:
    """As recognisers write them: without punctuation."""
    return " ".join(_WORD.findall(text.casefold()))


def _held(state: State) -> tuple[Held, ...]:
    """The values that a flow has, also what is being read back, or will be."""
    running = state.running
    if running is None:
        return ()
    return (*running.held, *running.meant, *(() if running.doubt is None else (running.doubt,)))


def _finished(state: State) -> tuple[Held, ...]:
    """The values of a flow that is over."""
    if state.finished is None:
        return ()
    spoken = dict(state.finished.spoken)  # empty in a checkpoint of an earlier version
    return tuple(Held(name, value, spoken.get(name, value)) for name, value in state.finished.values)


def _asked(before: State, talk: Talk, said: str) -> set[str]:
    """What the caller was asked for. Where that is no slot, as at a confirm, all but a yes or a no may be a correction
    of any value of the flow."""
    if before.taking is not None:
        return {MESSAGE}
    running = before.running
    flow = next((flow for flow in talk.plan.flows if running is not None and flow.name == running.flow), None)
    if running is None or flow is None or running.at >= len(flow.steps):
        return set()
    asked = flow.steps[running.at].ask
    if asked is not None:
        return {asked}
    if plain(Utterance(said)) or _KEY.fullmatch(said):
        return set()
    return {step.ask for step in flow.steps if step.ask is not None}


def _changed(before: State, after: State) -> set[str]:
    """What the caller gave, asked or not."""
    old = {(one.name, one.value) for one in (*_held(before), *_finished(before))}
    return {one.name for one in (*_held(after), *_finished(after)) if (one.name, one.value) not in old}
