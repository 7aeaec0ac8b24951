"""A turn table driven by hand."""

from __future__ import annotations

from agent.listen.interjection import ENGLISH
from agent.reply.reply import Expectation
from agent.turn import moves
from agent.turn.moves import (
    Answered,
    Began,
    Ended,
    Event,
    Flush,
    Handed,
    Prepared,
    Tick,
    VoiceBegan,
    Voiced,
    VoiceEnded,
    Words,
)
from agent.turn.state import State, Turn
from agent.turn.table import Table
from telephony.audio import samples

TABLE = Table()


class Talk:
    """Drives the table by hand, on a clock of its own, and keeps the effects."""

    def __init__(self, table: Table = TABLE) -> None:
        self.table = table
        self.turn = Turn()
        self.at = 0
        self.effects: list[moves.Effect] = []

    def tell(self, kind: type[Event], *arguments: object, after: float = 0.0, **named: object) -> list[moves.Effect]:
        self.at += samples(after)
        self.turn, effects = self.table.step(self.turn, kind(self.at, *arguments, **named))
        self.effects += effects
        return list(effects)

    def bot(self, kind: type[Event], after: float = 0.0, **named: object) -> list[moves.Effect]:
        return self.tell(kind, self.turn.generation, after=after, **named)

    def says(self, expects: Expectation | None = None, **prepared: bool) -> None:
        """The living generation is prepared, handed over and begins."""
        self.bot(Prepared, expects=expects or Expectation(), **prepared)
        self.bot(Voiced)
        self.bot(Began, after=0.05)
        self.bot(Handed)

    def greeted(self) -> Talk:
        self.tell(Answered)
        self.says()
        self.bot(Ended, after=3.0)
        return self

    def wait(self) -> list[moves.Effect]:
        """Time passes until the table wants to be woken."""
        wake = self.table.wake(self.turn)
        assert wake is not None
        self.at = max(self.at, wake)
        return self.tell(Tick)

    def quiet(self, after: float) -> list[moves.Effect]:
        """The caller falls silent now."""
        self.at += samples(after)
        return self.tell(VoiceEnded, self.at)

    def words(self, text: str, after: float = 0.0, **named: object) -> list[moves.Effect]:
        """The recogniser has these words of the turn."""
        return self.tell(Words, self.turn.hearing, text, after=after, **named)

    def caller(self, words: str, seconds: float = 1.0) -> list[moves.Effect]:
        """The caller speaks, falls silent, and the flush gives the turn's words; ends before the endpoint."""
        self.tell(VoiceBegan)
        effects = self.tell(VoiceEnded, self.at + samples(seconds), after=seconds + 0.08)
        if self.turn.state is State.PAUSED:
            assert effects == [Flush()]
        return self.words(words, flushed=True, over=ENGLISH.interjection(words.split()), after=0.03)
