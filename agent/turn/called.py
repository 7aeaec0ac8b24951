"""The row of a call that the bot has placed, from its answer until it is known who speaks first.

Whoever picks up says a word, most of the time: "hello?". The bot begins when that is over, when nothing comes, or when
somebody goes on and on, and does not answer it.
"""

from __future__ import annotations

from dataclasses import replace

from agent.turn.away import IDLE
from agent.turn.moves import Greet, Tick, VoiceEnded
from agent.turn.rules import Rules
from agent.turn.state import Turn
from agent.turn.steps import ALWAYS, Row, Step, begin


def _first_word(rules: Rules, turn: Turn, event: VoiceEnded) -> Step:
    return begin(replace(turn, voice=False, quiet_since=event.ended), event.at, Greet())


def _long_enough(rules: Rules, turn: Turn, event: Tick) -> Step:
    return begin(turn, event.at, Greet()) if rules.late(turn, event.at) else (turn, ())


PICKED_UP: Row = {**ALWAYS, **IDLE, VoiceEnded: _first_word, Tick: _long_enough}
