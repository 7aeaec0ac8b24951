"""The rows of what is no person at the far end: noticing it, waiting in silence, and a person who is back.

A fax is hung up on at once, whatever is being said. A bot is let finish and told so in its next pause. For music and
machines the bot falls silent, unless what it says has to be heard or is the end of the call anyway.
"""

from __future__ import annotations

from dataclasses import replace

from agent.listen.far_end import Far
from agent.turn.moves import (
    Beeped,
    Cancel,
    Effects,
    HangUp,
    Interjected,
    Noticed,
    Pending,
    Returned,
    Tick,
    VoiceBegan,
    VoiceEnded,
)
from agent.turn.rules import Rules
from agent.turn.state import State, Turn
from agent.turn.steps import ALWAYS, Row, Step, begin, flush, listen, meet, part, pause, retract, unheard

_ABSENT = (Far.MUSIC, Far.MACHINE)


def _noticed(rules: Rules, turn: Turn, event: Noticed) -> Step:
    """In the caller's turn."""
    murmuring = turn.state is State.PAUSED and turn.murmured_at > turn.quiet_since
    played = turn.music == turn.generation and event.far in _ABSENT
    return _take(rules, turn, event, (Cancel(turn.generation),) if murmuring or played else ())


def _noticed_busy(rules: Rules, turn: Turn, event: Noticed) -> Step:
    """In the bot's turn."""
    if event.far in _ABSENT and (turn.protected or turn.binds or turn.hang_up):
        return _known(rules, turn, event), ()
    if event.far is Far.BOT:
        return (turn, ()) if turn.far in _ABSENT else (_known(rules, turn, event), ())
    unheard_of = turn.state in (State.THINKING, State.WAITING)
    turn = retract(turn, "") if unheard_of else turn
    return _take(rules, turn, event, (Cancel(turn.generation, retract=unheard_of),))


def _take(rules: Rules, turn: Turn, event: Noticed, broken_off: Effects) -> Step:
    """It is known what is there, and the floor is free once `broken_off` has happened."""
    turn = _known(rules, turn, event)
    if event.far is Far.BOT:
        return turn, ()
    step = part(rules, turn, event.at, Far.FAX) if event.far is Far.FAX else meet(rules, turn, event.at)
    return step[0], broken_off + step[1]


def _known(rules: Rules, turn: Turn, event: Noticed) -> Turn:
    if event.far not in _ABSENT:
        return replace(turn, far=event.far)
    goes_on = turn.away_since is not None and event.since <= turn.returned_at + rules.timing.announced
    return replace(turn, far=event.far, away_since=turn.away_since if goes_on else event.since)


def _person_after_all(rules: Rules, turn: Turn, event: Returned) -> Step:
    return (replace(turn, far=Far.PERSON), ()) if turn.far in _ABSENT else (turn, ())


def _fax_at_last(rules: Rules, turn: Turn, event: Noticed) -> Step:
    return (turn, (HangUp(),)) if event.far is Far.FAX else (turn, ())


# ── AWAY ───────────────────────────────────────────────────────────────────────────────────────────


def _voice(rules: Rules, turn: Turn, event: VoiceBegan) -> Step:
    """Somebody may be back: what was heard before is not theirs."""
    return replace(unheard(turn), voice=True, voice_since=event.at, voiced_for=0), ()


def _voice_over(rules: Rules, turn: Turn, event: VoiceEnded) -> Step:
    voiced = max(0, event.ended - turn.voice_since)
    return replace(turn, voice=False, quiet_since=event.ended, voiced_for=voiced), ()


def _more(rules: Rules, turn: Turn, event: Noticed) -> Step:
    """Music may have a machine or a fax behind it; a machine has music and menus of its own."""
    if event.far is Far.FAX:
        return part(rules, turn, event.at, Far.FAX)
    if event.far is Far.MACHINE and turn.far is Far.MUSIC:
        return meet(rules, replace(turn, far=Far.MACHINE), event.at)
    return turn, ()


def _returned(rules: Rules, turn: Turn, event: Returned) -> Step:
    recent = event.at - rules.timing.heard_back
    turn = replace(turn, far=Far.PERSON, back=True, returned_at=event.at)
    turn = replace(turn, since=event.at, idle_since=event.at, words_at=event.at)
    if turn.voice:
        return replace(turn, state=State.LISTENING, voice_since=max(turn.voice_since, recent)), ()
    if turn.voiced_for and turn.quiet_since >= recent:
        return flush(pause(turn, event.at, turn.quiet_since))
    return listen(turn, event.at), ()


def _beep(rules: Rules, turn: Turn, event: Beeped) -> Step:
    if turn.far is Far.MACHINE:
        return part(rules, turn, event.at, Far.MACHINE)
    return replace(turn, beeped_at=event.at), ()


def _key(rules: Rules, turn: Turn, event: Interjected) -> Step:
    """Who presses a key is a person."""
    return begin(turn, event.at, Pending(), nudges=0, far=Far.PERSON)


def _too_long(rules: Rules, turn: Turn, event: Tick) -> Step:
    return part(rules, turn, event.at, turn.far) if rules.late(turn, event.at) else (turn, ())


IDLE: Row = {Noticed: _noticed}
BUSY: Row = {Noticed: _noticed_busy, Returned: _person_after_all}
ENDING: Row = {Noticed: _fax_at_last}
AWAY: Row = {
    **ALWAYS,
    VoiceBegan: _voice,
    VoiceEnded: _voice_over,
    Noticed: _more,
    Returned: _returned,
    Beeped: _beep,
    Interjected: _key,
    Tick: _too_long,
}
