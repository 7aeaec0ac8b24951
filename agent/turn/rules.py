"""The waits of the turn table: when a turn wants to be woken, and why."""

from __future__ import annotations

from dataclasses import replace

from agent.listen.answer import exact
from agent.listen.endpointer import Endpointer, SilenceEndpointer
from agent.listen.far_end import Far
from agent.listen.interjection import Interjection
from agent.listen.profile import Profile
from agent.reply.reply import Awaited
from agent.reply.utterance import Utterance
from agent.reply.yes_no import yes_or_no
from agent.turn.moves import Answer
from agent.turn.state import Absence, State, Timing, Turn
from telephony.audio import samples


class Rules:
    """The times and the endpointer that the rows ask."""

    def __init__(
        self,
        endpointer: Endpointer | None = None,
        timing: Timing | None = None,
        profile: Profile = Profile.PLAIN,
        backchannels: bool = False,
        absence: Absence | None = None,
    ) -> None:
        self.endpointer = endpointer or SilenceEndpointer()
        self.profile = profile
        self.timing = timing or Timing()
        self.backchannels = backchannels
        self.absence = absence or Absence()

    def wake(self, turn: Turn) -> int | None:
        """When the turn wants a Tick; None when only an event can change it."""
        wait = self.timing
        wakes: dict[State, int | None] = {
            State.NEW: None,
            State.PICKED_UP: turn.voice_since + wait.hellos if turn.voice else turn.since + wait.hello,
            State.LISTENING: self._listening(turn),
            State.PAUSED: self._paused(turn),
            State.THINKING: turn.since + (wait.began if turn.sounded else wait.filler),
            State.WAITING: turn.since + wait.give_up,
            State.SPEAKING: self._speaking(turn),
            State.OVERLAP: self._overlap(turn),
            State.AWAY: self._away(turn),
            State.CLOSING: self._closing(turn),
            State.ENDED: None,
        }
        return wakes[turn.state]

    def due(self, turn: Turn) -> int:
        """When a paused turn is over."""
        return turn.quiet_since + self.endpointer.patience(turn.evidence(self.profile))

    def over(self, turn: Turn, at: int) -> bool:
        """Whether a paused turn, whose words were asked for, is over."""
        return at >= self.due(turn) + (self.timing.flush if turn.flushes else 0)

    def murmurs(self, turn: Turn) -> int | None:
        """When a caller who pauses in a long turn is told that somebody listens; None: not in this pause."""
        wait, quiet = self.timing, turn.reachable and not turn.voice
        if not (self.backchannels and quiet and turn.sure and turn.said) or turn.voiced_for < wait.long_turn:
            return None
        if exact(evidence := turn.evidence(self.profile)):
            return None
        at = max(turn.quiet_since + wait.murmur, turn.murmured_at + wait.murmur_apart)
        unlikely = self.endpointer.probability(evidence) <= wait.unlikely
        return at if unlikely and self.due(turn) - at >= wait.murmur_room else None

    def would_listen(self, turn: Turn) -> bool:
        """Whether to ask how a paused turn sounds."""
        return not turn.listened and self.endpointer.would_listen(turn.evidence(self.profile))

    def may_be_all(self, turn: Turn, said: str) -> bool:
        """Whether the words `said`, the caller still speaking, may turn out to be the whole turn."""
        evidence = replace(turn, earlier=said, heard="", odds=None, sound=None, topic=None).evidence(self.profile)
        return self.endpointer.probability(evidence) >= self.timing.likely

    def settles(self, turn: Turn, at: int) -> bool:
        """Whether what comes of the reply has waited long enough for the caller to take it back."""
        settles = turn.binds and turn.lets_pass and turn.starved_at is None
        return settles and at >= turn.began_at + self.timing.settle

    def beeped(self, turn: Turn, at: int) -> bool:
        """Whether the beep of a machine that is noticed now has come."""
        return turn.beeped_at is not None and at <= turn.beeped_at + self.timing.beep

    def may_hush(self, turn: Turn) -> bool:
        """Whether the bot may be silenced: it is not, it may be cut, and it has more to say."""
        return not (turn.hushed or turn.protected or turn.through)

    def may_peek(self, turn: Turn) -> bool:
        """Whether what the caller says over the bot may be asked for while they say it."""
        return not (turn.peeked or turn.protected)

    def completes(self, turn: Turn) -> bool:
        """Whether a courtesy over the bot's words is the rest of a yes that they answer: "yes… please"."""
        if not isinstance(turn.ask, Answer) or turn.expected.awaited is not Awaited.YES_NO:
            return False
        soon = turn.state is State.WAITING or turn.voice_since <= turn.began_at + self.timing.courtesy
        return soon and yes_or_no(Utterance(turn.ask.said)) is True

    def voiced(self, turn: Turn, at: int) -> bool:
        """Whether words over the bot's are those of a voice, and not made of what is left of the bot's own sound."""
        return turn.voice or turn.quiet_since >= max(turn.began_at, at - self.timing.behind)

    def may_insist(self, turn: Turn) -> bool:
        """Whether the caller's voice over the bot says something if it only goes on."""
        return turn.over is Interjection.OPEN and not turn.protected

    def insists(self, turn: Turn, at: int) -> bool:
        """Whether it has gone on for long enough."""
        return self.may_insist(turn) and at >= turn.voice_since + self.timing.insists

    def late(self, turn: Turn, at: int) -> bool:
        """Whether the turn's wake has come."""
        wake = self.wake(turn)
        return wake is not None and at >= wake

    def _listening(self, turn: Turn) -> int | None:
        if not turn.reachable:
            return None
        if turn.said:
            return turn.words_at + (self.timing.stuck_voice if turn.voice else self.timing.unvoiced_words)
        silence = samples(turn.expects.silence) or self.timing.silence
        return (turn.voice_since if turn.voice else turn.idle_since) + silence

    def _paused(self, turn: Turn) -> int:
        if not turn.flushed:
            return turn.quiet_since + (self.timing.riper if turn.crowded else self.timing.ripe)
        over, murmur = self.due(turn) + (self.timing.flush if turn.flushes else 0), self.murmurs(turn)
        return over if murmur is None else min(over, murmur)

    def _speaking(self, turn: Turn) -> int:
        if turn.starved_at is not None:
            return self._starved(turn, turn.starved_at)
        end = turn.since + self.timing.longest
        return min(end, turn.began_at + self.timing.settle) if turn.binds and turn.lets_pass else end

    def _closing(self, turn: Turn) -> int:
        end = turn.since + self.timing.closing
        return end if turn.starved_at is None else min(end, self._starved(turn, turn.starved_at))

    def _starved(self, turn: Turn, since: int) -> int:
        """When something is to be done about a reply that has stopped in its middle."""
        return since + self.timing.starved if turn.filled_at is None else turn.filled_at + self.timing.give_up

    def _overlap(self, turn: Turn) -> int:
        wait = self.timing
        if not turn.voice:
            return max(turn.since, turn.quiet_since) + wait.verdict
        if self.may_hush(turn):
            return turn.since + wait.hush
        if self.may_peek(turn):
            return turn.voice_since + wait.peek
        over = turn.since + wait.overlap
        return min(over, turn.voice_since + wait.insists) if self.may_insist(turn) else over

    def _away(self, turn: Turn) -> int:
        if turn.far is Far.MACHINE:
            return turn.since + self.absence.machine
        return (turn.since if turn.away_since is None else turn.away_since) + self.absence.music
