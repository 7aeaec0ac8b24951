"""The rows of the bot's turn: making the reply, saying it, being spoken over, and the last words."""

from __future__ import annotations

from dataclasses import replace

from agent.listen.far_end import Far
from agent.listen.interjection import Interjection
from agent.turn.away import BUSY, ENDING
from agent.turn.moves import (
    Answer,
    Began,
    Cancel,
    Ended,
    Event,
    Excuse,
    Failed,
    Fed,
    Fill,
    Flush,
    Handed,
    HangUp,
    Interjected,
    Nudge,
    Over,
    Pause,
    Peek,
    Pending,
    Prepared,
    Restore,
    Starved,
    Tick,
    VoiceBegan,
    Voiced,
    VoiceEnded,
    Words,
)
from agent.turn.rules import Rules
from agent.turn.state import State, Turn
from agent.turn.steps import (
    ALWAYS,
    Row,
    Step,
    anew,
    excuse,
    fed,
    heed,
    lay_aside,
    listen,
    meet,
    retract,
    settle,
    yield_turn,
)

_INTERRUPTS = (Interjection.STOP, Interjection.SPEECH)
_UNDECIDED = (Interjection.OPEN, Interjection.BEGUN)


def _prepared(rules: Rules, turn: Turn, event: Prepared) -> Step:
    hang_up = event.hang_up or turn.hang_up
    binds = (event.binds or hang_up) and not turn.settled
    turn = replace(turn, prepared=True, expects=event.expects, hang_up=hang_up, protected=event.protected)
    return replace(turn, binds=binds), ()


def _handed(rules: Rules, turn: Turn, event: Handed) -> Step:
    return replace(fed(turn), handed=True), ()


def _interjected(rules: Rules, turn: Turn, event: Interjected) -> Step:
    return anew(turn, event.at, Pending()) if turn.takes_keys else (turn, ())


def _thinking_voice(rules: Rules, turn: Turn, event: VoiceBegan) -> Step:
    turn = replace(turn, voice=True, voice_since=event.at)
    if isinstance(turn.ask, Answer) and turn.retracted < rules.timing.retractions:
        turn = replace(retract(turn, turn.ask.said), state=State.LISTENING, since=event.at, words_at=event.at)
        return turn, (Cancel(turn.generation, retract=True),)
    if isinstance(turn.ask, Nudge):
        return listen(turn, event.at), (Cancel(turn.generation, retract=True),)
    return turn, ()


def _voiced(rules: Rules, turn: Turn, event: Voiced) -> Step:
    return replace(turn, sounded=True, since=event.at), ()


def _began(rules: Rules, turn: Turn, event: Began) -> Step:
    return _audible(turn, event.at), ()


def _audible(turn: Turn, at: int) -> Turn:
    """The reply is heard from now on."""
    return replace(turn, state=State.SPEAKING, since=at, began_at=at, retracted=0)


def _thinking_tick(rules: Rules, turn: Turn, event: Tick) -> Step:
    if not rules.late(turn, event.at):
        return turn, ()
    if turn.sounded:
        return _close(turn, event.at) if turn.hang_up else _give_up(rules, turn, event.at)
    return replace(turn, state=State.WAITING, since=event.at), (Fill(turn.generation),)


def _give_up(rules: Rules, turn: Turn, at: int) -> Step:
    """The line does not say that it is through, and is not waited for any longer. What comes of the reply is done all
    the same, unless the caller has begun to say something."""
    if turn.binds and not turn.lets_pass:
        return _barge(turn, at)
    turn, settled = settle(turn)
    cancel = Cancel(turn.generation)
    turn, effects = meet(rules, turn, at)
    return turn, (*settled, cancel, *effects)


def _voice_off_flush(rules: Rules, turn: Turn, event: VoiceEnded) -> Step:
    turn = replace(turn, voice=False, quiet_since=event.ended, flushes=turn.flushes + 1)
    return turn, (Flush(),)


def _waiting_words(rules: Rules, turn: Turn, event: Words) -> Step:
    turn, interrupts = _words_over(rules, turn, event)
    if not interrupts or not isinstance(turn.ask, Answer):
        return turn, ()
    turn, effects = yield_turn(retract(turn, turn.ask.said), event.at)
    return turn, (Cancel(turn.generation, retract=True), *effects)


