"""Where a flow is held: asks its slots, has them confirmed, hands its tools' calls out and says what came of them.

::

    ask ─► a value, sure ────► the next step
        ├► a value, not sure ► read back ─► yes ─► the next step
        ├► words that ask something else ─► their answer, and the question again
        └► no answer, again and again ───► a message is offered
    confirm ─► yes ─► the next step          do ─► ToolCall ─► ToolResult ─► its text, and the next step
            ├► "no, Tuesday" ─► with it, confirmed again
            └► no ─► what to change? ─► that slot again
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from agent.dialplan.flows import Asking, Does, Flow, Step, Then
from agent.dialplan.slots import Confirm, Slot, SlotKind
from agent.reply.digits import spell
from agent.reply.flow import Asked, Held, Running, applies, call_of, gone
from agent.reply.flow_question import Question
from agent.reply.flow_turn import WORDED, Heard, Turn, chosen, held, taken, turn_of
from agent.reply.reply import Expectation, Finished, Notes, Part, Reply, Route, StockPart
from agent.reply.state import Open
from agent.reply.talk import Talk
from agent.reply.utterance import Utterance
from agent.slots.reading import Reading
from agent.slots.spoken import spoken
from agent.tools.call import ToolCall
from agent.tools.kind import Kind
from agent.tools.result import Outcome, ToolResult

_BINDING = (Heard.YES, Heard.CANCEL, Heard.GOODBYE)  # what counts only where the words are sure
_YES_OR_NO = (Asked.READ_BACK, Asked.CONFIRM)
TRIES = 3  # answers to one question that are none; then a message is offered
_LONGEST = 100  # steps that a turn may pass; more is a circle
_TYPED = frozenset({SlotKind.DIGITS, SlotKind.PHONE})


class Ways(msgspec.Struct, frozen=True):
    """Where a flow goes that is left: the conversation's."""

    aside: Callable[[Utterance], Reply | None]  # the answer to a question that is none of the flow's
    person: Callable[[], Reply]
    message: Callable[[Sequence[Part], Notes], Reply]
    transfer: Callable[[str, Sequence[Part], Notes], Reply]
    fill: Callable[[str], str]  # a text's places that are no values


