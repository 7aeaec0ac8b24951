"""Steps that several rows of the turn table share, and the rows that every living state has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from agent.listen.far_end import Far
from agent.turn.moves import (
    Answer,
    Ask,
    Beeped,
    Begin,
    Cancel,
    Draft,
    Effects,
    Event,
    Excuse,
    Flush,
    HangUp,
    Over,
    Part,
    Reachable,
    Settle,
    Unreachable,
    VoiceBegan,
    VoiceEnded,
    Weighed,
    Words,
)
from agent.turn.rules import Rules
from agent.turn.state import State, Turn

Step = tuple[Turn, Effects]
Handler = Callable[[Rules, Turn, Any], Step]
Row = Mapping[type[Event], Handler]

_WEIGHED = ("odds", "sound", "topic", "ends")  # what is known about the words as they stand
_UNWEIGHED: Mapping[str, Any] = {"sure": False, "listened": False, **dict.fromkeys(_WEIGHED)}
# A reply that is over or was taken back: nothing of it is kept from the caller, and nothing comes of it any more.
_FREE: Mapping[str, Any] = dict.fromkeys(("protected", "kept", "binds", "through"), False)

_FED: Mapping[str, Any] = {"starved_at": None, "filled_at": None}


def fed(turn: Turn) -> Turn:
    """What the bot says goes on."""
    return replace(turn, **_FED)


def begin(turn: Turn, at: int, ask: Ask, **changes: Any) -> Step:
    if isinstance(ask, Answer) and not ask.back:
        turn = replace(turn, away_since=None)
    turn = replace(
        turn, state=State.THINKING, since=at, generation=turn.generation + 1, ask=ask, expected=turn.expects,
        prepared=False, sounded=False, handed=False, excused=False, hang_up=False, hushed=False, **_FED,
        hearing=turn.hearing + 1, flushes=0, earlier="", heard="", drafted="", read="",
        voiced_for=0, voiced_before=turn.voiced_for, settled=False, **_FREE, **_UNWEIGHED, **changes,
    )  # fmt: skip
    return turn, (Begin(turn.generation, ask),)


def anew(turn: Turn, at: int, ask: Ask) -> Step:
    """Begin another generation in the place of a living one."""
    cancel = Cancel(turn.generation)
    turn, effects = begin(turn, at, ask)
    return turn, (cancel, *effects)


def listen(turn: Turn, at: int) -> Turn:
    """The caller's turn, with nothing said yet."""
    turn = replace(unheard(turn), state=State.LISTENING, since=at, idle_since=at, words_at=at, **_FREE)
    return replace(turn, earlier="", drafted="", read="", voiced_for=0)


def unheard(turn: Turn) -> Turn:
    """What was heard so far is nobody's turn: the recogniser starts again where there is something to forget."""
    return replace(turn, hearing=turn.hearing + 1, heard="", flushes=0, **_UNWEIGHED) if turn.heard else turn


def lay_aside(turn: Turn) -> Turn:
    """Words over the bot's that did not stop it: they count again only if they turn out to be an early answer."""
    return replace(turn, earlier=turn.said, heard="", hearing=turn.hearing + 1, flushes=0, **_UNWEIGHED)


def pause(turn: Turn, at: int, quiet_since: int) -> Turn:
    """The caller is silent since `quiet_since`."""
    return replace(turn, state=State.PAUSED, since=at, quiet_since=quiet_since, flushed=False, sure=False)


def flush(turn: Turn) -> Step:
    """Ask the recogniser for its words, in a pause."""
    return replace(turn, flushed=True, flushes=turn.flushes + 1), (Flush(),)


def heed(turn: Turn, event: Words) -> Turn:
    """Take up what the recogniser has, unless it belongs to a turn that has been answered."""
    if event.hearing != turn.hearing:
        return turn
    turn = replace(turn, crowded=event.crowded)
    if event.flushed:
        turn = replace(turn, flushes=max(0, turn.flushes - 1), sure=turn.flushed)
    if event.text == turn.heard:
        return turn
    return replace(turn, heard=event.text, words_at=event.at, **{**_UNWEIGHED, "sure": turn.sure and event.flushed})


def draft(turn: Turn, said: str) -> Step:
    """Have a reply to `said` drafted, unless that was the last thing to be drafted."""
    return (turn, ()) if not said or said == turn.drafted else (replace(turn, drafted=said), (Draft(said),))


