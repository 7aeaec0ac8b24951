"""Where messages are taken: the table of `message.py`, put into words and driven by speech, keys and silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from agent.reply.commands import takes_leave
from agent.reply.digits import MOST, behind, spell
from agent.reply.message import Heard, Say, Step, Taking, advance, doubted, finish
from agent.reply.message_turn import heard_in
from agent.reply.reply import Notes, Part, Reply, Route, StockPart, TakenMessage, TextPart
from agent.reply.state import Open
from agent.reply.talk import Talk
from agent.reply.utterance import Utterance


class MessageDesk:
    """Takes one message at a time on a talk; `open` while it does. `aside` answers a question, None for other words;
    `somebody` puts through who asks for a person, None for other words and where nobody can be reached."""

    def __init__(
        self, talk: Talk, aside: Callable[[Utterance], Reply | None], somebody: Callable[[Utterance], Reply | None]
    ) -> None:
        self._talk = talk
        self._aside = aside
        self._somebody = somebody

    @property
    def open(self) -> bool:
        """Whether a message is being taken."""
        return self._talk.state.taking is not None

    @property
    def _taking(self) -> Taking:
        taking = self._talk.state.taking
        if taking is None:
            raise ValueError("no message is being taken")
        return taking

    def start(self, route: Route, lead: Sequence[Part], notes: Notes = (), name: str = "", score: float = 1.0) -> Reply:
        """Ask for the message, after what `lead` says. `notes`: what was taken down before, which goes with it, as does
        what a flow had that was left for it."""
        notes = notes or self._talk.state.notes
        self._talk.move(taking=Taking(own=self._talk.state.caller, notes=notes), typed="")
        parts = [*lead, StockPart(self._talk.plan.message.ask)]
        return self._talk.say(route, parts, Open.MESSAGE, name=name, confidence=score)

    def answer(self, said: Utterance, closed: str = "", sure: bool = True) -> Reply:
        """The caller's turn. `closed`: the same turn as heard by the recogniser of the expected grammar; `sure`: the
        words are sure enough for what cannot be undone. Raises EmbeddingError."""
        taking = self._taking
        put_through = self._somebody(said)
        if put_through is not None:
            return put_through
        if sure and taking.step is not Step.ASK and takes_leave(said):
            return self._leave(finish(taking))
        heard, digits = heard_in(taking, said, closed)
        told = self._aside(said) if heard is Heard.WORDS and taking.step is not Step.ASK else None
        if told is not None:
            reply = self._talk.aside(told.route, [*told.parts, *self._talk.again()])
            return msgspec.structs.replace(reply, name=told.name, confidence=told.confidence)
        heard = heard if sure else doubted(taking, heard)
        return self._take(taking, heard, said.text, digits)

    def silence(self) -> Reply:
        """The caller says nothing: a number that was being typed is complete, else the question is asked again."""
        return self._typed() if self._talk.state.typed else self._take(self._taking, Heard.NOTHING)

    def digit(self, key: str) -> Reply | None:
        """A telephone key: `#` ends the number, `*` begins it anew. None while it is being typed."""
        typed = self._talk.state.typed
        if self._taking.step is Step.ASK:
            return None
        if key == "#":
            return self._typed() if typed else None
        self._talk.move(typed="" if key == "*" else typed + key)
        return self._typed() if len(self._talk.state.typed) >= MOST else None

    def unfinished(self) -> TakenMessage | None:
        """What has been told so far, if it is a message."""
        return _taken(finish(self._taking)) if self.open else None

    def _take(self, taking: Taking, heard: Heard, words: str = "", digits: str = "") -> Reply:
        taking = advance(taking, heard, words, digits)
        talk, texts = self._talk, self._talk.plan.message
        if taking.done:
            talk.move(taking=None, typed="")
            return talk.anything_else(Route.MESSAGE, self._said(taking), message=_taken(taking))
        talk.move(taking=taking, typed="")
        match taking.say:
            case Say.READ_BACK:
                number = spell(taking.number)
                parts: list[Part] = [TextPart(f"{texts.read_back} {number}."), StockPart(texts.right)]
                return talk.say(Route.MESSAGE, parts, Open.MESSAGE, key=number)
            case Say.WAIT:
                return talk.aside(Route.MESSAGE, [StockPart(talk.plan.phrases.take_your_time)])
            case _:
                return talk.say(Route.MESSAGE, [self._said(taking)], Open.MESSAGE)

    def _typed(self) -> Reply:
        """The typed digits as a number that is whole, however short."""
        taking = self._taking
        typed = self._talk.state.typed
        number = behind(taking.number, typed) if taking.step is Step.REST else typed
        return self._take(msgspec.structs.replace(taking, number=""), Heard.WHOLE, digits=number)

    def _leave(self, taking: Taking) -> Reply:
        goodbye = StockPart(self._talk.plan.goodbye)
        return self._talk.close(Route.MESSAGE, self._said(taking), goodbye, message=_taken(taking))

    def _said(self, taking: Taking) -> StockPart:
        text: str = getattr(self._talk.plan.message, taking.say)
        return StockPart(text)


def _taken(taking: Taking) -> TakenMessage | None:
    if not taking.saved:
        return None
    number = taking.own if taking.step is Step.SAVED_OWN else taking.number
    return TakenMessage(taking.text, number, taking.confirmed, taking.notes)
