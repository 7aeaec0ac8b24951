"""How a flow goes on by itself: from its open step to the next that waits for somebody, and out of it.

::

    lead ─► say, go, what was told already ─► … ─► ask, confirm: the caller's turn
                                                ├► do: a tool's
                                                └► message, transfer, end, no more steps: the flow is over
    left while its tool runs ─► what comes of that is told later
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from agent.dialplan.flows import Asking, Does, Flow, Step, Then
from agent.dialplan.slots import Slot
from agent.reply.flow import Asked, Held, Running, applies, call_of, gone
from agent.reply.flow_question import Question
from agent.reply.flow_turn import taken
from agent.reply.reply import Expectation, Finished, Notes, Part, Reply, Route, StockPart
from agent.reply.state import Open
from agent.reply.talk import Talk
from agent.reply.utterance import Utterance
from agent.slots.spoken import spoken
from agent.tools.kind import Kind
from agent.tools.result import Outcome, ToolResult

_LONGEST = 100  # steps that a turn may pass; more is a circle
_MAY_BE_DONE = (Outcome.DONE, Outcome.UNKNOWN)
_LEFT = 4  # flows whose tools run on behind them


class Ways(msgspec.Struct, frozen=True):
    """Where a flow goes that is left: the conversation's."""

    aside: Callable[[Utterance], Reply | None]  # the answer to a question that is none of the flow's
    person: Callable[[], Reply]
    somebody: Callable[[Utterance], Reply | None]  # puts through who asks for one; None for other words
    message: Callable[[Sequence[Part], Notes], Reply]
    transfer: Callable[[str, Sequence[Part], Notes], Reply]
    fill: Callable[[str], str]  # a text's places that are no values


class Late(msgspec.Struct, frozen=True):
    """What came of the call of a flow that was left, as its next steps would have said it, and the values that may be
    in that; nothing where a tool has done what only they would have made use of."""

    parts: list[Part] = []
    held: tuple[Held, ...] = ()


class _Passed(msgspec.Struct, frozen=True):
    """Where a flow has come to: what it says and the keys that it presses on the way, and the step that waits there,
    None at its end."""

    running: Running
    parts: list[Part]
    protected: bool
    press: str
    step: Step | None

    def behind(self, other: _Passed) -> _Passed:
        """The same with what was said and pressed on the way of another, before it."""
        parts, press = [*other.parts, *self.parts], other.press + self.press
        protected = self.protected or other.protected
        return msgspec.structs.replace(self, parts=parts, press=press, protected=protected)


