"""The state of one conversation, and how replies move it: what is open, what was said last, what is awaited."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from agent.dialplan.schema import Dialplan
from agent.reply.digits import GRAMMAR
from agent.reply.message import Step
from agent.reply.reply import Awaited, Expectation, ModelPart, Part, Reply, Route, StockPart, TakenMessage, TextPart
from agent.reply.state import Open, Said, State

_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_AWAITED = dict.fromkeys((Open.CONFIRM, Open.OFFER, Open.ANYTHING_ELSE, Open.LEAVING, Open.UNSAID), Awaited.YES_NO)
_STEP_AWAITS = {
    Step.ASK: Awaited.MESSAGE,
    Step.OWN_NUMBER: Awaited.YES_NO,
    Step.NUMBER: Awaited.DIGITS,
    Step.REST: Awaited.DIGITS,
    Step.READ_BACK: Awaited.YES_NO,
}


class Talk:
    """Makes replies and keeps `state` in step with them. `move` alone changes the state. `names`: the words of a second
    recogniser where nothing is asked."""

    def __init__(self, plan: Dialplan, state: State, names: tuple[str, ...] = ()) -> None:
        self.plan = plan
        self.state = state
        self._grammars = {Awaited.DIGITS: GRAMMAR, Awaited.OPEN: names}

    def move(self, **changes: object) -> None:
        """The state with these fields changed."""
        self.state = msgspec.structs.replace(self.state, **changes)

    def say(
        self,
        route: Route,
        parts: Sequence[Part],
        open_question: Open = Open.NONE,
        *,
        name: str = "",
        confidence: float = 1.0,
        key: str | None = None,
        unsure: int = 0,
        message: TakenMessage | None = None,
        expects: Expectation | None = None,
    ) -> Reply:
        """A reply that moves the conversation on. `key`: the words in it that carry the information; `expects`: what
        it waits for, without its question, where that is not told by what is open."""
        self.move(
            open=open_question,
            topic="",
            second="",
            told="",
            asked="",
            notes=(),
            unsure=unsure,
            unheard=0,
            last_key=key or "",
        )
        self.move(last=said_of(parts), protecting=False, telling=False, menu="")
        reply = Reply(route, tuple(parts), name, confidence, message=self._pending(message))
        self.move(expects=self._expectation(reply.text, expects), asked_model="")
        return _with_key(msgspec.structs.replace(reply, expects=self.state.expects), key)

    def aside(
        self, route: Route, parts: Sequence[Part], open_question: Open | None = None, key: str | None = None
    ) -> Reply:
        """A reply after which the conversation is where it was, or only another question is open."""
        self.move(
            asked_model="", protecting=False, telling=False
        )  # what is heard from now on is no answer of the model's
        if open_question is not None:
            self.move(open=open_question, expects=Expectation())
        return _with_key(Reply(route, tuple(parts), expects=self.state.expects), key)

    def again(self) -> list[Part]:
        """The last reply's parts, for saying them once more."""
        return parts_of(self.state.last)

    def anything_else(self, route: Route, *lead: Part, message: TakenMessage | None = None) -> Reply:
        """The lead, and whether there is anything else."""
        parts = [*lead, StockPart(self.plan.phrases.anything_else)]
        return self.say(route, parts, Open.ANYTHING_ELSE, message=message)

    def close(self, route: Route, *parts: Part, message: TakenMessage | None = None) -> Reply:
        """The last reply of the call."""
        self.move(closing=True, open=Open.NONE, taking=None, running=None, passing=None, menu="")
        self.move(asked_model="", last=said_of(parts), protecting=False, telling=False)
        pending = self._pending(message)
        return Reply(route, parts, expects=Expectation(Awaited.NOTHING), hang_up=True, message=pending)

    def keep(self, reply: Reply) -> Reply:
        """`reply`, which nothing may cut; whoever resumes the conversation before it was heard says it again."""
        self.move(protecting=True)
        return msgspec.structs.replace(reply, protected=True)

    def _pending(self, message: TakenMessage | None) -> TakenMessage | None:
        """The message that is to be saved with a reply: the next one brings what an earlier one did not see saved."""
        self.move(message=message or self.state.message)
        return self.state.message

    def _expectation(self, text: str, expects: Expectation | None) -> Expectation:
        taking = self.state.taking
        awaited = _STEP_AWAITS[taking.step] if taking is not None else _AWAITED.get(self.state.open, Awaited.OPEN)
        sentences = [sentence.strip() for sentence in _SENTENCE.findall(text)]
        asked = [sentence for sentence in sentences if sentence.endswith("?")]
        requests = taking is not None or expects is not None  # "Please say the number."
        requested = sentences[-1] if requests and sentences else ""
        if expects is None:
            expects = Expectation(awaited, grammar=self._grammars.get(awaited, ()))
        return msgspec.structs.replace(expects, question=asked[-1] if asked else requested)


def said_of(parts: Sequence[Part]) -> tuple[Said, ...]:
    """Parts, to be said again from a checkpoint."""
    return tuple(Said(_text(part), isinstance(part, StockPart)) for part in parts)


def parts_of(said: Sequence[Said]) -> list[Part]:
    """What was said, for saying it once more."""
    return [StockPart(one.text) if one.stock else TextPart(one.text) for one in said]


def _text(part: Part) -> str:
    return part.instead if isinstance(part, ModelPart) else part.text


def _with_key(reply: Reply, key: str | None) -> Reply:
    start = reply.text.find(key) if key else -1
    return reply if start < 0 else msgspec.structs.replace(reply, key=(start, start + len(key or "")))
