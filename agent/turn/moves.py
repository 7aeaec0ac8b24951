"""What goes into the turn table and what comes out: asks, events, effects.

`at` is the call clock, in 16 kHz samples since the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.listen.far_end import Far
from agent.listen.interjection import Interjection
from agent.reply.reply import Expectation

_OPEN = Expectation()

# ── what the bot is asked to say ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Greet:
    """The first words of a call."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The first words after the agent came back in the middle of a call."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a caller's turn; "" when there was speech but no words. `sure`: the words are sure enough for what
    cannot be undone; `back`: nobody was there before them."""

    said: str
    sure: bool = True
    back: bool = False


@dataclass(frozen=True, slots=True)
class Nudge:
    """The caller says nothing, for the `count`-th time in a row."""

    count: int


@dataclass(frozen=True, slots=True)
class Pending:
    """The reply that a key press brought about, or what a tool gave; the session has it."""


@dataclass(frozen=True, slots=True)
class Apologise:
    """The recogniser failed: ask for the words again."""


@dataclass(frozen=True, slots=True)
class Part:
    """The last words to what is at the far end, which is no person."""

    far: Far


Ask = Greet | Resume | Answer | Nudge | Pending | Apologise | Part


# ── events ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened; `at` is the call clock when the table hears of it."""

    at: int


class Answered(Event):
    """The call is up."""


class PickedUp(Event):
    """A call that the bot has placed is up."""


class TakenUp(Event):
    """A call that was up before this agent: taken up again."""


class VoiceBegan(Event):
    """The caller's voice began."""


@dataclass(frozen=True, slots=True)
class VoiceEnded(Event):
    """The caller's voice ended; the last voiced sample was `ended`."""

    ended: int


@dataclass(frozen=True, slots=True)
class Words(Event):
    """All that the recogniser has of the caller's words for `Turn.hearing`; the first `stable` of them have held for
    a while. `flushed`: because we asked. `over`: what they mean if they were said over the bot's. `crowded`: other
    calls need the machine, so nothing is done for words that may yet change."""

    hearing: int
    text: str
    stable: int = 0
    flushed: bool = False
    over: Interjection = Interjection.NOTHING
    crowded: bool = False


@dataclass(frozen=True, slots=True)
class Weighed(Event):
    """News about whether the words `said` are a whole turn; None: nothing new of this kind.
    See `agent.listen.evidence.Evidence`."""

    said: str
    odds: float | None = None
    sound: float | None = None
    topic: float | None = None
    ends: float | None = None


class Deaf(Event):
    """The recogniser failed and words may be lost."""


class Keyed(Event):
    """A key was pressed and there is nothing to say to it."""


class Interjected(Event):
    """A key press has a reply, or there is news for the caller: the session holds it."""


class Waits(Event):
    """The caller waits for somebody else, and may hear music until somebody speaks."""


@dataclass(frozen=True, slots=True)
class About(Event):
    """Base of what concerns one generation."""

    generation: int


@dataclass(frozen=True, slots=True)
class Prepared(About):
    """The reply is known, not yet its sound. `protected`: it is said to its end, whoever speaks. `binds`: something
    comes of it that cannot be undone, which waits for a Settle; so does its `hang_up`."""

    expects: Expectation = _OPEN
    hang_up: bool = False
    protected: bool = False
    binds: bool = False


class Voiced(About):
    """The reply's first sound was handed to the line."""


class Handed(About):
    """All of the reply was handed to the line."""


class Failed(About):
    """Making the reply failed."""


class Starved(About):
    """The line has played all it was given and the reply is not over."""


class Fed(About):
    """The line has sound to play again."""


class Began(About):
    """The line sent the generation's first sample."""


class Ended(About):
    """The line is through with the generation."""


class Unreachable(Event):
    """The caller cannot hear or be heard: on hold, or no RTP."""


class Reachable(Event):
    """The caller is back."""


@dataclass(frozen=True, slots=True)
class Noticed(Event):
    """It is no person that is at the far end, but `far`, since the call clock `since`."""

    far: Far
    since: int


class Returned(Event):
    """There is a person at the far end again, or at least no music any more."""


class Beeped(Event):
    """A tone came after which an answering machine records."""


class Tick(Event):
    """Time passed."""


class Over(Event):
    """The call is over."""


EVENTS: tuple[type[Event], ...] = (
    Answered, PickedUp, TakenUp, VoiceBegan, VoiceEnded, Words, Weighed, Deaf, Keyed, Interjected, Waits, Prepared,
    Voiced, Handed, Failed, Starved, Fed, Began, Ended, Unreachable, Reachable, Noticed, Returned, Beeped, Tick, Over,
)  # fmt: skip


# ── effects ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Flush:
    """Ask the recogniser for the words so far."""


@dataclass(frozen=True, slots=True)
class Peek:
    """Ask the recogniser for the words so far of a caller who goes on speaking."""


@dataclass(frozen=True, slots=True)
class Weigh:
    """Ask whether the words `said` are a whole turn; `Weighed` answers, perhaps in several pieces."""

    said: str


@dataclass(frozen=True, slots=True)
class Listen:
    """Ask how the words `said` sound, which ended at the call clock `end`; `Weighed` answers."""

    said: str
    end: int


@dataclass(frozen=True, slots=True)
class Draft:
    """Make a reply to the words `said` ready, which may turn out to be the caller's turn. Nothing of it is heard
    before a `Begin`."""

    said: str


@dataclass(frozen=True, slots=True)
class ReadAlong:
    """The caller is at the words `said` and not done: have the model read them, so that `Weigh` has less to do."""

    said: str


@dataclass(frozen=True, slots=True)
class Begin:
    """Make and say a reply as `generation`."""

    generation: int
    ask: Ask


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop making the reply and drop it at the line. `retract`: it was not heard, so the conversation is as if
    it had never been answered."""

    upto: int
    retract: bool = False


@dataclass(frozen=True, slots=True)
class Murmur:
    """Say, as `generation`, that somebody listens to the caller, who pauses after `said`. It is no reply: nothing is
    told of it, and the caller's voice ends it."""

    generation: int
    said: str


@dataclass(frozen=True, slots=True)
class PlayMusic:
    """Play music, as `generation`, to a caller who waits. It is no reply: nothing is told of it, and the caller's voice
    ends it."""

    generation: int


@dataclass(frozen=True, slots=True)
class Fill:
    """Say a filler as the first part of the generation, whose reply is late."""

    generation: int


@dataclass(frozen=True, slots=True)
class Excuse:
    """Stop making the reply; say the stock apology as the generation's last part."""

    generation: int


@dataclass(frozen=True, slots=True)
class Pause:
    """The caller speaks over the bot, which is silent until it is known why."""

    generation: int


@dataclass(frozen=True, slots=True)
class Restore:
    """The caller did not interrupt: the bot goes on, as loud as before."""

    generation: int


@dataclass(frozen=True, slots=True)
class Settle:
    """The caller has not taken the reply back: what comes of it and cannot be undone is done now. Once a generation."""

    generation: int


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call after the generation was heard (0: now)."""

    after: int = 0


Ahead = Flush | Peek | Weigh | Listen | Draft | ReadAlong | Murmur | PlayMusic  # the caller has the turn
Effect = Ahead | Begin | Cancel | Fill | Excuse | Pause | Restore | Settle | HangUp
Effects = tuple[Effect, ...]