class Course:
    """Of the flow that a talk holds; one at a time."""

    def __init__(self, talk: Talk, now: Callable[[], datetime], ways: Ways) -> None:
        plan = talk.plan
        self._talk = talk
        self._now = now
        self._ways = ways
        self._texts: Asking = plan.asking
        self._flows = {flow.name: flow for flow in plan.flows}
        self._slots: Mapping[str, Slot] = {slot.name: slot for slot in plan.slots}
        self._inputs = {tool.name: tool.input for tool in plan.tools}
        self._changing = frozenset(tool.name for tool in plan.tools if tool.changes)
        self._outputs = {tool.name: tool.output for tool in plan.tools}
        self.questions = Question(plan.asking, self._slots, ways.fill)

    @property
    def running(self) -> Running:
        """Where the flow stands. Raises ValueError where none is held."""
        running = self._talk.state.running
        if running is None:
            raise ValueError("no flow is held")
        return running

    @property
    def flow(self) -> Flow:
        """The flow itself."""
        return self._flows[self.running.flow]

    @property
    def step(self) -> Step:
        """Its open step."""
        return self.flow.steps[self.running.at]

    def move(self, **changes: object) -> None:
        """The flow's place with these fields changed."""
        self._talk.move(running=msgspec.structs.replace(self.running, **changes))

    def begin(self, flow: str, said: Utterance) -> None:
        """Hold another flow, at its first step. Values in `said` are taken; who was being put through to somebody means
        them where the words name nobody else."""
        number = self._talk.state.flows + 1
        state, digest = self._talk.state, self._flows[flow].digest
        begun = Running(flow, number=number, digest=digest, brought=state.notes, wrong=state.wrong)
        self._talk.move(running=begun, flows=number)
        self.take(said)
        passing = self._talk.state.passing
        if passing is not None and not any(step.transfer == passing.to for step in self.flow.steps):
            self.take(Utterance(passing.to.replace("_", " ")))

    def go(self, lead: Sequence[Part], said: Utterance, told: tuple[Slot, ...] = ()) -> Reply:
        """From the open step to the next that waits for somebody, behind `lead`. Values in `said` are taken,
        as by `take`."""
        self.take(said, told)
        running = self.running
        if running.meant:
            value = running.meant[0]
            return self.read_back(value, running.recalling(self.flow.asking(value.name)), lead)
        passed = self._passed(running)
        if passed is not None and passed.running.at < running.at and not said.empty:  # the words led back there
            self._talk.move(running=passed.running)
            self.take(said, told)
            again = self._passed(self.running)
            passed = None if again is None else again.behind(passed)
        if passed is None:
            return self.stuck()
        self._talk.move(running=passed.running, press=self._talk.state.press + passed.press)
        parts = [*lead, *passed.parts]
        reply = self._over(parts) if passed.step is None else self._wait(passed.step, parts)
        protected = passed.protected or (passed.step is not None and passed.step.protected)
        return self._talk.keep(reply) if protected else reply

    def take(self, said: Utterance, told: tuple[Slot, ...] = ()) -> None:
        """Hold the values in `said`, but no second one of a kind: `told` are the slots of those that it gave
        already."""
        caller, now = self._talk.state.caller, self._now()
        running = taken(self.running, self.flow, self._slots, said, told=told, now=now, caller=caller)
        self._talk.move(running=running)

    def ask(self) -> Reply:
        """What the open step asks for, also where it is known."""
        reply = self._wait(self.step, [])
        return self._talk.keep(reply) if self.step.protected else reply

    def read_back(self, value: Held, running: Running, lead: Sequence[Part] = ()) -> Reply:
        """Whether the value was understood right. `running`: at the step that asks for it."""
        self._talk.move(running=msgspec.structs.replace(running.doubting(value), begun="", typed=""))
        parts = [*lead, *self.questions.read_back(value)]
        return self._talk.say(Route.FLOW, parts, Open.FLOW, key=value.spoken, expects=self.expected())

    def calling(self, lead: Sequence[Part]) -> Reply:
        """A tool is set to work, behind `lead`."""
        parts = [*lead, StockPart(self._texts.working)]
        reply = self._talk.say(Route.FLOW, parts, Open.FLOW, name=self.running.flow)
        return msgspec.structs.replace(reply, tool=self.running.call)

    def result(self, result: ToolResult) -> Reply:
        """What came of the tool's call, and on from there."""
        running, said = self._after(self.running, result)
        self._talk.move(running=running)
        return self.go(said, Utterance(""))

    def late(self, left: Running, result: ToolResult) -> Late:
        """What came of the call of a flow that was left."""
        running, parts = self._after(left, result)
        passed = self._passed(running)
        return Late([*parts, *(passed.parts if passed is not None else ())], running.held)

    def leave(self) -> None:
        """Hold no flow any more; a tool that runs is told of later."""
        running, left = self._talk.state.running, self._talk.state.left
        if running is not None and running.sent:
            left = (*left, running)[-_LEFT:]
        wrong = running.wrong if running is not None else self._talk.state.wrong
        self._talk.move(running=None, left=left, wrong=wrong)

    def stuck(self) -> Reply:
        """The flow gets no further: a message is offered."""
        notes = self.running.all_notes
        parts = [StockPart(self._texts.stuck), StockPart(self._talk.plan.no_match.message)]
        self.leave()
        reply = self._talk.say(Route.FLOW, parts, Open.OFFER)
        self._talk.move(notes=notes)
        return reply

    def _passed(self, running: Running) -> _Passed | None:
        """Past the steps that wait for nobody; None for a circle."""
        flow, parts, protected, press = self._flows[running.flow], list[Part](), False, ""
        for _ in range(_LONGEST):
            if running.at >= len(flow.steps):
                return _Passed(running, parts, protected, press, None)
            step = flow.steps[running.at]
            if applies(step, running.values, self._talk.state.caller):
                match step.does:
                    case Does.SAY:
                        parts.append(self.questions.written(step.say or "", running))
                        protected = protected or step.protected
                    case Does.PRESS:
                        press += step.press or ""
                        running = running.settling()
                    case Does.GO:
                        running = gone(running.forgetting(step.forget), flow, step.go or "")
                        continue
                    case Does.ASK if not running.asks(step.ask or ""):
                        pass
                    case _:
                        return _Passed(running, parts, protected, press, step)
            running = running.moved(running.at + 1)
        return None

    # The open question

    def question(self) -> list[Part]:
        """As it is put."""
        return self.questions.put(self.running, self.step)

    def expected(self) -> Expectation:
        """What it waits for."""
        return self.questions.expected(self.running, self.step)

    def open_slot(self) -> str:
        """The slot that is asked for, "" for none."""
        running = self.running
        return (self.step.ask or "") if running.at < len(self.flow.steps) else ""

    def asked_for(self) -> Mapping[str, Slot]:
        """The flow's slots by name."""
        return {step.ask: self._slots[step.ask] for step in self.flow.steps if step.ask is not None}

    def _wait(self, step: Step, parts: Sequence[Part]) -> Reply:
        """What the step asks, behind `parts`; or the end of the flow."""
        match step.does:
            case Does.ASK | Does.CONFIRM:
                self.move(asked=Asked.SLOT if step.does is Does.ASK else Asked.CONFIRM, leaves=False)
                return self._talk.say(Route.FLOW, [*parts, *self.question()], Open.FLOW, expects=self.expected())
            case Does.DO:
                call = call_of(step, self.running, self._inputs[step.do or ""], self._talk.state.caller)
                self.move(asked=Asked.NOTHING, call=call, sent=False)
                return self.calling(parts)
            case Does.MESSAGE:
                notes = self.running.all_notes
                return self._finish(lambda: self._ways.message(parts, notes))
            case Does.TRANSFER:
                notes = self.running.all_notes
                return self._finish(lambda: self._ways.transfer(step.transfer or "", parts, notes))
            case _:
                return self._finish(lambda: self._bid_farewell(parts))

    def _finish(self, way: Callable[[], Reply]) -> Reply:
        """The flow has come to its end."""
        running = self.running
        finished = Finished(running.flow, running.notes, tuple(running.spoken.items()))
        self.leave()
        reply = way()
        self._talk.move(finished=finished)
        return msgspec.structs.replace(reply, finished=finished)

    def _over(self, parts: Sequence[Part]) -> Reply:
        if self.running.leaves:
            return self._finish(lambda: self._bid_farewell(parts))
        return self._finish(lambda: self._talk.anything_else(Route.FLOW, *parts))

    def _bid_farewell(self, parts: Sequence[Part]) -> Reply:
        return self._talk.close(Route.FLOW, *parts, StockPart(self._talk.plan.goodbye))

    # Tools

    def _after(self, running: Running, result: ToolResult) -> tuple[Running, list[Part]]:
        """Where a flow stands whose tool gave `result`, and what the step says to that."""
        flow = self._flows[running.flow]
        step = flow.steps[running.at]
        given = tuple(Held(name, value, self._spoken(step, name, value)) for name, value in result.values)
        running = msgspec.structs.replace(running.holding(*given), call=None, sent=False, calls=running.calls + 1)
        if step.do in self._changing and result.outcome in _MAY_BE_DONE:
            running = running.settling()
        then = self._then(step, result)
        moved = gone(running, flow, then.go) if then.go else running.moved(running.at + 1)
        return moved, [self.questions.written(then.say, moved)] if then.say else []

    def _then(self, step: Step, result: ToolResult) -> Then:
        if result.outcome is Outcome.DONE:
            return step.done
        if result.outcome is Outcome.UNKNOWN:
            return Then(say=step.unknown.say or self._texts.unknown, go=step.unknown.go or step.failed.go)
        refused = step.refused.get(result.why) if result.outcome is Outcome.REFUSED else None
        then = refused or step.failed
        if refused is not None and refused.go:
            return refused  # the step there knows what to say
        return then if then.say else then.model_copy(update={"say": self._texts.failed})

    def _spoken(self, step: Step, name: str, value: str) -> str:
        """A value that the step's tool gave, as it is said."""
        kind = self._outputs[step.do or ""].get(name, Kind.TEXT)
        return spoken(kind, value, self._now())
