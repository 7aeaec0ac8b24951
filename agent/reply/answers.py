"""What is answered to words that were understood: a command, a yes, a topic, a courtesy."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from agent.dialplan.schema import Action, Fact, Intent
from agent.listen.wording import ASKING
from agent.reply.commands import BYE, Command
from agent.reply.doubt import Doubt
from agent.reply.flow_desk import FlowDesk
from agent.reply.knowledge import SURE, Knowledge, written
from agent.reply.menu_desk import MenuDesk
from agent.reply.message_desk import MessageDesk
from agent.reply.present import Present
from agent.reply.reply import ModelPart, Part, Reply, Route, StockPart
from agent.reply.router import Decision, Kind
from agent.reply.smalltalk import COURTESIES
from agent.reply.state import Open
from agent.reply.talk import Talk
from agent.reply.transfer_desk import TransferDesk
from agent.reply.universal import Universal
from agent.reply.unsaid import Unsaid
from agent.reply.utterance import Utterance

MODEL_LIMIT = 4  # exchanges a call that go through the model; a caller who goes on gets the stock answers
MODEL_TOKENS = 24
_ASKS_FLOOR = frozenset({"excuse me", "sorry", "sorry excuse me", "excuse me sorry", "pardon me"})


class Desks(msgspec.Struct, frozen=True):
    """Where an answer may lead: what takes more than one turn, and what was left unsaid."""

    message: MessageDesk
    flows: FlowDesk
    transfers: TransferDesk
    menus: MenuDesk
    unsaid: Unsaid


class Answers:
    """One call's; its state is the talk's. `prompt` is what the model is told for small talk."""

    def __init__(self, talk: Talk, knowledge: Knowledge, present: Present, desks: Desks, prompt: str) -> None:
        self._plan = talk.plan
        self._talk = talk
        self._knowledge = knowledge
        self._present = present
        self._desks = desks
        self._prompt = prompt
        self.doubt = Doubt(talk, knowledge)
        self._universal = Universal(talk, desks.unsaid, self.named, self.person, self._leave)
        self._protected = frozenset(talk.plan.interruptions.protect)

    def to(self, decision: Decision, utterance: Utterance, sure: bool) -> Reply:
        """The answer to words by what they were understood as; `sure`: sure enough for what cannot be undone."""
        replies: dict[Kind, Callable[[], Reply]] = {
            Kind.UNHEARD: self.doubt.unheard,
            Kind.COMMAND: lambda: self._universal.answer(
                self._meant(decision, utterance), sure and utterance.words[0] not in ASKING
            ),
            Kind.YES: self._yes,
            Kind.NO: lambda: self._no(utterance, sure),
            Kind.AGREED: lambda: self._universal.agreed(utterance),
            Kind.TOPIC: lambda: self.topic(
                self._knowledge[decision.name], decision.score, self._words(decision.name, utterance), sure
            ),
            Kind.COURTESY: lambda: self._courtesy(decision, utterance),
            Kind.UNSURE: lambda: self.doubt.ask_back(decision, utterance.text),
            Kind.UNKNOWN: lambda: self.doubt.no_match(decision),
        }
        return replies[decision.kind]()

    def topic(self, topic: Intent | Fact, score: float, said: str = "", sure: bool = True) -> Reply:
        self._desks.unsaid.said(topic.name)
        if isinstance(topic, Intent) and topic.action is not None:
            return self.guarded(self._act(topic, topic.action, score, sure), topic.name)
        if isinstance(topic, Intent) and topic.flow is not None:
            begun = self._desks.flows.start(topic.flow, self._lead(topic), said, topic.name, score)
            return self.guarded(begun, topic.name)
        if isinstance(topic, Intent) and topic.transfer is not None:
            put_through = self._desks.transfers.start(topic.transfer, self._lead(topic), name=topic.name, score=score)
            return self.guarded(put_through, topic.name)
        if isinstance(topic, Intent) and topic.menu is not None:
            offered = self._desks.menus.offer(topic.menu, self._lead(topic), Route.INTENT, topic.name, score)
            return self.guarded(offered, topic.name)
        parts, key = self._knowledge.spoken(topic, score, said, self._present.fill, self._present.is_open)
        route = Route.INTENT if isinstance(topic, Intent) else Route.FACT
        reply = self._talk.say(route, parts, name=topic.name, confidence=score, key=key)
        self._talk.move(told=topic.name)
        return self.guarded(reply, topic.name)

    def named(self, topic: str) -> Reply:
        """The answer to a topic that is asked for by its name."""
        return self.topic(self._knowledge[topic], 1.0)

    def person(self) -> Reply:
        if self._plan.operator is not None:
            return self._desks.transfers.start(self._plan.operator, [])
        intent = self._knowledge.for_digit("0")
        if intent is not None:
            return self.topic(intent, 1.0)
        return self._desks.message.start(Route.MESSAGE, [StockPart(self._plan.phrases.person)])

    def guarded(self, reply: Reply, name: str) -> Reply:
        """`reply`, which nothing may cut where the dialplan protects `name`."""
        return self._talk.keep(reply) if name in self._protected else reply

    def _words(self, topic: str, said: Utterance) -> str:
        """What is said of a topic, with what belongs to it where it was just offered."""
        state = self._talk.state
        offered = state.open is Open.UNSAID and state.topic == topic
        return f"{said.text} {state.asked}".strip() if offered else said.text

    def _meant(self, decision: Decision, said: Utterance) -> Command | None:
        """The command; None for words that ask for a repetition elsewhere, and over the bot's voice for the floor."""
        asks_floor = self._talk.state.interrupted and said.text in _ASKS_FLOOR
        return None if asks_floor else Command(decision.name)

    def _leave(self, sure: bool, intent: Intent | None = None) -> Reply:
        """The caller takes leave, by the words of an `intent` of the dialplan where there is one. Words that are not
        sure end no call."""
        if not sure:
            asked = self._talk.say(Route.CONFIRM, [StockPart(self._plan.phrases.leaving)], Open.LEAVING)
            self._talk.move(topic=intent.name if intent is not None else "")
            return asked
        last = StockPart(self._plan.goodbye) if intent is None else written(intent.answer, self._present.fill)
        return self._talk.close(Route.GOODBYE, last)

    def _yes(self) -> Reply:
        """Yes to the open question."""
        state = self._talk.state
        if state.open in (Open.CONFIRM, Open.UNSAID):
            return self.topic(self._knowledge[state.topic], 1.0, state.asked)
        if state.open is Open.LEAVING:
            intent = self._knowledge[state.topic] if state.topic else None
            return self._leave(True, intent if isinstance(intent, Intent) else None)
        if state.open is Open.OFFER:
            return self._desks.message.start(Route.MESSAGE, [], state.notes)
        return self._talk.say(Route.COMMAND, [StockPart(self._plan.phrases.go_ahead)])

    def _no(self, said: Utterance, sure: bool) -> Reply:
        """No to the open question."""
        state, phrases = self._talk.state, self._plan.phrases
        if state.open is Open.CONFIRM and (another := self.doubt.ask_next()) is not None:
            return another
        if state.open in (Open.CONFIRM, Open.LEAVING):
            return self._talk.say(Route.COMMAND, [StockPart(phrases.what_then)], unsure=state.unsure)
        if state.open in (Open.OFFER, Open.UNSAID):
            return self._talk.anything_else(Route.COMMAND)
        if state.open is Open.ANYTHING_ELSE:
            offer = None if said.words[-1] in BYE else self._desks.unsaid.offer(Route.COMMAND)
            return offer or self._leave(sure)
        return self._talk.say(Route.COMMAND, [StockPart(phrases.go_ahead)])

    def _act(self, intent: Intent, action: Action, score: float, sure: bool) -> Reply:
        match action:
            case Action.TAKE_MESSAGE:
                return self._desks.message.start(Route.INTENT, self._lead(intent), (), intent.name, score)
            case Action.GOODBYE:
                return self._leave(sure and score >= SURE, intent)
            case Action.REPEAT:
                return self._universal.repeat()

    def _lead(self, intent: Intent) -> list[Part]:
        """What is said before something comes of the intent."""
        closed = intent.closed if not self._present.is_open else None
        return [written(closed or intent.answer, self._present.fill)]

    def _courtesy(self, decision: Decision, said: Utterance) -> Reply:
        courtesy = next(courtesy for courtesy in COURTESIES if courtesy.name == decision.name)
        modelled = self._plan.small_talk and courtesy.modelled and len(self._talk.state.small_talk) < 2 * MODEL_LIMIT
        part: Part = StockPart(courtesy.instead or self._plan.phrases.automated)
        if modelled:
            part = ModelPart(self._prompt, said.text, courtesy.instead, MODEL_TOKENS)
        reply = self._talk.say(Route.SMALL_TALK, [part], name=courtesy.name, confidence=decision.score)
        self._talk.move(asked_model=said.text if modelled else "")
        return reply
