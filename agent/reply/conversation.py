"""One call's side of the talk: a caller's words in, a reply out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from agent.dialplan.schema import GREETING, Fact, Intent
from agent.listen.far_end import Far
from agent.reply.answers import Answers, Desks
from agent.reply.beside import Beside
from agent.reply.commands import Command, asks_slower
from agent.reply.flow_course import Ways
from agent.reply.flow_desk import FlowDesk
from agent.reply.interrupted import interrupted
from agent.reply.menu_desk import MenuDesk
from agent.reply.message_desk import MessageDesk
from agent.reply.present import Present
from agent.reply.reference import Reference
from agent.reply.reply import Due, Part, Reply, Route, StockPart, TakenMessage
from agent.reply.router import Kind
from agent.reply.state import Open, State, pack
from agent.reply.talk import Talk
from agent.reply.transcript import Transcript
from agent.reply.transfer_desk import TransferDesk
from agent.reply.universal import QUESTIONS
from agent.reply.unsaid import Unsaid
from agent.reply.untold import Untold
from agent.reply.utterance import Utterance
from agent.tools.call import ToolCall
from agent.tools.result import ToolResult

if TYPE_CHECKING:
    from agent.reply.responder import Responder

_UNCLEAR = (Kind.UNHEARD, Kind.UNKNOWN, Kind.UNSURE, Kind.COURTESY, Kind.AGREED)  # words that ask for nothing
_ATTENDS = (Command.HERE, Command.WAIT, Command.REPEAT)


class Conversation:
    """One call's side of the talk. Each method answers one event and moves the state on; no clock, no I/O.

    A draft that may be thrown away is made on a copy: `responder.conversation(caller, conversation.checkpoint())`.
    """

    def __init__(self, responder: Responder, state: State, now: Callable[[], datetime]) -> None:
        self._plan = responder.plan
        self._knowledge = responder.knowledge
        self._router = responder.router
        self._directory = responder.directory
        self._talk = Talk(responder.plan, state, self._directory.grammar)
        self._present = Present(lambda: self._talk.state.caller, now, responder.opening)
        self._beside = Beside(self._knowledge, self._router, self._present, self._plan.phrases.automated)
        self._reference = Reference(self._knowledge, self._router)
        self._desk = MessageDesk(self._talk, self._beside.question, self._somebody)
        message = partial(self._desk.start, Route.MESSAGE)
        self._transfers = TransferDesk(self._talk, self._beside.answer, message, lambda: self._present.is_open)
        ways = Ways(
            self._beside.answer, self._person, self._somebody, message, self._transfers.start, self._present.fill
        )
        self._flows = FlowDesk(self._talk, self._present.now, ways)
        self._unsaid = Unsaid(self._talk, self._knowledge)
        self._menus = MenuDesk(self._talk, self._named, self._offer)
        desks = Desks(self._desk, self._flows, self._transfers, self._menus, self._unsaid)
        self._answers = Answers(self._talk, self._knowledge, self._present, desks, responder.prompt)
        self._untold = Untold(self._talk)
        self._transcript = Transcript(self._talk, self._present.now)

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
        self._transcript.bot(text, cut)
        self._unsaid.heard(text, cut)
        self._untold.heard(text, cut)
        self._talk.move(protecting=False, interrupted=cut is not None)
        if state.asked_model:
            told = text if cut is None else interrupted(text, rest)
            turns = (*state.small_talk, ("user", state.asked_model), ("assistant", told))
            self._talk.move(small_talk=turns, asked_model="")

    def settled(self) -> None:
        """What comes of the last reply is the session's from now on."""
        self._transcript.learn()  # a reply settles before it was heard
        self._talk.move(message=None, finished=None, press="")
        self._flows.sent()
        self._transfers.sent()

    @property
    def due(self) -> Due:
        """What comes of a reply that has not settled."""
        state, transfer = self._talk.state, self._transfers.due
        handed = None if transfer is None else self._transcript.handed(transfer.name, self._transfers.notes)
        return Due(state.message, self._flows.due, transfer, self._transfers.stays, state.finished, handed, state.press)

    def unfinished(self) -> TakenMessage | None:
        """The message of a caller who hung up while it was being taken."""
        return self._desk.unfinished()

    # Events

    def greet(self) -> Reply:
        """The first words of the call."""
        self._talk.move(greeted=True)
        return self._answers.guarded(self._greeting(Route.GREETING), GREETING)

    def apology(self) -> Reply:
        """Something failed: the open question stays open."""
        return self._talk.aside(Route.APOLOGY, [StockPart(self._plan.apology)])

    def take_up(self) -> None:
        """Another agent held it, and what that one has begun nobody waits for any more: it is due again. To be called
        once, before anything else."""
        self._flows.take_up()

    def resumed(self, rings: bool = False) -> Reply:
        """The conversation goes on after an interruption: says so, and where it was. `rings`: the caller is being put
        through; where the conversation believes so and they are not, that has failed."""
        return self._untold.again(self._resumed(StockPart(self._plan.phrases.resumed), rings))

    def _resumed(self, lead: Part, rings: bool) -> Reply:
        talk = self._talk
        if self._transfers.ordered and not rings:
            return self._outcome(self._transfers.resumed(lead, rings))
        if not talk.state.greeted:
            talk.move(greeted=True)
            return self._answers.guarded(self._greeting(Route.RESUMED, lead), GREETING)
        if talk.state.closing:
            protected = talk.state.protecting
            last = talk.again() if protected else [StockPart(self._plan.goodbye)]
            reply = talk.close(Route.RESUMED, lead, *last, message=talk.state.message)
            return talk.keep(reply) if protected else reply
        if talk.state.protecting and not self._flows.waits:
            reply = talk.aside(Route.RESUMED, [lead, *talk.again()], key=talk.state.last_key)
            return talk.keep(msgspec.structs.replace(reply, message=talk.state.message))
        again = [part for part in talk.again() if part != StockPart(self._plan.greeting)]
        if self._flows.open or self._transfers.open:
            return self._flows.resumed(lead) if self._flows.open else self._transfers.resumed(lead, rings)
        reply = talk.aside(Route.RESUMED, [lead, *(again or [StockPart(self._plan.phrases.help)])])
        return msgspec.structs.replace(reply, message=talk.state.message)

    def silence(self, count: int) -> Reply:
        """The caller has said nothing `count` times in a row: asked again twice, then the call ends."""
        return self._untold.again(self._silence(count))

    def _silence(self, count: int) -> Reply:
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
        before, reply = self._talk.state, self._returned(said, sure)
        self._transcript.caller(said, before)
        return self._untold.again(reply)

    def _returned(self, said: str, sure: bool) -> Reply:
        talk, utterance = self._talk, Utterance(said)
        back = StockPart(self._plan.far_end.music.back)
        if not talk.state.greeted:
            return self.greet()
        if self._desk.open or self._flows.open:
            return _led(back, self._desk.silence() if self._desk.open else self._flows.silence())
        decision = self._router.decide(utterance, talk.state.open, talk.state.topic, self._present.today)
        unclear = decision.kind in _UNCLEAR or (decision.kind is Kind.COMMAND and decision.name in _ATTENDS)
        if not unclear:
            return self._answer(said, "", sure)
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
    def music(self) -> bool:
        """Whether the caller hears music while nobody speaks: they are being put through."""
        return self._transfers.music

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
        before = self._talk.state
        typed = before.running.typed if before.running is not None else before.typed
        reply = self._digit(key)
        if reply is None:
            return None
        self._transcript.caller(f"[{typed}{key}]", before)
        return self._untold.again(reply)

    def _digit(self, key: str) -> Reply | None:
        if self._desk.open:
            return self._desk.digit(key)
        if self._flows.open:
            return self._flows.digit(key)
        intent = self._knowledge.for_digit(key)
        if self._transfers.open:
            urgent = intent is not None and intent.urgent and not self._transfers.goes_to(intent.transfer)
            return self._at_once(intent, 1.0) if intent is not None and urgent else self._transfers.digit(key)
        offered = self._menus.digit(key)
        if offered is not None:
            return offered
        if intent is not None:
            return self._answers.topic(intent, 1.0)
        return self._answers.person() if key == "0" else self._menus.nothing()

    def answer(self, said: str, closed: str = "", sure: bool = True) -> Reply:
        """The reply to a turn of the caller; `said` as recognised, "" when no word was. `closed`: the same turn as
        heard by a recogniser of `expects.grammar`, where there is one; `sure`: the words are sure enough for what
        cannot be undone, else it is asked back. Raises EmbeddingError, the state unchanged."""
        before, reply = self._talk.state, self._answer(said, closed, sure)
        self._transcript.caller(said, before)
        return self._untold.again(reply)

    def _answer(self, said: str, closed: str, sure: bool) -> Reply:
        utterance = Utterance(said)
        return msgspec.structs.replace(self._answered(utterance, closed, sure), slow=asks_slower(utterance))

    def _answered(self, utterance: Utterance, closed: str, sure: bool) -> Reply:
        if self._desk.open or self._flows.open or self._transfers.open:
            urgent = self._beside.urgent(utterance)
            if urgent is not None and not self._transfers.goes_to(urgent[0].transfer):
                return self._at_once(*urgent, utterance.text, sure)
        if self._desk.open or self._flows.open:
            return (self._desk if self._desk.open else self._flows).answer(utterance, closed, sure)
        if self._transfers.open:
            return self._ringing(utterance, sure)
        key = self._menus.key_in(utterance)
        if key:
            return self._digit(key) or self._answers.doubt.unheard()
        return self._understood(utterance, closed, sure)

    def _ringing(self, said: Utterance, sure: bool) -> Reply:
        """What is said while it rings. Who would leave a message, or be called, need not be asked first whether they
        want to wait; who is asked may want anything else."""
        rather = None
        if sure and self._transfers.leaves_open(said):
            rather = self._beside.rather(said)
        elif sure and not self._transfers.emergency:
            rather = self._beside.sparing(said)
        if rather is None:
            return self._transfers.answer(said, sure)
        return msgspec.structs.replace(self._at_once(*rather, said.text, sure), stays=True)

    def _understood(self, utterance: Utterance, closed: str, sure: bool) -> Reply:
        state, today = self._talk.state, self._present.today
        decision = self._router.decide(utterance, state.open, state.topic, today)
        if state.told:
            decision = self._reference.decide(utterance, decision, state.told, today)
        if state.open is Open.EMERGENCY and decision.kind in _UNCLEAR:
            return self._talk.aside(Route.TRANSFER, self._talk.again())
        named = self._directory.repaired(utterance, closed, decision)
        if named is not None:
            utterance, decision = named, self._router.decide(named, state.open, state.topic, today)
        return self._answers.to(decision, utterance, sure)

    def result(self, call: ToolCall, result: ToolResult) -> Reply | None:
        """What came of a tool's call. A caller who has gone on from its flow is told when nothing else is asked, else
        with the next reply: then it is None, as where there is nothing to tell."""
        if self._flows.waits == call:
            reply = self._flows.result(result)
            self._transcript.learn()
            return self._untold.tells(reply)
        late = self._flows.late(call, result)
        self._transcript.learn(*late.held)
        if not late.parts:
            return None
        self._untold.keep([StockPart(self._plan.asking.late), *late.parts])
        return self._untold.again(self._unasked()) if self._free else None

    def _unasked(self) -> Reply:
        """What goes on behind news that the caller did not wait for."""
        if self._talk.state.open in QUESTIONS:
            return self._talk.aside(Route.FLOW, self._talk.again()[-1:])
        return self._talk.anything_else(Route.FLOW)

    @property
    def _free(self) -> bool:
        """Whether the caller is in the middle of nothing, and may be told news."""
        state = self._talk.state
        held = self._desk.open or self._flows.open or self._transfers.open
        return not (held or state.closing or state.open is Open.EMERGENCY)

    def not_through(self) -> Reply | None:
        """The caller could not be put through; None where that was called off."""
        return self._outcome(self._transfers.failed()) if self._transfers.open else None

    def _at_once(self, topic: Intent | Fact, score: float, said: str = "", sure: bool = True) -> Reply:
        """A topic, such as an urgent one, in the place of whatever is going on: a message that was begun is kept, and
        what was taken down before goes with the caller."""
        self._make_way()
        return self._answers.topic(topic, score, said, sure)

    def _make_way(self) -> None:
        state = self._talk.state
        notes = self._transfers.notes if state.taking is None else state.taking.notes
        self._talk.move(notes=notes, message=self._desk.unfinished() or state.message)
        self._flows.give_way()
        self._talk.move(taking=None, typed="")
        self._transfers.give_up()

    def _somebody(self, said: Utterance) -> Reply | None:
        """Who asks for a person in the middle of a message or a flow is put through; None for other words, and for a
        message where nobody can be reached."""
        running = self._talk.state.running
        whom = self._beside.somebody(said, "" if running is None else running.flow)
        if whom is None:
            return None
        topic, score = whom
        if topic is not None:
            return self._at_once(topic, score, said.text)
        someone = self._plan.operator is not None or self._knowledge.for_digit("0") is not None
        if self._desk.open and not someone:
            return None
        self._make_way()
        return self._answers.person()

    def _outcome(self, reply: Reply) -> Reply:
        """`reply`, which tells what came of a transfer."""
        whole = self._talk.state.open is Open.EMERGENCY
        return self._untold.tells(self._answers.guarded(reply, reply.name), whole)

    def _greeting(self, route: Route, *lead: Part) -> Reply:
        """The first words of the call, and the dialplan's own menu; or whom the bot has called is put through."""
        parts, callbacks = [*lead, StockPart(self._plan.greeting)], self._plan.callbacks
        if self._talk.state.placed and callbacks is not None:
            parts = [*lead, StockPart(callbacks.greeting(self._plan.name))]
            if callbacks.then is not None:
                return self._transfers.start(callbacks.then, parts)
            parts += [] if self._plan.menu else [StockPart(self._plan.phrases.help)]
        return self._menus.offer(self._plan.menu, parts, route, "") if self._plan.menu else self._talk.say(route, parts)

    def _named(self, topic: str) -> Reply:
        return self._answers.named(topic)

    def _offer(self) -> Reply:
        return self._answers.doubt.offer()

    def _person(self) -> Reply:
        return self._answers.person()


def _led(lead: Part, reply: Reply) -> Reply:
    """`reply` behind `lead`."""
    led = msgspec.structs.replace(reply, route=Route.FAR_END, parts=(lead, *reply.parts))
    shift = len(led.text) - len(reply.text)
    return led if reply.key is None else msgspec.structs.replace(led, key=(reply.key[0] + shift, reply.key[1] + shift))
