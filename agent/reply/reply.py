"""What the bot is going to say, before it is sound: parts, the words that carry the information, what it expects."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from agent.dialplan.transfers import Transfer
from agent.listen.profile import Profile
from agent.reply.tier import Tier
from agent.tools.call import ToolCall
from agent.tools.record import Spoken


class Awaited(StrEnum):
    """The kind of answer a question waits for; the endpointer listens accordingly."""

    OPEN = "open"
    YES_NO = "yes_no"
    DIGITS = "digits"
    NAME = "name"
    MESSAGE = "message"  # free dictation: be patient
    NOTHING = "nothing"  # the bot is about to hang up


class Expectation(msgspec.Struct, frozen=True):
    """What the bot waits for after it has spoken. `digits` is how many, 0 when unknown."""

    awaited: Awaited = Awaited.OPEN
    digits: int = 0
    question: str = ""  # the question as asked, for the endpointer's prompt
    profile: Profile | None = None  # how long this answer is waited for, where that is not as for the caller's others
    silence: float = 0.0  # s without a word after which the bot speaks again; 0: as always
    grammar: tuple[str, ...] = ()  # words that a second, closed recogniser listens for; none: open speech only


class StockPart(msgspec.Struct, frozen=True):
    """A pre-rendered text: played by content id, never synthesised in the call."""

    text: str


class TextPart(msgspec.Struct, frozen=True):
    """A text that is rendered now."""

    text: str


class ModelPart(msgspec.Struct, frozen=True):
    """Words the language model is asked for, streamed clause by clause through the fence; `instead` is said
    when the model fails or the fence refuses its first clause. With a `fact` the model words that one and the fence
    is what is in it; without, it makes small talk."""

    system: str
    said: str  # the caller's words
    instead: str  # stock text
    max_tokens: int = 48
    fact: str = ""
    tier: Tier = Tier.SMALL

    @property
    def asked(self) -> str:
        """What the model is told in the caller's place."""
        return f"Caller: {self.said}\nNote: {self.fact}" if self.fact else self.said


Part = StockPart | TextPart | ModelPart


class Route(StrEnum):
    """How the reply came about."""

    INTENT = "intent"
    FACT = "fact"
    SMALL_TALK = "small_talk"
    MESSAGE = "message"
    FLOW = "flow"
    TRANSFER = "transfer"
    MENU = "menu"
    CONFIRM = "confirm"
    FALLBACK = "fallback"
    SILENCE = "silence"
    GREETING = "greeting"
    GOODBYE = "goodbye"
    APOLOGY = "apology"
    RESUMED = "resumed"
    FAR_END = "far_end"  # no person is there, or one is back
    COMMAND = "command"  # "repeat", "wait", "thank you" and other things that callers may say to any bot


Notes = tuple[tuple[str, str], ...]


class TakenMessage(msgspec.Struct, frozen=True):
    """A message for the business. `number` to call back, "" when none is known; `confirmed` when the caller said
    that it is right; `notes`: what a flow had taken down before, by name, and whom the caller could not be put through
    to."""

    text: str
    number: str
    confirmed: bool
    notes: Notes = ()


class Finished(msgspec.Struct, frozen=True):
    """What a flow took down: its values by name, as tools get them, and as they are said."""

    flow: str
    values: Notes
    spoken: Notes = ()


class Handed(msgspec.Struct, frozen=True):
    """What goes with a caller who is put through to `to`: what a flow had taken down, by name, and what was said."""

    to: str
    values: Notes
    transcript: tuple[Spoken, ...]


class Due(msgspec.Struct, frozen=True):
    """What comes of a reply and cannot be undone: done once the caller has not taken the reply back."""

    message: TakenMessage | None = None
    call: ToolCall | None = None
    transfer: Transfer | None = None
    stays: bool = False  # the caller does not want to be put through any more
    finished: Finished | None = None
    handed: Handed | None = None  # before the transfer
    press: str = ""  # telephone keys for the far end


class Reply(msgspec.Struct, frozen=True):
    """One thing to say. `key` is the span (start, end) in `text` of the words that carry the information."""

    route: Route
    parts: tuple[Part, ...]
    name: str = ""  # the intent or fact
    confidence: float = 1.0
    key: tuple[int, int] | None = None
    expects: Expectation = Expectation()
    hang_up: bool = False  # after it was heard whole
    message: TakenMessage | None = None  # complete with this reply
    tool: ToolCall | None = None  # to be made once the caller has not taken the reply back
    transfer: str = ""  # where the caller is put through to, likewise
    finished: Finished | None = None  # the flow that is over with this reply
    stays: bool = False  # the caller was being put through and does not want that any more
    protected: bool = False  # said to its end, whoever speaks
    slow: bool = False  # the caller asked for it more slowly

    @property
    def tier(self) -> Tier:
        """Who words it."""
        tiers = [part.tier for part in self.parts if isinstance(part, ModelPart)]
        return Tier.STRONG if Tier.STRONG in tiers else tiers[0] if tiers else Tier.STOCK

    @property
    def text(self) -> str:
        """The reply's words as known before the model speaks."""
        return " ".join(part.instead if isinstance(part, ModelPart) else part.text for part in self.parts)
