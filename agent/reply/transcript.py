"""What was said in a call, for whoever takes the caller over. It is kept only where the dialplan wants it somewhere.

Beside each turn stand the names of the values that are in it, so that a place which must not get a value does not get
the turns either in which it was asked, said, read back or repeated.
"""

from __future__ import annotations

import re

from agent.dialplan.results import MESSAGE
from agent.reply.flow import Held
from agent.reply.reply import Handed, Notes
from agent.reply.state import State
from agent.reply.talk import Talk
from agent.tools.record import Spoken, Who

MOST = 80  # turns; beyond, the oldest are forgotten
LONGEST = 300  # characters of a turn: with MOST of them a checkpoint stays within its limit
MOST_KNOWN = 60  # values


class Transcript:
    """One talk's."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._kept = any(sink.transcripts for sink in talk.plan.results)

    def caller(self, said: str, before: State) -> None:
        """The caller has said something, or pressed keys, and the talk has gone on from `before`."""
        if not self._kept or not said:
            return
        self._learn()
        about = _asked(before, self._talk) | _changed(before, self._talk.state) | self._mentioned(said)
        self._add(Spoken(Who.CALLER, said[:LONGEST], tuple(sorted(about))))

    def bot(self, said: str) -> None:
        """The caller has heard something."""
        if not self._kept or not said:
            return
        self._learn()
        taking = {MESSAGE} if self._talk.state.taking is not None else set()
        self._add(Spoken(Who.BOT, said[:LONGEST], tuple(sorted(self._mentioned(said) | taking))))

    def handed(self, to: str, notes: Notes) -> Handed | None:
        """What goes with the caller to the transfer `to`; None where nobody is told."""
        return Handed(to, notes, self._talk.state.spoken) if self._kept else None

    def _add(self, spoken: Spoken) -> None:
        self._talk.move(spoken=(*self._talk.state.spoken, spoken)[-MOST:])

    def _learn(self) -> None:
        """Values are repeated after the flow that asked for them."""
        state = self._talk.state
        finished = state.finished.values if state.finished is not None else ()
        new = [*_held(state), *(Held(name, value, value) for name, value in finished)]
        known = list(dict.fromkeys((*state.known, *new)))[-MOST_KNOWN:]
        if tuple(known) != state.known:
            self._talk.move(known=tuple(known))

    def _mentioned(self, said: str) -> set[str]:
        return {one.name for one in self._talk.state.known if _says(said, one.spoken) or _says(said, one.value)}


def _says(said: str, value: str) -> bool:
    return bool(value) and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", said, re.IGNORECASE) is not None


def _held(state: State) -> tuple[Held, ...]:
    """The values that a flow has, also what is being read back."""
    running = state.running
    if running is None:
        return ()
    return running.held if running.doubt is None else (*running.held, running.doubt)


def _asked(before: State, talk: Talk) -> set[str]:
    """What the caller was asked for."""
    if before.taking is not None:
        return {MESSAGE}
    running = before.running
    flow = next((flow for flow in talk.plan.flows if running is not None and flow.name == running.flow), None)
    if running is None or flow is None or running.at >= len(flow.steps):
        return set()
    return {name for name in (flow.steps[running.at].ask,) if name is not None}


def _changed(before: State, after: State) -> set[str]:
    """What the caller gave, asked or not."""
    finished = after.finished.values if after.finished is not None and before.finished is None else ()
    old = {(one.name, one.value) for one in _held(before)}
    return {
        name
        for name, value in (*((one.name, one.value) for one in _held(after)), *finished)
        if (name, value) not in old
    }
