"""Whom the bot has called: their first word is waited for, and the bot begins."""

from __future__ import annotations

import pytest

from agent.listen.far_end import Far
from agent.turn.moves import Begin, Event, Greet, HangUp, Noticed, PickedUp, Tick, VoiceBegan, VoiceEnded, Words
from agent.turn.state import State, Turn
from agent.turn.table import Table
from telephony.audio import samples

TABLE = Table()
HELLO = [VoiceBegan(samples(0.4)), Words(samples(0.7), 0, "hello"), VoiceEnded(samples(0.9), samples(0.85))]


def after(*events: Event) -> tuple[Turn, list[object]]:
    """The turn, and what was asked for, after a call of ours was answered at once and these happened."""
    turn, effects = TABLE.step(Turn(), PickedUp(0))
    asked: list[object] = list(effects)
    for event in events:
        turn, effects = TABLE.step(turn, event)
        asked += effects
    return turn, asked


@pytest.mark.parametrize(
    ("events", "wakes"),
    [
        ([], 1.0),
        ([Tick(samples(0.9))], 1.0),
        ([VoiceBegan(samples(0.9)), Tick(samples(1.1))], 3.9),
        ([VoiceBegan(samples(0.9)), Tick(samples(3.8))], 3.9),
    ],
)
def test_it_waits_for_a_word_and_not_for_ever(events: list[Event], wakes: float) -> None:
    turn, asked = after(*events)
    assert (turn.state, asked, TABLE.wake(turn)) == (State.PICKED_UP, [], samples(wakes))
    turn, effects = TABLE.step(turn, Tick(samples(wakes)))
    assert (turn.state, effects) == (State.THINKING, (Begin(1, Greet()),))


def test_the_first_word_is_nobodys_turn() -> None:
    turn, asked = after(*HELLO)
    assert asked == [Begin(1, Greet())]
    assert (turn.voice, turn.said, turn.hearing) == (False, "", 1)  # what the recogniser has of it comes too late
    turn, _ = TABLE.step(turn, Words(samples(1.0), 0, "hello", flushed=True))
    assert turn.said == ""


def test_keys_wait_until_the_bot_has_begun() -> None:
    assert not after()[0].takes_keys


def test_a_fax_is_hung_up_on() -> None:
    turn, asked = after(Noticed(samples(0.5), Far.FAX, samples(0.2)))
    assert (turn.state, asked) == (State.CLOSING, [HangUp()])