def _words_over(rules: Rules, turn: Turn, event: Words) -> tuple[Turn, bool]:
    """Take up words over the bot's; whether they interrupt it."""
    if event.hearing != turn.hearing:
        return turn, False
    begins = event.over is Interjection.COURTESY and not rules.completes(turn)
    over = Interjection.OPEN if begins else event.over
    turn = replace(heed(turn, event), over=over)
    whole = event.flushed and not turn.voice and not turn.flushes
    long = turn.quiet_since - turn.voice_since >= rules.timing.real
    said = whole and long and over in _UNDECIDED
    spoken = over in _INTERRUPTS and rules.voiced(turn, event.at)
    return turn, spoken or said or (turn.voice and rules.insists(turn, event.at))


def _waiting_voiced(rules: Rules, turn: Turn, event: Voiced) -> Step:
    return replace(_audible(turn, event.at), sounded=True), ()


def _waiting_failed(rules: Rules, turn: Turn, event: Failed | Tick) -> Step:
    return excuse(rules, _audible(turn, event.at), event.at, State.SPEAKING)


def _waiting_tick(rules: Rules, turn: Turn, event: Tick) -> Step:
    return _waiting_failed(rules, turn, event) if rules.late(turn, event.at) else (turn, ())


def _failed(rules: Rules, turn: Turn, event: Failed) -> Step:
    return excuse(rules, turn, event.at, turn.state)


def _caller_over(rules: Rules, turn: Turn, event: VoiceBegan) -> Step:
    if isinstance(turn.ask, Answer) and event.at < turn.began_at + rules.timing.rash and not turn.protected:
        # It cannot be the bot's echo yet: the caller had only paused, and the answer came too soon.
        turn = replace(retract(turn, turn.ask.said), state=State.LISTENING, since=event.at, words_at=event.at)
        return replace(turn, voice=True, voice_since=event.at), (Cancel(turn.generation, retract=True),)
    if event.at - turn.words_at > rules.timing.early and not turn.kept:
        turn = replace(turn, earlier="")
    turn = replace(turn, state=State.OVERLAP, since=event.at, hushed=False, over=Interjection.NOTHING, peeked=False)
    return replace(turn, voice=True, voice_since=event.at), ()


def _barge(turn: Turn, at: int) -> Step:
    """The caller really speaks over the bot: it stops and listens. What has not settled is taken back."""
    turn, unsettled = replace(turn, voiced_for=max(0, at - turn.voice_since), nudges=0), turn.binds
    if unsettled:
        turn = retract(turn, turn.ask.said if isinstance(turn.ask, Answer) else turn.earlier)
    turn, effects = yield_turn(turn, at)
    return turn, (Cancel(turn.generation, retract=unsettled), *effects)


def _speaking_words(rules: Rules, turn: Turn, event: Words) -> Step:
    turn, interrupts = _words_over(rules, turn, event)
    if interrupts and not turn.protected:
        return _barge(turn, event.at)
    return replace(turn, kept=turn.kept or interrupts), ()


def _overlap_words(rules: Rules, turn: Turn, event: Words) -> Step:
    turn, effects = _speaking_words(rules, turn, event)
    if turn.state is State.OVERLAP and event.flushed and not turn.voice and not turn.flushes:
        return _go_on(rules, turn if turn.kept else lay_aside(turn), event.at)
    return turn, effects


def _go_on(rules: Rules, turn: Turn, at: int) -> Step:
    """It was no interruption, or nothing may interrupt."""
    turn = replace(turn, state=State.SPEAKING, since=at, hushed=False)
    if turn.through:
        return _heard_whole(rules, turn, at)
    return turn, () if turn.protected else (Restore(turn.generation),)


def _overlap_tick(rules: Rules, turn: Turn, event: Tick) -> Step:
    if not rules.late(turn, event.at):
        return turn, ()
    if turn.voice and rules.may_hush(turn):
        return replace(turn, hushed=True), (Pause(turn.generation),)
    if turn.voice and rules.may_peek(turn):
        return replace(turn, peeked=True, flushes=turn.flushes + 1), (Peek(),)
    if turn.voice and rules.insists(turn, event.at):
        return _barge(turn, event.at)
    return _go_on(rules, turn, event.at)


def _starved(rules: Rules, turn: Turn, event: Starved) -> Step:
    return replace(turn, starved_at=None if turn.handed else event.at), ()


def _fed(rules: Rules, turn: Turn, event: Fed) -> Step:
    return fed(turn), ()