class FlowDesk:
    """Holds one flow at a time on a talk; `open` while it does."""

    def __init__(self, talk: Talk, now: Callable[[], datetime], ways: Ways) -> None:
        plan = talk.plan
        self._talk = talk
        self._now = now
        self._ways = ways
        self._texts: Asking = plan.asking
        self._flows = {flow.name: flow for flow in plan.flows}
        self._slots: Mapping[str, Slot] = {slot.name: slot for slot in plan.slots}
        self._questions = Question(plan.asking, self._slots, ways.fill)
        self._inputs = {tool.name: tool.input for tool in plan.tools}
        self._outputs = {tool.name: tool.output for tool in plan.tools}

    @property
    def open(self) -> bool:
        """Whether a flow is held."""
        return self._talk.state.running is not None

    @property
    def _running(self) -> Running:
        running = self._talk.state.running
        if running is None:
            raise ValueError("no flow is held")
        return running

    @property
    def _flow(self) -> Flow:
        return self._flows[self._running.flow]

    @property
    def _step(self) -> Step:
        return self._flow.steps[self._running.at]

    # Events

    def start(self, flow: str, lead: Sequence[Part], said: str, name: str, score: float) -> Reply:
        """Begin the flow after what `lead` says; values in the words `said` are taken."""
        number = self._talk.state.flows + 1
        self._talk.move(running=Running(flow, number=number, digest=self._flows[flow].digest), flows=number)
        reply = self._go(lead, Utterance(said))
        return msgspec.structs.replace(reply, route=Route.INTENT, name=name, confidence=score)

    def answer(self, said: Utterance, closed: str = "", sure: bool = True) -> Reply:
        """The caller's turn. `closed`: the same turn as heard by the recogniser of the expected grammar; `sure`: the
        words are sure enough for what cannot be undone. Raises EmbeddingError."""
        running = self._running
        turn = turn_of(running, self._asked_for(), self._open_slot(), said, now=self._now(), closed=closed)
        if not sure and turn.heard in _BINDING:
            return self._unanswered(self._texts.yes_or_no if running.asked in _YES_OR_NO else "")
        replies: Mapping[Heard, Callable[[], Reply]] = {
            Heard.VALUE: lambda: self._value(turn, said),
            Heard.REFUSED: lambda: self._unanswered(self._slots[turn.slot].refused),
            Heard.PART: lambda: self._part(turn),
            Heard.YES: lambda: self._yes(said),
            Heard.NO: self._no,
            Heard.CHANGE: lambda: self._changed(turn),
            Heard.NAMED: lambda: self._anew(turn.slot),
            Heard.CANCEL: self.cancel,
            Heard.WAIT: lambda: self._talk.aside(Route.FLOW, [StockPart(self._talk.plan.phrases.take_your_time)]),
            Heard.AGAIN: lambda: self._talk.aside(Route.FLOW, self._talk.again()),
            Heard.PERSON: lambda: self._leave(self._ways.person),
            Heard.GOODBYE: lambda: self._talk.close(Route.GOODBYE, StockPart(self._talk.plan.goodbye)),
            Heard.NOTHING: lambda: self._unanswered(self._talk.plan.no_match.unheard),
            Heard.WORDS: lambda: self._words(said),
        }
        return replies[turn.heard]()

    def silence(self) -> Reply:
        """The caller says nothing: a number that was being typed is complete, else the question is asked again."""
        if self._running.typed:
            return self._typed()
        if self._running.asked is Asked.NOTHING:
            return self._talk.aside(Route.FLOW, [StockPart(self._texts.still)])
        return self._talk.aside(Route.FLOW, self._talk.again()[-1:])

    def digit(self, key: str) -> Reply | None:
        """A telephone key: a digit of a number, which `#` ends and `*` begins anew; 1 for yes and 2 for no; the place
        of a choice; 0 for a person. None when nothing is to be said."""
        running = self._running
        if running.asked is Asked.NOTHING:
            return None
        if running.asked in _YES_OR_NO and key in "12":
            return self._yes(Utterance("")) if key == "1" else self._no()
        slot = self._slots.get(self._open_slot())
        if running.asked is Asked.SLOT and slot is not None and slot.kind in _TYPED:
            return self._key(slot, key)
        choice = chosen(slot, key) if slot is not None and running.asked is Asked.SLOT else None
        if choice is not None:
            return self._value(choice, Utterance(""))
        return self._leave(self._ways.person) if key == "0" else None

    def result(self, result: ToolResult) -> Reply:
        """What came of the tool's call."""
        running, step = self._running, self._step
        given = tuple(Held(name, value, self._spoken(step, name, value)) for name, value in result.values)
        running = msgspec.structs.replace(running.holding(*given), call=None, sent=False, calls=running.calls + 1)
        then = self._then(step, result)
        self._talk.move(running=gone(running, self._flow, then.go) if then.go else running.moved(running.at + 1))
        return self._go([self._written(then.say)] if then.say else [], Utterance(""))

    def resumed(self, lead: Part) -> Reply:
        """The conversation goes on after an interruption: a tool's call is handed out again, which its key keeps from
        being done twice, else the question is asked again."""
        running = self._running
        if running.call is not None:
            self._talk.move(running=msgspec.structs.replace(running, sent=False))
            protected = self._talk.again()[:-1] if self._talk.state.protecting else []
            reply = self._calling([lead, *protected])
            return self._talk.keep(reply) if protected else reply
        return self._talk.aside(Route.RESUMED, [lead, *self._talk.again()[-1:]])

    def cancel(self) -> Reply:
        """The caller does not want it."""
        cancelled = StockPart(self._flow.cancelled)
        return self._leave(lambda: self._talk.anything_else(Route.FLOW, cancelled))

    @property
    def due(self) -> ToolCall | None:
        """The call that the session is to make now."""
        running = self._talk.state.running
        return None if running is None or running.sent else running.call

    @property
    def waits(self) -> ToolCall | None:
        """The call whose result is waited for."""
        running = self._talk.state.running
        return None if running is None else running.call

    def sent(self) -> None:
        """The session makes the call."""
        if self.due is not None:
            self._talk.move(running=msgspec.structs.replace(self._running, sent=True))

    # What the caller said

    def _value(self, turn: Turn, said: Utterance) -> Reply:
        slot, reading = self._slots[turn.slot], _read(turn)
        if slot.confirm is Confirm.ALWAYS or (not reading.sure and slot.confirm is Confirm.AUTO):
            doubt = held(slot.name, reading)
            self._talk.move(running=self._running.doubting(doubt))
            self._move(begun="", typed="")
            parts = self._questions.read_back(doubt)
            return self._talk.say(Route.FLOW, parts, Open.FLOW, key=reading.spoken, expects=self._expected())
        self._talk.move(running=self._running.holding(held(slot.name, reading)).moved(self._running.at + 1))
        beside = said if slot.kind not in WORDED else Utterance("")
        return self._go([], beside, frozenset({slot.kind}))

    def _part(self, turn: Turn) -> Reply:
        self._move(begun=_read(turn).value, typed="")
        return self._talk.say(Route.FLOW, [StockPart(self._texts.rest)], Open.FLOW, expects=self._expected())

    def _yes(self, said: Utterance) -> Reply:
        running = self._running
        if running.doubt is not None:
            running = running.holding(running.doubt)
        self._talk.move(running=running.moved(running.at + 1))
        return self._go([], said if running.asked is Asked.READ_BACK else Utterance(""))

    def _no(self) -> Reply:
        if self._running.asked is Asked.CONFIRM:
            self._move(asked=Asked.CHANGE, tries=0)
            return self._talk.say(Route.FLOW, [StockPart(self._texts.change)], Open.FLOW)
        self._talk.move(running=self._running.without_doubt())
        return self._unanswered(self._texts.again)

    def _changed(self, turn: Turn) -> Reply:
        """Another value for something said before: what comes behind it is done again with it, and confirmed."""
        at = self._flow.asking(turn.slot)
        self._talk.move(running=self._running.holding(held(turn.slot, _read(turn))).moved(at))
        return self._go([], Utterance(""))

    def _anew(self, name: str) -> Reply:
        """The slot is asked for again, and what comes behind it is not."""
        running = self._running
        kept = tuple(one for one in running.held if one.name != name)
        self._talk.move(running=msgspec.structs.replace(running, held=kept).moved(self._flow.asking(name)))
        return self._go([], Utterance(""))

    def _words(self, said: Utterance) -> Reply:
        """No answer: something else is asked, or it was not understood."""
        if self._running.asked is Asked.NOTHING:
            return self._talk.aside(Route.FLOW, [StockPart(self._texts.still)])
        running = self._running
        reply = self._ways.aside(said)
        if reply is not None:
            self._talk.move(running=running)
            return self._after(reply)
        if running.asked is Asked.CHANGE:
            return self._unanswered(self._texts.unchanged)
        return self._unanswered(self._texts.yes_or_no if running.asked is not Asked.SLOT else "")

    def _after(self, aside: Reply) -> Reply:
        """The answer to another question, and the open one again."""
        asked = self._question()
        reply = self._talk.say(aside.route, [*aside.parts, *asked], Open.FLOW, expects=self._expected())
        return msgspec.structs.replace(reply, name=aside.name, confidence=aside.confidence)

    def _unanswered(self, lead: str) -> Reply:
        if self._running.tries + 1 >= TRIES:
            return self._stuck()
        return self._ask_again(lead)

    def _ask_again(self, lead: str) -> Reply:
        running = self._running
        again = Asked.SLOT if running.asked is Asked.READ_BACK and lead == self._texts.again else running.asked
        self._move(asked=again, tries=running.tries + 1, begun="", typed="")
        parts = [*([StockPart(lead)] if lead else []), *self._question()]
        return self._talk.say(Route.FLOW, parts, Open.FLOW, expects=self._expected())

    def _stuck(self) -> Reply:
        notes = self._running.notes
        parts = [StockPart(self._texts.stuck), StockPart(self._talk.plan.no_match.message)]
        reply = self._leave(lambda: self._talk.say(Route.FLOW, parts, Open.OFFER))
        self._talk.move(notes=notes)
        return reply

    def _leave(self, way: Callable[[], Reply]) -> Reply:
        self._talk.move(running=None)
        return way()

    def _finish(self, way: Callable[[], Reply]) -> Reply:
        """The flow has come to its end."""
        running = self._running
        finished = Finished(running.flow, running.notes)
        reply = self._leave(way)
        self._talk.move(finished=finished)
        return msgspec.structs.replace(reply, finished=finished)

    # Keys

    def _key(self, slot: Slot, key: str) -> Reply | None:
        typed = self._running.typed
        if key == "#":
            return self._typed() if typed else None
        self._move(typed="" if key == "*" else typed + key)
        return self._typed() if len(self._running.begun + self._running.typed) >= slot.lengths[1] else None

    def _typed(self) -> Reply:
        """The typed digits, which are what the caller wants them to be."""
        digits = self._running.begun + self._running.typed
        turn = Turn(Heard.VALUE, self._open_slot(), Reading(digits, spell(digits), sure=True))
        return self._value(turn, Utterance(""))

    # Steps

    def _go(self, lead: Sequence[Part], said: Utterance, told: frozenset[SlotKind] = frozenset()) -> Reply:
        """From the open step to the next that waits for somebody, behind `lead`. Values in `said` are taken, but no
        second one of a kind: `told` are those that it gave already."""
        parts, flow, protected = list(lead), self._flow, False
        self._talk.move(running=taken(self._running, flow, self._slots, said, told=told, now=self._now()))
        for _ in range(_LONGEST):
            running = self._running
            if running.at >= len(flow.steps):
                reply = self._finish(lambda: self._talk.anything_else(Route.FLOW, *parts))
                return self._talk.keep(reply) if protected else reply
            step = flow.steps[running.at]
            if not applies(step, running.values):
                self._talk.move(running=running.moved(running.at + 1))
                continue
            match step.does:
                case Does.SAY:
                    parts.append(self._written(step.say or ""))
                    protected = protected or step.protected
                case Does.GO:
                    self._talk.move(running=gone(running, flow, step.go or ""))
                    continue
                case Does.ASK if running.has(step.ask or ""):
                    pass
                case _:
                    reply = self._wait(step, parts)
                    return self._talk.keep(reply) if protected or step.protected else reply
            self._talk.move(running=self._running.moved(running.at + 1))
        return self._stuck()

    def _wait(self, step: Step, parts: Sequence[Part]) -> Reply:
        """What the step asks, behind `parts`; or the end of the flow."""
        match step.does:
            case Does.ASK | Does.CONFIRM:
                self._move(asked=Asked.SLOT if step.does is Does.ASK else Asked.CONFIRM)
                return self._talk.say(Route.FLOW, [*parts, *self._question()], Open.FLOW, expects=self._expected())
            case Does.DO:
                call = call_of(step, self._running, self._inputs[step.do or ""])
                self._move(asked=Asked.NOTHING, call=call, sent=False)
                return self._calling(parts)
            case Does.MESSAGE:
                notes = self._running.notes
                return self._finish(lambda: self._ways.message(parts, notes))
            case Does.TRANSFER:
                notes = self._running.notes
                return self._finish(lambda: self._ways.transfer(step.transfer or "", parts, notes))
            case _:
                goodbye = StockPart(self._talk.plan.goodbye)
                return self._finish(lambda: self._talk.close(Route.FLOW, *parts, goodbye))

    def _calling(self, lead: Sequence[Part]) -> Reply:
        parts = [*lead, StockPart(self._texts.working)]
        reply = self._talk.say(Route.FLOW, parts, Open.FLOW, name=self._running.flow)
        return msgspec.structs.replace(reply, tool=self._running.call)

    def _then(self, step: Step, result: ToolResult) -> Then:
        if result.outcome is Outcome.DONE:
            return step.done
        if result.outcome is Outcome.UNKNOWN:
            return Then(say=step.unknown.say or self._texts.unknown, go=step.unknown.go or step.failed.go)
        then = step.refused.get(result.why, step.failed) if result.outcome is Outcome.REFUSED else step.failed
        return then if then.say else then.model_copy(update={"say": self._texts.failed})

    # The open question

    def _question(self) -> list[Part]:
        return self._questions.put(self._running, self._step)

    def _expected(self) -> Expectation:
        return self._questions.expected(self._running, self._step)

    def _open_slot(self) -> str:
        running = self._running
        return (self._step.ask or "") if running.at < len(self._flow.steps) else ""

    def _asked_for(self) -> Mapping[str, Slot]:
        """The flow's slots by name."""
        return {step.ask: self._slots[step.ask] for step in self._flow.steps if step.ask is not None}

    def _written(self, text: str) -> Part:
        return self._questions.written(text, self._running)

    def _spoken(self, step: Step, name: str, value: str) -> str:
        """A value that the step's tool gave, as it is said."""
        kind = self._outputs[step.do or ""].get(name, Kind.TEXT)
        return spoken(kind, value, self._now())

    def _move(self, **changes: object) -> None:
        self._talk.move(running=msgspec.structs.replace(self._running, **changes))


def _read(turn: Turn) -> Reading:
    if turn.reading is None:
        raise ValueError(f"a {turn.heard} without a value")
    return turn.reading
