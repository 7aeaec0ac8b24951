"""Whose turn it is: a pure table from (state, event) to (state, effects).

::

    NEW ─► THINKING ─► SPEAKING ─► LISTENING ◄─ voice ── PAUSED ─ silence long enough ─► THINKING
             │  ▲        │  ▲        ▲    └──── quiet ────►
        late │  │ sound  │  │ go on  │ drop
             ▼  │        ▼  │        │
           WAITING      OVERLAP ─────┘                    a reply that hangs up ─► CLOSING ─► ENDED

    NEW ─ the bot has called ─► PICKED_UP ─ a first word, or none ─► THINKING

    music or a machine, in any of these ─► AWAY ─► a person: LISTENING; a beep, or too long: THINKING, then CLOSING

Nothing here reads a clock: time is the `at` of the events. Every state answers every event: what a row does not
name leaves the turn as it is. News of an older generation is ignored; one generation is alive at a time.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.turn import away, bot, caller
from agent.turn.called import PICKED_UP
from agent.turn.moves import About, Event
from agent.turn.rules import Rules
from agent.turn.state import State, Turn
from agent.turn.steps import Row, Step

ROWS: Mapping[State, Row] = {
    State.NEW: caller.NEW,
    State.PICKED_UP: PICKED_UP,
    State.LISTENING: caller.LISTENING,
    State.PAUSED: caller.PAUSED,
    State.THINKING: bot.THINKING,
    State.WAITING: bot.WAITING,
    State.SPEAKING: bot.SPEAKING,
    State.OVERLAP: bot.OVERLAP,
    State.AWAY: away.AWAY,
    State.CLOSING: bot.CLOSING,
    State.ENDED: {},
}


class Table:
    """The transitions under one set of rules."""

    def __init__(self, rules: Rules | None = None) -> None:
        self._rules = rules or Rules()

    def step(self, turn: Turn, event: Event) -> Step:
        """The next turn and the effects to run, in order."""
        if isinstance(event, About) and event.generation != turn.generation:
            return turn, ()
        handler = ROWS[turn.state].get(type(event))
        return handler(self._rules, turn, event) if handler else (turn, ())

    def wake(self, turn: Turn) -> int | None:
        """When the turn wants a Tick; None when only an event can change it."""
        return self._rules.wake(turn)
