"""What an admin writes about a business: one frozen model a file, and nothing that a file may not say.

Texts are what callers hear, word for word; examples are what callers say, as a recogniser writes it (lower case, no
punctuation, number words).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from agent.dialplan.calendar import Calendar
from agent.dialplan.callbacks import Callbacks
from agent.dialplan.flows import Asking, Flow
from agent.dialplan.hours import Hours
from agent.dialplan.menus import MOST_MENUS, Menu
from agent.dialplan.models import Models, Worded
from agent.dialplan.recordings import MOST_RECORDINGS, SoundFile
from agent.dialplan.results import MOST_SINKS, Sink
from agent.dialplan.section import MOST, MOST_INCLUDED, MOST_TESTS, Example, Key, Name, Number, Section, Text
from agent.dialplan.slots import Slot
from agent.dialplan.tools import MOST_TOOLS, Tool
from agent.dialplan.transfers import MOST_TRANSFERS, Transfer
from agent.dialplan.validity import ADay, AMoment
from agent.listen.far_end import Far
from agent.listen.interjection import ENGLISH, PhraseBook
from agent.listen.profile import Profile
from agent.reply.reply import Route
from agent.reply.smalltalk import STOCK
from agent.reply.template import places

GREETING = "greeting"  # among what is protected
INCLUDE = "include"
VARIABLES = "variables"


class Action(StrEnum):
    """What an intent does besides being answered."""

    TAKE_MESSAGE = "take_message"
    GOODBYE = "goodbye"
    REPEAT = "repeat"


class Topic(Section):
    """What callers ask about. `about` completes "Did you want to ask about …?"."""

    name: Name
    about: Text | None = None
    worded: Worded = Worded.AS_WRITTEN
    closed: Text | None = None  # said instead while the business is closed

    @property
    def question(self) -> str:
        """What is asked back when it is not sure that the caller means this."""
        return f"Did you want to ask about {self.subject}?"

    @property
    def lead(self) -> str:
        """What goes before the answer when the match is good but not beyond doubt."""
        return f"About {self.subject}:"

    @property
    def offer(self) -> str:
        """What is asked when the caller spoke over the answer and has asked something else since."""
        return f"Before, you asked about {self.subject}. Shall I go on with that?"

    @property
    def subject(self) -> str:
        return self.about or self.name.replace("_", " ")


class Intent(Topic):
    """Something callers want, the ways they say it, and the stock answer."""

    examples: Annotated[tuple[Example, ...], Field(min_length=1, max_length=MOST)]
    answer: Text
    key: Text | None = None  # the words of the answer that carry the information
    action: Action | None = None
    flow: Name | None = None  # begins behind the answer
    transfer: Name | None = None  # behind the answer
    menu: Name | None = None  # likewise
    urgent: bool = False  # ends a flow that is going on
    digit: Key | None = None  # the telephone key that asks for it

    @property
    def asked(self) -> tuple[str, ...]:
        """How callers ask for it."""
        return self.examples

    @property
    def question(self) -> str:
        """What is asked back when it is not sure that the caller means this."""
        begins = any(deed is not None for deed in (self.flow, self.transfer, self.menu))
        return f"Is it about {self.subject}?" if begins else super().question

    @property
    def acts(self) -> bool:
        """Whether something comes of it besides its answer."""
        return any(deed is not None for deed in (self.action, self.flow, self.transfer, self.menu))


class Fact(Topic):
    """Something that is so, spoken as written when a question comes near it, on the days on which it is so."""

    questions: Annotated[tuple[Example, ...], Field(min_length=1, max_length=MOST)]
    text: Text
    key: Text | None = None
    begin: Annotated[ADay | None, Field(alias="from")] = None  # from this day on it is so
    until: ADay | None = None  # and with this one it was

    def holds(self, today: date) -> bool:
        """Whether it is so on that day."""
        return (self.begin is None or self.begin <= today) and (self.until is None or today <= self.until)

    @property
    def asked(self) -> tuple[str, ...]:
        """How callers ask for it."""
        return self.questions


class Silence(Section):
    """What is said to a caller who says nothing: the prompts in turn, then the goodbye, and the call ends."""

    prompts: Annotated[tuple[Text, ...], Field(min_length=2, max_length=2)] = (
        "Are you still there?",
        "I can't hear you. Is there anything I can help with?",
    )
    goodbye: Text = "I can't hear you, so I'll hang up now. Please call again. Goodbye."


class NoMatch(Section):
    """What is said when the bot does not know: an offer of what it can do, then an offer to take a message."""

    sorry: Text = "Sorry, I'm not sure about that."
    offer: Text = "You can ask about our opening hours, for example, or leave a message. Which would you like?"
    message: Text = "I'm afraid I can't help with that. Shall I take a message instead?"
    unheard: Text = "Sorry, I didn't catch that. Could you say it again?"


class MessageTaking(Section):
    """The texts of taking a message: ask, ask for the number, read it back, done."""

    ask: Text = "Please tell me your name and what it's about."
    listening: Text = "Go ahead, I'm listening."
    own_number: Text = "Shall we call you back on the number you're calling from?"
    number: Text = "What number can we call you back on?"
    number_again: Text = "Please say the number once more, digit by digit, or type it and press the pound key."
    rest: Text = "And the rest of the number?"
    read_back: Text = "I have"  # the digits follow
    right: Text = "Is that right?"
    yes_or_no: Text = "Please say yes or no."
    saved: Text = "Thank you. Your message is recorded, and someone will call you back."
    saved_own: Text = (
        "Thank you. Your message is recorded, and someone will call you back on the number you're calling from."
    )
    saved_without: Text = "Thank you. Your message is recorded."
    unfinished: Text = "I've recorded what you told me. Goodbye."
    cancelled: Text = "All right, no message."


class Phrases(Section):
    """The short phrases between answers."""

    anything_else: Text = "Is there anything else I can help with?"
    help: Text = "How can I help?"
    go_ahead: Text = "Sure, go ahead. What would you like to know?"
    what_then: Text = "Okay. What would you like to know?"
    leaving: Text = "Did you want to say goodbye?"
    here: Text = "Yes, I'm here."
    welcome: Text = "You're welcome."
    stopped: Text = "Okay."
    take_your_time: Text = "Take your time."
    automated: Text = "I'm an automated assistant."
    person: Text = "I can't put you through, but I can take a message."
    resumed: Text = "Sorry, we were cut off for a moment."
    nothing_said: Text = "I haven't said anything yet."
    acknowledgements: Annotated[tuple[Text, ...], Field(min_length=2, max_length=10)] = (
        "Sure.",
        "Right.",
        "Let me see.",
        "Okay.",
    )
    fillers: Annotated[tuple[Text, ...], Field(min_length=2, max_length=10)] = (
        "One moment, please.",
        "Just a second.",
        "I'm still on it.",
    )
    # Voices spell out "mm-hmm" ("em em ..."); these are what it sounds like.
    backchannels: Annotated[tuple[Text, ...], Field(min_length=2, max_length=10)] = ("Um-hmm.", "Uh-huh.")


class Interruptions(Section):
    """What callers say over the bot, where it differs from the built-in phrases, and what they cannot interrupt."""

    go_on: Annotated[tuple[Example, ...], Field(max_length=MOST)] = ()
    stop: Annotated[tuple[Example, ...], Field(max_length=MOST)] = ()
    neither: Annotated[tuple[Example, ...], Field(max_length=MOST)] = ()  # built-in phrases that are words like others
    protect: Annotated[tuple[Example, ...], Field(max_length=MOST)] = ()  # names of topics, and GREETING

    @property
    def phrases(self) -> PhraseBook:
        """What counts as what over the bot."""
        return ENGLISH.changed(self.go_on, self.stop, self.neither)


class Noticed(StrEnum):
    """What is not taken for a caller at the far end."""

    FAX = Far.FAX.value
    MUSIC = Far.MUSIC.value
    MACHINE = Far.MACHINE.value
    BOT = Far.BOT.value


class HoldMusic(Section):
    """The bot is silent until somebody speaks; after so many seconds it says goodbye."""

    seconds: Annotated[int, Field(ge=10, le=3_600)] = 180
    back: Text = "I'm still here."
    goodbye: Text = "Nobody seems to be there, so I'll hang up now. Please call again. Goodbye."


class Machine(Section):
    """The beep is waited for, so many seconds at most; then the text is said, if there is one, and the call ends."""

    seconds: Annotated[int, Field(ge=5, le=120)] = 30
    say: Text | None = None


class OtherBot(Section):
    """The last sentence of the call."""

    say: Text = "I'm an automated assistant, and it seems that you are one too, so I'll hang up now. Goodbye."


class FarEnd(Section):
    """What happens where no person is at the far end. A fax is hung up on."""

    notice: Annotated[tuple[Noticed, ...], Field(max_length=len(Noticed))] = tuple(Noticed)
    music: HoldMusic = HoldMusic()
    machine: Machine = Machine()
    bot: OtherBot = OtherBot()

    def notices(self, far: Far) -> bool:
        """Whether it is not taken for a caller."""
        return any(kind.value == far.value for kind in self.notice)

    def texts(self) -> tuple[str, ...]:
        """What may be said."""
        return tuple(filter(None, (self.music.back, self.music.goodbye, self.machine.say, self.bot.say)))


class Bands(Section):
    """From which score the router acts on a match, and from which it asks back."""

    act: Annotated[float, Field(gt=0, lt=1)] = 0.40
    confirm: Annotated[float, Field(gt=0, lt=1)] = 0.20
    margin: Annotated[float, Field(ge=0, lt=1)] = 0.05  # lead over the next topic without which it asks back
    careful: bool = True  # it is told only what surely answers the question; else it is asked back about
    asks_first: bool = False  # what tells something is asked back about first, but for an example word for word


class Cue(Section):
    """A turn of a test: what the caller says, the key that they press, that they say nothing, or that nobody takes the
    call where they are put through; and what must come of it. Words of a reply count whole, whatever their case and
    punctuation."""

    caller: Text | None = None
    key: Key | None = None
    silence: Literal[True] | None = None
    no_answer: Literal[True] | None = None  # where the caller is being put through
    topic: Example | None = None  # the intent or fact that answers; with a route the one that such a reply is about
    route: Route | None = None
    says: Annotated[tuple[Example, ...], Field(max_length=MOST)] = ()
    never: Annotated[tuple[Example, ...], Field(max_length=MOST)] = ()
    ends: bool | None = None  # the bot hangs up after it
    message: bool | None = None  # a message is complete with it
    tool: Name | None = None  # runs
    given: Mapping[Name, Text] = {}  # what it is given, at least
    transfer: Name | None = None  # where the caller is put through to
    within: Annotated[float, Field(gt=0, le=60)] | None = None  # s, until the bot is heard; by voice only


class Result(Section):
    """What a tool gives in a test, in which none is run: values, or its refusal by its code, or nobody knows whether it
    did it; none of these is a failure."""

    tool: Name
    gives: Mapping[Name, Text] | None = None
    refuses: Name | None = None
    unknown: Literal[True] | None = None


class Rehearsal(Section):
    """A test of the file: a call of its own, turn by turn."""

    name: Example
    now: AMoment | None = None  # local time
    text_only: Literal[True] | None = None  # not by voice: what is said in it no small recogniser hears by telephone
    results: Annotated[tuple[Result, ...], Field(max_length=MOST)] = ()  # each for one run, in order
    turns: Annotated[tuple[Cue, ...], Field(min_length=1, max_length=MOST)]


class Dialplan(Section):
    """One business on one telephone line."""

    include: Annotated[tuple[Text, ...], Field(max_length=MOST_INCLUDED)] = ()  # files whose keys stand here too
    variables: Mapping[Name, Text] = {}  # each is in the texts already
    name: Text  # the business, as spoken
    numbers: Annotated[tuple[Number, ...], Field(min_length=1)]  # called numbers that this answers; "*" is all others
    persona: Text  # who the bot is, in the small-talk model's prompt
    voice: Text = "piper-en-us-joe"
    timezone: Text | None = None  # None: this machine's
    hours: Hours | None = None
    recordings: Annotated[
        Mapping[SoundFile, Text], Field(max_length=MOST_RECORDINGS)
    ] = {}  # what is said in them, in place of the voice
    greeting: Text
    apology: Text = "Sorry, something went wrong on my side. Could you say that again?"
    hold: Text = "One moment, please."
    goodbye: Text = "Thank you for calling. Goodbye."
    silence: Silence = Silence()
    no_match: NoMatch = NoMatch()
    message: MessageTaking = MessageTaking()
    asking: Asking = Asking()
    phrases: Phrases = Phrases()
    small_talk: bool = True
    backchannels: bool = True  # "mm-hmm" in the pauses of a caller who tells something long
    patience: Profile = Profile.PLAIN  # how long callers are waited for who have not finished a thought
    router: Bands = Bands()
    model: Models = Models()
    interruptions: Interruptions = Interruptions()
    far_end: FarEnd = FarEnd()
    intents: Annotated[tuple[Intent, ...], Field(min_length=1, max_length=MOST)]
    facts: Annotated[tuple[Fact, ...], Field(max_length=MOST)] = ()
    slots: Annotated[tuple[Slot, ...], Field(max_length=MOST)] = ()  # what flows ask for
    transfers: Annotated[tuple[Transfer, ...], Field(max_length=MOST_TRANSFERS)] = ()
    menus: Annotated[tuple[Menu, ...], Field(max_length=MOST_MENUS)] = ()
    menu: Name | None = None  # behind the greeting
    operator: Name | None = None  # the transfer for who asks for a person, or presses 0
    flows: Annotated[tuple[Flow, ...], Field(max_length=MOST)] = ()
    unanswered: Annotated[
        tuple[Example, ...], Field(max_length=MOST)
    ] = ()  # what callers ask of such a business and this one has no answer to
    tools: Annotated[tuple[Tool, ...], Field(max_length=MOST_TOOLS)] = ()
    calendar: Calendar = Calendar()
    callbacks: Callbacks | None = None  # None: the bot calls nobody; who waits is written down
    results: Annotated[tuple[Sink, ...], Field(max_length=MOST_SINKS)] = ()
    tests: Annotated[tuple[Rehearsal, ...], Field(max_length=MOST_TESTS)] = ()  # nothing of them is said in a call

    @property
    def topics(self) -> tuple[Intent | Fact, ...]:
        """Everything that callers can ask about."""
        return (*self.intents, *self.facts)

    def stock_texts(self) -> list[str]:
        """Every text that is said word for word, without repetition, in the order of the file: what can be rendered
        before the first call."""
        return list(dict.fromkeys([*self._texts(), *STOCK]))

    def _texts(self) -> Iterator[str]:
        yield from (self.greeting, self.apology, self.hold, self.goodbye)
        yield from self.silence.prompts
        yield self.silence.goodbye
        for section in (self.no_match, self.message, self.asking, self.phrases):
            for field, said in section:
                if field != "read_back":
                    yield from (said,) if isinstance(said, str) else said
        yield from self.far_end.texts()
        if self.callbacks is not None:
            yield self.callbacks.greeting(self.name)
        parts: tuple[Transfer | Menu | Slot, ...] = (*self.transfers, *self.menus, *self.slots)
        for part in parts:
            yield from part.texts()
        for flow in self.flows:
            for text in flow.texts():
                yield from _whole(text)
        for intent in self.intents:
            yield from (
                *_whole(intent.answer),
                *_whole(intent.closed or ""),
                intent.question,
                *(() if intent.acts else (intent.offer,)),
            )
        for fact in self.facts:
            yield from (*_whole(fact.text), *_whole(fact.closed or ""), fact.question, fact.lead, fact.offer)


def _whole(text: str) -> tuple[str, ...]:
    """The text, unless it has places that are filled in the call."""
    return () if places(text) or not text else (text,)
