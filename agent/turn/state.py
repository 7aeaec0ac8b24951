"""Where a call stands: the states, the waits, and all that the turn table knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from agent.listen.evidence import Evidence, Rhythm
from agent.listen.far_end import Far
from agent.listen.interjection import Interjection
from agent.listen.profile import Profile
from agent.reply.reply import Expectation
from agent.turn.moves import Ask, Greet
from telephony.audio import samples

_OPEN = Expectation()


class State(StrEnum):
    """Whose turn it is."""

    NEW = "new"  # before the answer
    PICKED_UP = "picked_up"  # whom the bot calls is there: their first word is waited for
    LISTENING = "listening"  # the caller's turn
    PAUSED = "paused"  # the caller is silent; is the turn over?
    THINKING = "thinking"  # a reply is being made, nothing of it is audible
    WAITING = "waiting"  # the reply is late, a filler covers it
    SPEAKING = "speaking"  # the bot is audible
    OVERLAP = "overlap"  # the caller's voice over the bot's: deciding
    AWAY = "away"  # music, or a machine before its beep: nobody is there, and the bot is silent
    CLOSING = "closing"  # the last words, then the hang-up
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Timing:
    """Waits, in samples of the call clock."""

    silence: int = samples(7.0)  # nobody speaks: re-prompt
    stuck_voice: int = samples(1.5)  # the VAD says voice, but no new words come
    unvoiced_words: int = samples(1.2)  # words come, but the VAD says nothing
    ripe: int = samples(0.05)  # of quiet before the recogniser is flushed: most dips within words are shorter
    riper: int = samples(0.1)  # the same with other calls: every dip that is flushed is recognised twice
    flush: int = samples(2.0)  # beyond the endpoint, for the words of a flush: half of a turn is not answered
    mumble: int = samples(0.5)  # voice of this length without a word deserves an answer
    filler: int = samples(0.7)  # nothing audible after the commit
    began: int = samples(3.0)  # sound was handed over, the line does not begin
    give_up: int = samples(4.0)  # a filler was heard, the reply still has no sound
    starved: int = samples(0.8)  # the reply stops in its middle: until a filler covers it, which waits for `give_up`
    verdict: int = samples(0.5)  # after a voice over the bot's: for its words
    hush: int = samples(0.2)  # a voice over the bot's: until its words are known the bot is silent
    peek: int = samples(0.4)  # of a voice over the bot's: what the recogniser has heard of it by then is asked for
    insists: int = samples(0.55)  # a voice over the bot's that goes on, with a word that begins no listening noise
    overlap: int = samples(1.5)  # a voice over the bot's without words
    real: int = samples(0.3)  # a single word that took this long is the caller's
    behind: int = samples(1.5)  # a voice over the bot's ended: its words may still come. Words of no voice are none
    early: int = samples(1.2)  # words this close to the bot's end are an early answer
    longest: int = samples(120.0)  # one thing said
    closing: int = samples(30.0)  # until the hang-up
    likely: float = 0.15  # P(over), by the words alone, from which a reply is drafted while the caller speaks
    failures: int = 3  # in a row, then the call is ended
    retractions: int = 2  # of replies to one turn
    rash: int = samples(0.05)  # a voice that began this soon after the bot's shows that the caller was not done
    courtesy: int = samples(1.0)  # a voice that began this soon after the bot's may be the rest of a yes: "please"
    settle: int = samples(0.4)  # after a reply began: 0.3 s for the caller to take it back, and until the line tells
    breath: int = samples(0.15)  # a pause of this length is one of the caller's own
    long_turn: int = samples(5.0)  # a caller who has spoken for so long is told now and then that somebody listens:
    murmur: int = samples(0.3)  # in a pause, after this much of it
    murmur_room: int = samples(0.6)  # that goes on for at least so long
    murmur_apart: int = samples(8.0)
    unlikely: float = 0.3  # and that is not the end: P(over) is at most this
    beep: int = samples(3.0)  # a beep this long ago was that of the machine that is noticed now
    announced: int = samples(20.0)  # music so soon after music goes on
    hello: int = samples(1.0)  # after whom the bot calls is there: for their first word
    hellos: int = samples(3.0)  # that lasts
    heard_back: int = samples(1.5)  # a voice that ended this long before the music was known to be over came after it


@dataclass(frozen=True, slots=True)
class Absence:
    """How long nobody is waited for, in samples, and whether a machine is told something."""

    music: int = samples(180.0)
    machine: int = samples(30.0)
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """All that the table knows of a call; times on the call clock."""

    state: State = State.NEW
    since: int = 0  # the state's begin
    idle_since: int = 0  # nobody's words since
    reachable: bool = True
    far: Far = Far.PERSON  # as far as it is known; a bot is told so in its next pause
    away_since: int | None = None  # nobody was there, but for announcements
    returned_at: int = 0
    back: bool = False  # whoever speaks now has been away
    beeped_at: int | None = None
    # the bot
    generation: int = 0  # the latest begun
    music: int = -1  # the generation that was the latest music for a caller who waits
    ask: Ask = field(default_factory=Greet)
    expects: Expectation = _OPEN  # what the bot waits for
    expected: Expectation = _OPEN  # before this generation
    prepared: bool = False  # it is known what will be said
    sounded: bool = False  # its first own sound was handed over
    handed: bool = False  # all of it was
    excused: bool = False  # it ended in an apology
    starved_at: int | None = None
    filled_at: int | None = None  # a filler covered that
    hushed: bool = False  # in the middle of what it says, for the caller's voice
    hang_up: bool = False
    began_at: int = 0  # its own sound, audibly
    protected: bool = False  # it is said to its end, whoever speaks
    kept: bool = False  # what the caller said over it is to be answered
    binds: bool = False  # what comes of it and cannot be undone waits for a Settle
    settled: bool = False
    through: bool = False  # it was heard whole before it was known what the voice over it means
    over: Interjection = Interjection.NOTHING  # what the words over it mean so far
    peeked: bool = False  # they were asked for while the voice over it went on
    nudges: int = 0  # re-prompts in a row
    failures: int = 0  # in a row
    retracted: int = 0  # replies to this turn that were taken back
    # the caller
    earlier: str = ""  # words of this turn that an answer, taken back, was to
    heard: str = ""  # words since that answer was begun, or since the turn was
    hearing: int = 0  # what the recogniser calls this turn; it begins anew whenever this has grown
    drafted: str = ""  # words that a reply was drafted to last
    read: str = ""  # words that the model read ahead last
    words_at: int = 0
    crowded: bool = False  # other calls need the machine as well
    voice: bool = False
    voice_since: int = 0
    voiced_for: int = 0  # in this turn
    voiced_before: int = 0  # in the turn that the latest generation answers
    quiet_since: int = 0  # after the last voiced sample
    flushed: bool = False  # the recogniser was asked in this pause
    flushes: int = 0  # asked for and not answered
    sure: bool = False  # `heard` answers a flush of this pause
    odds: float | None = None  # of `said`, as weighed
    sound: float | None = None
    topic: float | None = None
    ends: float | None = None
    listened: bool = False  # how `said` sounds was asked
    rhythm: Rhythm = field(default_factory=Rhythm)
    murmured_at: int = -samples(60.0)  # the bot said that it listens

    @property
    def said(self) -> str:
        """The caller's words in this turn so far."""
        return f"{self.earlier} {self.heard}".strip()

    @property
    def lets_pass(self) -> bool:
        """Whether the caller says nothing that may take back what the bot says, or nothing may."""
        return self.protected or not (self.voice or self.state is State.OVERLAP)

    @property
    def audible(self) -> bool:
        """Whether the caller's words are over the bot's."""
        return self.state in (State.WAITING, State.SPEAKING, State.OVERLAP)

    @property
    def idle(self) -> bool:
        """Whether nobody speaks, nothing that was said waits for an answer, and the caller hears the bot."""
        return self.state is State.LISTENING and self.reachable and not (self.voice or self.said)

    @property
    def takes_keys(self) -> bool:
        """Whether a key press may be answered now, or has to wait until what is being said was heard, or until it is
        known whether that may be cut."""
        if self.state in (State.THINKING, State.WAITING) and not (self.prepared or self.excused):
            return False
        deaf = (State.PICKED_UP, State.CLOSING, State.ENDED)
        return not (self.protected or self.binds) and self.state not in deaf

    def evidence(self, profile: Profile) -> Evidence:
        """What speaks for and against the turn's being over. `profile`: of callers, unless an answer of another kind
        is awaited."""
        return Evidence(
            said=self.said, expects=self.expects, flushed=self.sure, odds=self.odds, sound=self.sound,
            topic=self.topic, ends=self.ends, rhythm=self.rhythm,
            profile=self.expects.profile or profile, voiced=self.voiced_for,
        )  # fmt: skip
