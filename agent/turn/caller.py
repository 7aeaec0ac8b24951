"""The rows of the caller's turn: before the call, listening, and the pause that may be its end."""

from __future__ import annotations

from dataclasses import replace

from agent.listen.far_end import Far
from agent.listen.plausible import plausible
from agent.turn.away import IDLE
from agent.turn.moves import (
    Answer,
    Answered,
    Apologise,
    Cancel,
    Deaf,
    Greet,
    Interjected,
    Keyed,
    Listen,
    Murmur,
    Nudge,
    Over,
    Pending,
    PickedUp,
    PlayMusic,
    ReadAlong,
    Resume,
    TakenUp,
    Tick,
    VoiceBegan,
    VoiceEnded,
    Waits,
    Weigh,
    Weighed,
    Words,
)
from agent.turn.rules import Rules
from agent.turn.state import State, Turn
from agent.turn.steps import ALWAYS, Row, Step, begin, draft, flush, heed, listen, part, pause, weigh


def _answered(rules: Rules, turn: Turn, event: Answered) -> Step:
    return begin(turn, event.at, Greet())


def _picked_up(rules: Rules, turn: Turn, event: PickedUp) -> Step:
    return replace(turn, state=State.PICKED_UP, since=event.at), ()


def _taken_up(rules: Rules, turn: Turn, event: TakenUp) -> Step:
    return begin(turn, event.at, Resume())


def _caller_pauses(rules: Rules, turn: Turn, event: VoiceEnded) -> Step:
    turn = replace(turn, voice=False, voiced_for=turn.voiced_for + max(0, event.ended - turn.voice_since))
    turn = pause(turn, event.at, event.ended)
    return flush(turn) if rules.late(turn, event.at) else (turn, ())


def _listening_words(rules: Rules, turn: Turn, event: Words) -> Step:
    """Words in the making: the model reads them, and where they may be a whole turn a reply is drafted, while the
    caller speaks. The last of them may change yet; what is made of those before stays."""
    turn = heed(turn, event)
    if not turn.heard or turn.said == turn.read or turn.crowded:
        return turn, ()
    turn = replace(turn, read=turn.said)
    read = ReadAlong(turn.said)
    if not rules.may_be_all(turn, turn.said):
        return turn, (read,)
    turn, drafted = draft(turn, turn.said)
    return turn, (read, *drafted)


def _listening_tick(rules: Rules, turn: Turn, event: Tick) -> Step:
    if not rules.late(turn, event.at):
        return turn, ()
    if turn.said:
        return flush(pause(turn, event.at, turn.words_at))
    if turn.far is Far.BOT:
        return part(rules, turn, event.at, Far.BOT)
    return begin(turn, event.at, Nudge(turn.nudges + 1), nudges=turn.nudges + 1)


def _deaf(rules: Rules, turn: Turn, event: Deaf) -> Step:
    if not (turn.voice or turn.said or turn.voiced_for):
        return turn, ()
    failures = turn.failures + 1
    turn, effects = begin(turn, event.at, Apologise(), failures=failures)
    return replace(turn, excused=True, hang_up=failures >= rules.timing.failures), effects


def _keyed(rules: Rules, turn: Turn, event: Keyed) -> Step:
    return replace(turn, idle_since=event.at), ()


def _interject(rules: Rules, turn: Turn, event: Interjected) -> Step:
    return begin(turn, event.at, Pending(), nudges=0)


def _waits(rules: Rules, turn: Turn, event: Waits) -> Step:
    if not turn.idle:
        return turn, ()
    turn = replace(turn, generation=turn.generation + 1, music=turn.generation + 1)
    return turn, (PlayMusic(turn.generation),)


# ── PAUSED ─────────────────────────────────────────────────────────────────────────────────────────


def _caller_resumes(rules: Rules, turn: Turn, event: VoiceBegan) -> Step:
    length = event.at - turn.quiet_since
    rhythm = turn.rhythm.paused(length) if turn.said and length >= rules.timing.breath else turn.rhythm
    turn = replace(turn, state=State.LISTENING, voice=True, voice_since=event.at, words_at=event.at, rhythm=rhythm)
    return turn, (Cancel(turn.generation),) if turn.murmured_at > turn.quiet_since else ()


def _paused_words(rules: Rules, turn: Turn, event: Words) -> Step:
    turn = heed(turn, event)
    if turn.flushed and not turn.flushes and _noise(rules, turn):
        return _again(turn, event.at), ()
    committed, effects = _commit(rules, turn, event.at)
    if effects or not event.flushed or not turn.said:
        return committed, effects
    turn, drafted = draft(turn, turn.said)
    return turn, ((Weigh(turn.said),) if turn.odds is None else ()) + drafted


def _weighed(rules: Rules, turn: Turn, event: Weighed) -> Step:
    """More is known: the turn is over, or what it sounds like may tell."""
    turn, effects = _commit(rules, weigh(turn, event), event.at)
    if effects or turn.state is not State.PAUSED or not rules.would_listen(turn):
        return turn, effects
    return replace(turn, listened=True), (Listen(turn.said, turn.quiet_since),)


def _paused_tick(rules: Rules, turn: Turn, event: Tick) -> Step:
    if not turn.flushed:
        return flush(turn) if rules.late(turn, event.at) else (turn, ())
    murmur = rules.murmurs(turn)
    if murmur is not None and event.at >= murmur and not rules.over(turn, event.at):
        turn = replace(turn, generation=turn.generation + 1, murmured_at=event.at)
        return turn, (Murmur(turn.generation, turn.said),)
    return _commit(rules, turn, event.at)


def _again(turn: Turn, at: int) -> Turn:
    """It was a noise: listening goes on, and so does the wait for words."""
    return replace(listen(turn, at), idle_since=turn.idle_since)


def _noise(rules: Rules, turn: Turn) -> bool:
    """Whether nobody has said anything. One who has been away is answered whatever was understood of them."""
    return not turn.said and turn.voiced_for < rules.timing.mumble and not turn.back


def _commit(rules: Rules, turn: Turn, at: int) -> Step:
    """The turn is over, if its wake has come."""
    if not turn.flushed or not rules.over(turn, at):
        return turn, ()
    if _noise(rules, turn):
        return _again(turn, at), ()
    if turn.far is Far.BOT:
        return part(rules, turn, at, Far.BOT)
    going_on = max(0, turn.words_at - turn.voice_since) if turn.voice else 0  # says a detector that is stuck
    sure = plausible(turn.said, turn.voiced_for + going_on, turn.expects)
    return begin(turn, at, Answer(turn.said, sure, turn.back), nudges=0, back=False)


NEW: Row = {Answered: _answered, PickedUp: _picked_up, TakenUp: _taken_up, Over: ALWAYS[Over]}
LISTENING: Row = {
    **ALWAYS,
    **IDLE,
    VoiceEnded: _caller_pauses,
    Words: _listening_words,
    Tick: _listening_tick,
    Deaf: _deaf,
    Keyed: _keyed,
    Interjected: _interject,
    Waits: _waits,
}
PAUSED: Row = {
    **ALWAYS,
    **IDLE,
    VoiceBegan: _caller_resumes,
    Words: _paused_words,
    Weighed: _weighed,
    Tick: _paused_tick,
    Deaf: _deaf,
    Interjected: _interject,
}
