"""The turn table drawn from its code: what each state does on each event, as Markdown. `python -m agent.turn.drawing`

Every cell is tried out: the row's handler is run on turns that differ in what a handler looks at (voice, words, a
flush on its way, a wake that has come), and the states and effects that come out are listed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from agent.listen.far_end import Far
from agent.listen.interjection import Interjection
from agent.reply.reply import Awaited, Expectation
from agent.turn.moves import (
    EVENTS,
    About,
    Answer,
    Ask,
    Event,
    Greet,
    Noticed,
    Nudge,
    Prepared,
    VoiceEnded,
    Weighed,
    Words,
)
from agent.turn.rules import Rules
from agent.turn.state import State, Turn
from agent.turn.table import ROWS, Table
from telephony.audio import samples

HEAD = """# Whose turn it is: the table

Made by `python -m agent.turn.drawing` from `agent/turn/`; a test holds it to the code. A cell lists where a state may
go on an event and what it may ask for; a state that is not in a row ignores the event. Times are in
`agent/turn/state.py` (`Timing`), who waits for what in `agent/turn/rules.py`.
"""
_SAID = "are you open"
_TOLD = Expectation(Awaited.MESSAGE)
_REPLYING = (State.THINKING, State.WAITING, State.SPEAKING, State.OVERLAP, State.CLOSING)


def outcomes(state: State, kind: type[Event]) -> list[str]:
    """What may come of `kind` in `state`: "state: effects", each once, in order of appearance."""
    table, found = Table(Rules(backchannels=True)), dict[str, None]()
    for turn in _turns(state):
        for at in (samples(1.0), samples(200.0)):
            for event in _events(kind, at, turn):
                after, effects = table.step(turn, event)
                names = ", ".join(type(effect).__name__ for effect in effects)
                if after.state is not state or names:
                    found[f"{after.state.value}: {names}" if names else after.state.value] = None
    return list(found)


def markdown() -> str:
    """The whole document."""
    parts = [HEAD]
    for state in State:
        rows = [(kind.__name__, outcomes(state, kind)) for kind in EVENTS if kind in ROWS[state]]
        cells = [f"| {name} | {'; '.join(found) or 'remembered'} |" for name, found in rows]
        parts.append(f"## {state.value}\n")
        parts.append(
            "\n".join(["| event | becomes: asks for |", "|---|---|", *cells]) + "\n" if cells else "The end.\n"
        )
    return "\n".join(parts)


def _turns(state: State) -> Iterator[Turn]:
    flags = itertools.product((False, True), (False, True), (False, True), (False, True), (0, 2), (0, 9))
    asks: tuple[Ask, ...] = (Greet(), Answer(_SAID), Nudge(1))
    for (voice, said, one, other, failures, flushes), ask in itertools.product(flags, asks):
        turn = Turn(
            state, since=samples(0.9), generation=1, ask=ask, hearing=1, voice=voice, failures=failures,
            heard=_SAID if said else "", words_at=samples(0.5), voiced_for=samples(0.6) if said else 0,
            quiet_since=samples(0.6), sounded=one, handed=other, starved_at=samples(0.1) if one else None,
            flushed=one, flushes=flushes and 1, hushed=other, began_at=samples(0.9), prepared=True,
        )  # fmt: skip
        replying = state in _REPLYING
        yield turn
        yield replace(turn, hang_up=True, flushed=not one, binds=replying)
        if replying:
            yield replace(turn, binds=True)
            yield replace(turn, binds=True, through=True)
            yield replace(turn, protected=True, kept=one)
        if state in (State.SPEAKING, State.CLOSING) and one:
            yield replace(turn, filled_at=samples(0.2), handed=False)
        if state is State.AWAY:
            yield replace(turn, far=Far.MACHINE if one else Far.MUSIC, away_since=samples(0.9))
        elif turn.said:
            yield replace(turn, far=Far.BOT)
        if state is State.PAUSED:  # after a long turn
            told = replace(turn, expects=_TOLD, voiced_for=samples(6.0), voice=False, sure=True, flushed=True)
            yield replace(told, murmured_at=samples(0.7)) if one else told


def _events(kind: type[Event], at: int, turn: Turn) -> Iterator[Event]:
    if kind is Words:
        yield Words(at, turn.hearing, _SAID, stable=3, over=Interjection.SPEECH)
        yield Words(at, turn.hearing, "where is the", stable=3)
        yield Words(at, turn.hearing, _SAID, flushed=True)
        yield Words(at, turn.hearing, "", flushed=True)
    elif kind is Noticed:
        for far in (Far.FAX, Far.MUSIC, Far.MACHINE, Far.BOT):
            yield Noticed(at, far, at)
    elif kind is Weighed:
        yield Weighed(at, turn.said, odds=9.0)
    elif kind is VoiceEnded:
        yield VoiceEnded(at, at - samples(0.1))
    elif kind is Prepared:
        yield Prepared(at, turn.generation)
        yield Prepared(at, turn.generation, hang_up=True)
    elif issubclass(kind, About):
        yield kind(at, turn.generation)
    else:
        yield kind(at)


if __name__ == "__main__":
    print(markdown(), end="")
