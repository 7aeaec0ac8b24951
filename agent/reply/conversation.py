"""One call's side of the talk: a caller's words in, a reply out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from agent.dialplan.schema import GREETING, Action, Fact, Intent
from agent.listen.far_end import Far
from agent.listen.wording import ASKING
from agent.reply.beside import Beside
from agent.reply.commands import BYE, Command, asks_slower
from agent.reply.doubt import Doubt
from agent.reply.flow_desk import FlowDesk, Ways
from agent.reply.interrupted import interrupted
from agent.reply.knowledge import SURE, spoken, written
from agent.reply.menu_desk import MenuDesk
from agent.reply.message_desk import MessageDesk
from agent.reply.present import Present
from agent.reply.reply import Due, ModelPart, Part, Reply, Route, StockPart, TakenMessage
from agent.reply.router import Decision, Kind
from agent.reply.smalltalk import COURTESIES
from agent.reply.state import Open, State, pack
from agent.reply.talk import Talk
from agent.reply.transfer_desk import TransferDesk
from agent.reply.universal import QUESTIONS, Universal
from agent.reply.unsaid import Unsaid
from agent.reply.utterance import Utterance
from agent.tools.call import ToolCall
from agent.tools.result import ToolResult

if TYPE_CHECKING:
    from agent.reply.responder import Responder

MODEL_LIMIT = 4  # exchanges a call that go through the model; a caller who goes on gets the stock answers
MODEL_TOKENS = 24
_UNCLEAR = (Kind.UNHEARD, Kind.UNKNOWN, Kind.UNSURE, Kind.COURTESY, Kind.AGREED)  # of one who was away
_ASKS_FLOOR = frozenset({"excuse me", "sorry", "sorry excuse me", "excuse me sorry", "pardon me"})
_ATTENDS = (Command.HERE, Command.WAIT, Command.REPEAT)


class Conversation:
    """One call's side of the talk. Each method answers one event and moves the state on; no clock, no I/O.

    A draft that may be thrown away is made on a copy: `responder.conversation(caller, conversation.checkpoint())`.
    """

    def __init__(self, responder: Responder, state: State, now: Callable[[], datetime]) -> None:
        self._plan = responder.plan
        self._knowledge = responder.knowledge
        self._router = responder.router
        self._prompt = responder.prompt
        self._protected = frozenset(responder.plan.interruptions.protect)
        self._talk = Talk(responder.plan, state)
        self._present = Present(lambda: self._talk.state.caller, now, responder.opening)
        self._desk = MessageDesk(self._talk)
        self._beside = Beside(self._knowledge, self._router, self._present)
        message = partial(self._desk.start, Route.MESSAGE)
        self._transfers = TransferDesk(self._talk, self._beside.answer, message, lambda: self._present.is_open)
        ways = Ways(self._beside.answer, self._person, message, self._transfers.start, self._present.fill)
        self._flows = FlowDesk(self._talk, self._present.now, ways)
        self._doubt = Doubt(self._talk, self._knowledge)
        self._unsaid = Unsaid(self._talk, self._knowledge)
        self._menus = MenuDesk(self._talk, self._named, self._doubt.offer)
        self._universal = Universal(self._talk, self._unsaid, self._named, self._person, self._leave)

    @property
    def model_turns(self) -> Sequence[tuple[str, str]]:
        """What the model is told of the talk so far: (role, text), the small talk only."""
        return self._talk.state.small_talk

    def checkpoint(self) -> bytes:
        """The state as bytes, for `Responder.conversation`."""
        return pack(self._talk.state)

    def heard(self, text: str, cut: Reply | None = None, rest: str = "") -> None:
        """What the caller heard of the last reply: enters the model's history if the model was asked. `cut`: the reply,
        where it was interrupted, and `rest`, words of it that were not heard. What it was about is said when the caller
        lets the bot go on, or offered later, unless that was heard already."""
        state = self._talk.state
        self._unsaid.heard(text, cut)
        self._talk.move(protecting=False, interrupted=cut is not None)
        if state.asked_model:
            told = text if cut is None else interrupted(text, rest)
            turns = (*state.small_talk, ("user", state.asked_model), ("assistant", told))
            self._talk.move(small_talk=turns, asked_model="")

    def settled(self) -> None:
        """What comes of the last reply is the session's from now on."""
        self._talk.move(message=None, finished=None)
        self._flows.sent()
        self._transfers.sent()

    @property
    def due(self) -> Due:
        """What comes of a reply that has not settled."""
        state, transfers = self._talk.state, self._transfers
        return Due(state.message, self._flows.due, transfers.due, transfers.stays, state.finished)

    @property
    def unsaved(self) -> TakenMessage | None:
        """A message that is complete and whose reply has not settled."""
        return self._talk.state.message

    def unfinished(self) -> TakenMessage | None:
        """The message of a caller who hung up while it was being taken."""
        return self._desk.unfinished()

    # Events

    def greet(self) -> Reply:
        """The first words of the call."""
        self._talk.move(greeted=True)
        return self._guarded(self._greeting(Route.GREETING), GREETING)

    def apology(self) -> Reply:
        """Something failed: the open question stays open."""
        return self._talk.aside(Route.APOLOGY, [StockPart(self._plan.apology)])

    def resumed(self) -> Reply:
        """The conversation goes on after an interruption: says so, and where it was."""
        talk, lead = self._talk, StockPart(self._plan.phrases.resumed)
        if not talk.state.greeted:
            talk.move(greeted=True)
            return self._guarded(self._greeting(Route.RESUMED, lead), GREETING)
        if talk.state.closing:
            protected = talk.state.protecting
            last = talk.again() if protected else [StockPart(self._plan.goodbye)]
            return self._kept(talk.close(Route.RESUMED, lead, *last, message=talk.state.message), protected)
        if talk.state.protecting:
            reply = talk.aside(Route.RESUMED, [lead, *talk.again()], key=talk.state.last_key)
            return self._kept(msgspec.structs.replace(reply, message=talk.state.message), True)
        again = [part for part in talk.again() if part != StockPart(self._plan.greeting)]
        if self._flows.open or self._transfers.open:
            return self._flows.resumed(lead) if self._flows.open else self._transfers.resumed(lead)
        reply = talk.aside(Route.RESUMED, [lead, *(again or [StockPart(self._plan.phrases.help)])])
        return msgspec.structs.replace(reply, message=talk.state.message)

    def silence(self, count: int) -> Reply:
        """The caller has said nothing `count` times in a row: asked again twice, then the call ends."""
        talk, plan = self._talk, self._plan.silence
        if self._transfers.open or self._flows.waits:
            return self._transfers.silence() if self._transfers.open else self._flows.silence()
        if count > len(plan.prompts):
            message = self._desk.unfinished()
            text = self._plan.message.unfinished if message else plan.goodbye
            return talk.close(Route.SILENCE, StockPart(text), message=message)
        if self._desk.open:
            return self._desk.silence()
        if self._flows.open or self._menus.open:
            return self._flows.silence() if self._flows.open else self._menus.silence()
        if count == 1 and talk.state.open in QUESTIONS:
            return talk.aside(Route.SILENCE, talk.again()[-1:])  # the question
        offer = self._unsaid.offer(Route.SILENCE) if count == 1 else None
        return offer or talk.aside(Route.SILENCE, [StockPart(plan.prompts[count - 1])], Open.STILL_THERE)

    def returned(self, said: str, sure: bool = True) -> Reply:
        """The caller was away, and this is what is heard since: answered if it is clear, else the conversation goes on
        where it was. `sure`: as for `answer`."""
        talk, utterance = self._talk, Utterance(said)
        back = StockPart(self._plan.far_end.music.back)
        if not talk.state.greeted:
            return self.greet()
        if self._desk.open or self._flows.open:
            return _led(back, self._desk.silence() if self._desk.open else self._flows.silence())
        decision = self._router.decide(utterance, talk.state.open, talk.state.topic, self._present.today)
        unclear = decision.kind in _UNCLEAR or (decision.kind is Kind.COMMAND and decision.name in _ATTENDS)
        if not unclear:
            return self.answer(said, sure=sure)
        if talk.state.open in QUESTIONS:
            return talk.aside(Route.FAR_END, [back, *talk.again()[-1:]])
        return talk.say(Route.FAR_END, [back, StockPart(self._plan.phrases.help)])

    def part(self, far: Far) -> Reply:
        """The last words to what is no person; a message that was begun is kept. Raises ValueError where the dialplan
        has none."""
        plan = self._plan.far_end
        texts = {Far.MUSIC: plan.music.goodbye, Far.MACHINE: plan.machine.say, Far.BOT: plan.bot.say}
        text = texts.get(far)
        if text is None:
            raise ValueError(f"nothing is said to a {far}")
        reply = self._talk.close(Route.FAR_END, StockPart(text), message=self._desk.unfinished())
        return msgspec.structs.replace(reply, protected=far is not Far.MUSIC)

    @property
    def recorded(self) -> bool:
        """Whether an answering machine's beep is waited for."""
        return self._talk.state.recorded

    @recorded.setter
    def recorded(self, recorded: bool) -> None:
        self._talk.move(recorded=recorded)

    def digit(self, key: str) -> Reply | None:
        """A telephone key: part of a number that is being taken, or what the dialplan gives it, in the menu that is
        open first; 0 is a person. None when nothing is to be said."""
        if self._desk.open:
            return self._desk.digit(key)
        if self._flows.open:
            return self._flows.digit(key)
        if self._transfers.open:
            return None
        offered = self._menus.digit(key)
        if offered is not None:
            return offered
        intent = self._knowledge.for_digit(key)
        if intent is not None:
            return self._topic(intent, 1.0)
        return self._person() if key == "0" else self._menus.nothing()

    def answer(self, said: str, closed: str = "", sure: bool = True) -> Reply:
        """The reply to a turn of the caller; `said` as recognised, "" when no word was. `closed`: the same turn as
        heard by a recogniser of `expects.grammar`, where there is one; `sure`: the words are sure enough for what
        cannot be undone, else it is asked back. Raises EmbeddingError, the state unchanged."""
        utterance = Utterance(said)
        return msgspec.structs.replace(self._answered(utterance, closed, sure), slow=asks_slower(utterance))

    def _answered(self, utterance: Utterance, closed: str, sure: bool) -> Reply:
        if self._desk.open or self._flows.open:
            urgent = self._beside.urgent(utterance)
            if urgent is not None:
                self._talk.move(running=None, taking=None, typed="")
                return self._topic(*urgent, utterance.text, sure)
            return (self._desk if self._desk.open else self._flows).answer(utterance, closed, sure)
        if self._transfers.open:
            return self._transfers.answer(utterance, sure)
        key = self._menus.key_in(utterance)
        if key:
            return self.digit(key) or self._doubt.unheard()
        state = self._talk.state
        decision = self._router.decide(utterance, state.open, state.topic, self._present.today)
        replies: dict[Kind, Callable[[], Reply]] = {
            Kind.UNHEARD: self._doubt.unheard,
            Kind.COMMAND: lambda: self._universal.answer(
                self._meant(decision, utterance), sure and utterance.words[0] not in ASKING
            ),
            Kind.YES: self._yes,
            Kind.NO: lambda: self._no(utterance, sure),
            Kind.AGREED: lambda: self._universal.agreed(utterance),
            Kind.TOPIC: lambda: self._topic(self._knowledge[decision.name], decision.score, utterance.text, sure),
            Kind.COURTESY: lambda: self._courtesy(decision, utterance),
            Kind.UNSURE: lambda: self._doubt.ask_back(decision, utterance.text),
            Kind.UNKNOWN: lambda: self._doubt.no_match(decision),
        }
        return replies[decision.kind]()

    def result(self, call: ToolCall, result: ToolResult) -> Reply | None:
        """What came of a tool's call; None where nobody waits for it any more."""
        return self._flows.result(result) if self._flows.waits == call else None

    def not_through(self) -> Reply | None:
        """The caller could not be put through; None where that was called off."""
        return self._transfers.failed() if self._transfers.open else None

    # Understood

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
            return self._topic(self._knowledge[state.topic], 1.0, state.asked)
        if state.open is Open.LEAVING:
            intent = self._knowledge[state.topic] if state.topic else None
            return self._leave(True, intent if isinstance(intent, Intent) else None)
        if state.open is Open.OFFER:
            return self._desk.start(Route.MESSAGE, [], state.notes)
        return self._talk.say(Route.COMMAND, [StockPart(self._plan.phrases.go_ahead)])

    def _no(self, said: Utterance, sure: bool) -> Reply:
        """No to the open question."""
        state, phrases = self._talk.state, self._plan.phrases
        if state.open in (Open.CONFIRM, Open.LEAVING):
            return self._talk.say(Route.COMMAND, [StockPart(phrases.what_then)], unsure=state.unsure)
        if state.open in (Open.OFFER, Open.UNSAID):
            return self._talk.anything_else(Route.COMMAND)
        if state.open is Open.ANYTHING_ELSE:
            offer = None if said.words[-1] in BYE else self._unsaid.offer(Route.COMMAND)
            return offer or self._leave(sure)
        return self._talk.say(Route.COMMAND, [StockPart(phrases.go_ahead)])

    def _greeting(self, route: Route, *lead: Part) -> Reply:
        """The first words of the call, and the dialplan's own menu."""
        parts = [*lead, StockPart(self._plan.greeting)]
        return self._menus.offer(self._plan.menu, parts, route, "") if self._plan.menu else self._talk.say(route, parts)

    def _named(self, topic: str) -> Reply:
        return self._topic(self._knowledge[topic], 1.0)

    def _topic(self, topic: Intent | Fact, score: float, said: str = "", sure: bool = True) -> Reply:
        self._unsaid.said(topic.name)
        if isinstance(topic, Intent) and topic.action is not None:
            return self._guarded(self._act(topic, topic.action, score, sure), topic.name)
        if isinstance(topic, Intent) and topic.flow is not None:
            lead = [written(topic.answer, self._present.fill)]
            return self._guarded(self._flows.start(topic.flow, lead, said, topic.name, score), topic.name)
        if isinstance(topic, Intent) and topic.transfer is not None:
            lead = [written(topic.answer, self._present.fill)]
            return self._guarded(self._transfers.start(topic.transfer, lead, name=topic.name, score=score), topic.name)
        if isinstance(topic, Intent) and topic.menu is not None:
            lead = [written(topic.answer, self._present.fill)]
            return self._guarded(self._menus.offer(topic.menu, lead, Route.INTENT, topic.name, score), topic.name)
        parts, key = spoken(topic, score, said, self._present.fill, self._present.is_open)
        route = Route.INTENT if isinstance(topic, Intent) else Route.FACT
        return self._guarded(self._talk.say(route, parts, name=topic.name, confidence=score, key=key), topic.name)

    def _act(self, intent: Intent, action: Action, score: float, sure: bool) -> Reply:
        match action:
            case Action.TAKE_MESSAGE:
                lead = [written(intent.answer, self._present.fill)]
                return self._desk.start(Route.INTENT, lead, (), intent.name, score)
            case Action.GOODBYE:
                return self._leave(sure and score >= SURE, intent)
            case Action.REPEAT:
                return self._universal.repeat()

    def _guarded(self, reply: Reply, name: str) -> Reply:
        """`reply`, which nothing may cut where the dialplan protects `name`."""
        return self._kept(reply, name in self._protected)

    def _kept(self, reply: Reply, protected: bool) -> Reply:
        """`reply`, which nothing may cut if it is `protected`; whoever resumes the conversation before it was heard
        says it again."""
        self._talk.move(protecting=protected)
        return msgspec.structs.replace(reply, protected=protected)

    def _courtesy(self, decision: Decision, said: Utterance) -> Reply:
        courtesy = next(courtesy for courtesy in COURTESIES if courtesy.name == decision.name)
        modelled = self._plan.small_talk and courtesy.modelled and len(self.model_turns) < 2 * MODEL_LIMIT
        part: Part = StockPart(courtesy.instead or self._plan.phrases.automated)
        if modelled:
            part = ModelPart(self._prompt, said.text, courtesy.instead, MODEL_TOKENS)
        reply = self._talk.say(Route.SMALL_TALK, [part], name=courtesy.name, confidence=decision.score)
        self._talk.move(asked_model=said.text if modelled else "")
        return reply

    def _person(self) -> Reply:
        if self._plan.operator is not None:
            return self._transfers.start(self._plan.operator, [])
        intent = self._knowledge.for_digit("0")
        if intent is not None:
            return self._topic(intent, 1.0)
        return self._desk.start(Route.MESSAGE, [StockPart(self._plan.phrases.person)])


def _led(lead: Part, reply: Reply) -> Reply:
    """`reply` behind `lead`."""
    led = msgspec.structs.replace(reply, route=Route.FAR_END, parts=(lead, *reply.parts))
    shift = len(led.text) - len(reply.text)
    return led if reply.key is None else msgspec.structs.replace(led, key=(reply.key[0] + shift, reply.key[1] + shift))