def yield_turn(turn: Turn, at: int) -> Step:
    """The caller has the turn, with what they have said so far."""
    turn = replace(turn, since=at, words_at=at, **_FREE)
    if turn.voice:
        return replace(turn, state=State.LISTENING), ()
    return pause(turn, at, turn.quiet_since or at), ()


def retract(turn: Turn, said: str) -> Turn:
    """Take back a reply to `said` that was not heard; that turn goes on."""
    back = isinstance(turn.ask, Answer) and turn.ask.back
    turn = replace(turn, earlier=said, expects=turn.expected, hang_up=False, retracted=turn.retracted + 1, back=back)
    turn = replace(turn, voiced_for=turn.voiced_for + turn.voiced_before)
    return replace(turn, **_FREE, **_UNWEIGHED)


def excuse(rules: Rules, turn: Turn, at: int, state: State) -> Step:
    """The reply failed: an apology in its place, and after too many of them the end."""
    turn = replace(
        turn, state=state, since=at, failures=turn.failures + 1, excused=True, sounded=True, handed=True,
        expects=turn.expected, protected=False, **_FED,
    )  # fmt: skip
    effects: Effects = (Excuse(turn.generation),)
    if turn.hang_up or turn.failures >= rules.timing.failures:
        return replace(turn, state=State.CLOSING, hang_up=True), (*effects, HangUp(turn.generation))
    return turn, effects


def settle(turn: Turn) -> Step:
    """What waited for the caller happens: they have not taken the reply back."""
    return (replace(turn, binds=False, settled=True), (Settle(turn.generation),)) if turn.binds else (turn, ())


def part(rules: Rules, turn: Turn, at: int, far: Far) -> Step:
    """The last words to what is at the far end; where there are none, or nobody to say them to, the call ends now."""
    if far is Far.FAX or (far is Far.MACHINE and not rules.absence.leaves):
        turn = replace(turn, state=State.CLOSING, since=at, handed=True, hang_up=True, **_FREE)
        return turn, (HangUp(),)
    turn, effects = begin(turn, at, Part(far), far=Far.PERSON, back=False)
    return replace(turn, hang_up=True), effects


def meet(rules: Rules, turn: Turn, at: int) -> Step:
    """The floor is free: it is the caller's, unless it is known that no person is there."""
    if turn.far is Far.BOT or (turn.far is Far.MACHINE and rules.beeped(turn, at)):
        return part(rules, turn, at, turn.far)
    if turn.far in (Far.MUSIC, Far.MACHINE):
        return replace(listen(turn, at), state=State.AWAY, back=False), ()
    return listen(turn, at), ()


def _beeped(rules: Rules, turn: Turn, event: Beeped) -> Step:
    return replace(turn, beeped_at=event.at), ()


def _over(rules: Rules, turn: Turn, event: Over) -> Step:
    """Who hangs up with a word on their lips may have wanted to take it back."""
    turn, settled = settle(turn) if turn.lets_pass else (turn, ())
    return replace(turn, state=State.ENDED, since=event.at), (*settled, Cancel(turn.generation))


def _unreachable(rules: Rules, turn: Turn, event: Unreachable) -> Step:
    return replace(turn, reachable=False), ()


def _reachable(rules: Rules, turn: Turn, event: Reachable) -> Step:
    return replace(turn, reachable=True, idle_since=event.at), ()


def _voice_on(rules: Rules, turn: Turn, event: VoiceBegan) -> Step:
    return replace(turn, voice=True, voice_since=event.at), ()


def _voice_off(rules: Rules, turn: Turn, event: VoiceEnded) -> Step:
    return replace(turn, voice=False, quiet_since=event.ended), ()


def _heard(rules: Rules, turn: Turn, event: Words) -> Step:
    return heed(turn, event), ()


def weigh(turn: Turn, event: Weighed) -> Turn:
    """Take up what is known about the words as they stand."""
    if event.said != turn.said:
        return turn
    told = {name: getattr(event, name) for name in _WEIGHED}
    return replace(turn, **{name: value for name, value in told.items() if value is not None})


ALWAYS: Row = {
    Over: _over,
    Unreachable: _unreachable,
    Reachable: _reachable,
    VoiceBegan: _voice_on,
    VoiceEnded: _voice_off,
    Words: _heard,
    Beeped: _beeped,
}