def _speaking_tick(rules: Rules, turn: Turn, event: Tick) -> Step:
    if rules.settles(turn, event.at):
        turn, settled = settle(turn)
        turn, closing = _close(turn, event.at) if turn.hang_up else (turn, ())
        return turn, settled + closing
    if not rules.late(turn, event.at):
        return turn, ()
    if turn.starved_at is None:
        return _give_up(rules, turn, event.at)
    if turn.filled_at is None:
        return _fill(turn, event.at)
    return excuse(rules, turn, event.at, State.SPEAKING)


def _fill(turn: Turn, at: int) -> Step:
    """The rest of what the bot says is late."""
    return replace(turn, filled_at=at), (Fill(turn.generation),)


def _ended(rules: Rules, turn: Turn, event: Ended) -> Step:
    return _heard_whole(rules, turn, event.at)


def _overlap_ended(rules: Rules, turn: Turn, event: Ended) -> Step:
    if turn.binds and not turn.protected:
        return replace(turn, through=True, handed=True), ()
    return _heard_whole(rules, turn, event.at)


def _heard_whole(rules: Rules, turn: Turn, at: int) -> Step:
    """The bot is through: the caller's turn, with what they said over it where that is to be answered or was said into
    its last words."""
    turn, settled = settle(replace(turn, failures=turn.failures if turn.excused else 0, retracted=0))
    if turn.hang_up:
        return replace(turn, state=State.CLOSING, since=at), (*settled, HangUp(turn.generation))
    early = turn.said and (turn.voice or turn.kept or at - turn.words_at <= rules.timing.early)
    early = early and turn.over is not Interjection.COURTESY
    if early and turn.far is Far.PERSON:
        over = 0 if turn.voice else max(0, turn.quiet_since - turn.voice_since)
        turn, effects = yield_turn(replace(turn, idle_since=at, voiced_for=over), at)
    else:
        turn, effects = meet(rules, turn, at)
    return turn, settled + effects


def _close(turn: Turn, at: int) -> Step:
    """The last words are heard to their end, then the line hangs up."""
    return replace(turn, state=State.CLOSING, since=at), (HangUp(turn.generation),) if turn.handed else ()


def _closing_handed(rules: Rules, turn: Turn, event: Handed) -> Step:
    return (turn, ()) if turn.handed else (replace(fed(turn), handed=True), (HangUp(turn.generation),))


def _closing_failed(rules: Rules, turn: Turn, event: Event) -> Step:
    if turn.handed:
        return turn, ()
    return replace(fed(turn), handed=True, excused=True), (Excuse(turn.generation), HangUp(turn.generation))


def _closing_ended(rules: Rules, turn: Turn, event: Ended) -> Step:
    turn, settled = settle(turn)
    return turn, (*settled, HangUp(turn.generation))


def _closing_tick(rules: Rules, turn: Turn, event: Tick) -> Step:
    if not rules.late(turn, event.at):
        return turn, ()
    if turn.starved_at is not None and event.at < turn.since + rules.timing.closing:
        return _fill(turn, event.at) if turn.filled_at is None else _closing_failed(rules, turn, event)
    turn, settled = settle(turn)
    return replace(turn, since=event.at), (*settled, Cancel(turn.generation), HangUp())


_REPLYING: Row = {**ALWAYS, **BUSY, Prepared: _prepared, Handed: _handed, Interjected: _interjected, Ended: _ended}
THINKING: Row = {
    **_REPLYING,
    VoiceBegan: _thinking_voice,
    Voiced: _voiced,
    Failed: _failed,
    Began: _began,
    Tick: _thinking_tick,
}
WAITING: Row = {
    **_REPLYING,
    VoiceEnded: _voice_off_flush,
    Words: _waiting_words,
    Voiced: _waiting_voiced,
    Failed: _waiting_failed,
    Tick: _waiting_tick,
}
SPEAKING: Row = {
    **_REPLYING,
    VoiceBegan: _caller_over,
    Words: _speaking_words,
    Voiced: _fed,
    Failed: _failed,
    Starved: _starved,
    Fed: _fed,
    Tick: _speaking_tick,
}
OVERLAP: Row = {
    **_REPLYING,
    VoiceEnded: _voice_off_flush,
    Words: _overlap_words,
    Ended: _overlap_ended,
    Failed: _failed,
    Starved: _starved,
    Fed: _fed,
    Tick: _overlap_tick,
}
CLOSING: Row = {
    **ENDING,
    Over: ALWAYS[Over],
    Handed: _closing_handed,
    Failed: _closing_failed,
    Starved: _starved,
    Fed: _fed,
    Ended: _closing_ended,
    Tick: _closing_tick,
}
