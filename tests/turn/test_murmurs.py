"""A caller in a long turn is told that somebody listens."""

from __future__ import annotations

from typing import Any

import pytest

from agent.listen.evidence import Evidence
from agent.reply.reply import Awaited, Expectation
from agent.turn import moves
from agent.turn.moves import (
    Answer,
    Answered,
    Began,
    Begin,
    Cancel,
    Ended,
    VoiceBegan,
    VoiceEnded,
)
from agent.turn.rules import Rules
from agent.turn.state import State
from agent.turn.table import Table
from telephony.audio import samples
from tests.turn.talk import Talk

TOLD = "my bicycle makes a noise and"


class Patient:
    """An endpointer that waits 1.4 s for whoever is not polite."""

    def probability(self, evidence: Evidence) -> float:
        return 0.9 if evidence.said.endswith("please") else 0.1

    def patience(self, evidence: Evidence) -> int:
        return samples(1.4)

    def would_listen(self, evidence: Evidence) -> bool:
        return False


def telling(words: str = TOLD, seconds: float = 6.0, awaited: Awaited = Awaited.MESSAGE, listener: bool = True) -> Talk:
    """A caller has told something for so long and pauses."""
    talk = Talk(Table(Rules(Patient(), backchannels=listener)))
    talk.tell(Answered)
    talk.says(expects=Expectation(awaited))
    talk.bot(Ended, after=2.0)
    talk.caller(words, seconds=seconds)
    return talk


def test_a_caller_who_pauses_in_a_long_turn_is_told_that_somebody_listens() -> None:
    talk = telling()
    quiet_since = talk.turn.quiet_since
    assert talk.wait() == [moves.Murmur(2, TOLD)]
    assert talk.at - quiet_since == samples(0.3)
    assert talk.turn.state is State.PAUSED
    assert talk.bot(Began) == talk.bot(Ended, after=0.3) == []
    assert talk.wait() == [Begin(3, Answer(TOLD))]
    assert talk.at - quiet_since == samples(1.4)  # as without


def test_the_callers_voice_ends_it_and_it_does_not_come_again_soon() -> None:
    talk = telling()
    talk.wait()
    assert talk.tell(VoiceBegan, after=0.1) == [Cancel(2)]
    assert talk.turn.state is State.LISTENING
    talk.tell(VoiceEnded, talk.at + samples(3.0), after=3.08)
    talk.words(TOLD, flushed=True)
    assert isinstance(talk.wait()[0], Begin)


def test_it_comes_again_after_a_while() -> None:
    talk = telling()
    talk.wait()
    talk.caller(f"{TOLD} then it stops and", seconds=9.0)
    assert talk.wait() == [moves.Murmur(3, f"{TOLD} then it stops and")]


@pytest.mark.parametrize(
    "told",
    [
        {"seconds": 4.0},
        {"awaited": Awaited.DIGITS},
        {"awaited": Awaited.NAME},
        {"awaited": Awaited.YES_NO},
        {"words": "my bicycle makes a noise please"},  # which is likely the end
        {"words": "you can call me on five five five"},
        {"words": "it is spelled b r"},
        {"listener": False},
    ],
)
def test_it_does_not_come_in_a_short_turn_nor_where_it_might_disturb(told: dict[str, Any]) -> None:
    assert isinstance(telling(**told).wait()[0], Begin)


def test_it_does_not_come_on_hold() -> None:
    talk = telling()
    talk.tell(moves.Unreachable)
    assert isinstance(talk.wait()[0], Begin)
