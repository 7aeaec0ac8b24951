"""Where a flow is held: what its questions are answered with, and what comes of that.

::

    ask ─► a value, sure ────► the next step
        ├► a value, not sure ► read back ─► yes ─► the next step
        ├► another value for something before, "no, Tuesday" ─► read back there
        ├► both, "no, Tuesday at four" ─► the one as above, and then the other is read back
        ├► words that ask something else ─► their answer, and the question again
        └► no answer, again and again ───► a message is offered
    confirm ─► yes ─► the next step          do ─► ToolCall ─► ToolResult ─► its text, and the next step
            ├► "no, Tuesday" ─► with it, confirmed again
            └► no ─► what to change? ─► that slot again
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from agent.dialplan.flows import Asking
from agent.dialplan.slots import TYPED, Confirm, Slot
from agent.reply.commands import wants_through
from agent.reply.flow import Asked, Held, Running
from agent.reply.flow_course import Course, Late, Ways
from agent.reply.flow_turn import WORDED, Heard, Turn, chosen, held, instead_of, refuses_it, turn_of
from agent.reply.reply import Part, Reply, Route, StockPart
from agent.reply.state import Open
from agent.reply.talk import Talk
from agent.reply.template import places
from agent.reply.utterance import Utterance
from agent.slots.number import in_keys
from agent.slots.reading import Reading
from agent.tools.call import ToolCall
from agent.tools.result import ToolResult

_BINDING = (Heard.YES, Heard.CANCEL, Heard.GOODBYE)  # what counts only where the words are sure
_NO_WORDS = ("no", "nope", "sorry", "please", "just", "well", "but")
_BESIDE_KEYS = (Heard.WORDS, Heard.NOTHING)  # no answer while a number is typed
_YES_OR_NO = (Asked.READ_BACK, Asked.CONFIRM)
TRIES = 3  # answers to one question that are none; then a message is offered
_NEITHER = frozenset("3456789")  # keys that are no yes or no, and no person


class FlowDesk:
    """Holds one flow at a time on a talk; `open` while it does."""

    def __init__(self, talk: Talk, now: Callable[[], datetime], ways: Ways) -> None:
        self._talk = talk
        self._now = now
        self._ways = ways
        self._texts: Asking = talk.plan.asking
        self._slots: Mapping[str, Slot] = {slot.name: slot for slot in talk.plan.slots}
        self._course = Course(talk, now, ways)

    @property
    def open(self) -> bool:
        """Whether a flow is held."""
        return self._talk.state.running is not None

    @property
    def _running(self) -> Running:
        return self._course.running

    # Events

    def start(self, flow: str, lead: Sequence[Part], said: str, name: str, score: float) -> Reply:
        """Begin the flow after what `lead` says; values in the words `said` are taken."""
        self._course.begin(flow, Utterance(said))
        reply = self._course.go(lead, Utterance(""))
        return msgspec.structs.replace(reply, route=Route.INTENT, name=name, confidence=score)

    def answer(self, said: Utterance, closed: str = "", sure: bool = True) -> Reply:
        """The caller's turn. `closed`: the same turn as heard by the recogniser of the expected grammar; `sure`: the
        words are sure enough for what cannot be undone. Raises EmbeddingError."""
        running = self._running
        turn = turn_of(
            msgspec.structs.replace(running, begun=running.begun + running.typed),
            self._course.asked_for(),
            self._course.open_slot(),
            said,
            now=self._now(),
            closed=closed,
            caller=self._talk.state.caller,
        )
        if running.asked is Asked.SLOT and turn.heard in (Heard.WORDS, Heard.CHANGE):
            slots = self._course.asked_for()
            turn = refuses_it(running, self._course.flow, slots, said, now=self._now()) or turn
        if not sure and turn.heard in _BINDING:
            asks = self._texts.yes_or_no if running.asked in _YES_OR_NO else ""
            return self._words(said) if self.waits else self._unanswered(asks)
        put_through = self._put_through(turn, said) if sure else None
        if put_through is not None:
            return put_through
        if running.typed and turn.heard in _BESIDE_KEYS:
            return self._typed(ended=False)
        replies: Mapping[Heard, Callable[[], Reply]] = {
            Heard.VALUE: lambda: self._value(turn, said),
            Heard.REFUSED: lambda: self._unanswered(self._slots[turn.slot].refused),
            Heard.PART: lambda: self._part(turn),
            Heard.YES: lambda: self._yes(said, turn),
            Heard.NO: self._no,
            Heard.CHANGE: lambda: self._changed(turn),
            Heard.NAMED: lambda: self._anew(turn.slot),
            Heard.CANCEL: self.cancel,
            Heard.WAIT: lambda: self._talk.aside(Route.FLOW, [StockPart(self._talk.plan.phrases.take_your_time)]),
            Heard.AGAIN: lambda: self._talk.aside(Route.FLOW, self._talk.again()),
            Heard.PERSON: lambda: self._ways.somebody(said) or self._person(),
            Heard.GOODBYE: self._goodbye,
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
            return self._yes(Utterance(""), Turn(Heard.YES)) if key == "1" else self._no()
        slot = self._slots.get(self._course.open_slot())
        if slot is not None and slot.kind in TYPED:
            if running.asked is Asked.READ_BACK and key in _NEITHER:  # the right number, instead of a no
                self._talk.move(running=msgspec.structs.replace(running.without_doubt(), asked=Asked.SLOT))
            if self._running.asked is Asked.SLOT:
                return self._key(slot, key)
        choice = chosen(slot, key) if slot is not None and running.asked is Asked.SLOT else None
        if choice is not None:
            return self._value(choice, Utterance(""))
        return self._person() if key == "0" else None

    def result(self, result: ToolResult) -> Reply:
        """What came of the tool's call."""
        return self._course.result(result)

    def resumed(self, lead: Part) -> Reply:
        """The conversation goes on after an interruption: a tool's call is handed out again, which its key keeps from
        being done twice, else the question is asked again."""
        running = self._running
        if running.call is not None:
            protected = self._talk.again()[:-1] if self._talk.state.protecting else []
            reply = self._course.calling([lead, *protected])
            return self._talk.keep(reply) if protected else reply
        return self._talk.aside(Route.RESUMED, [lead, *self._talk.again()[-1:]])

    def give_way(self) -> None:
        """Something urgent, or a person, takes the flow's place, and gets what was taken down; a tool that runs is told
        of later."""
        running = self._talk.state.running
        self._course.leave()
        if running is not None:
            self._talk.move(notes=running.all_notes)

    def cancel(self) -> Reply:
        """The caller does not want it."""
        cancelled = StockPart(self._course.flow.cancelled)
        self._course.leave()
        return self._talk.anything_else(Route.FLOW, cancelled)

    def late(self, call: ToolCall, result: ToolResult) -> Late:
        """What came of a tool's call whose flow the caller has left; nothing where nobody made that call, or nothing is
        to be told."""
        for left in self._talk.state.left:
            if left.call == call:
                self._talk.move(left=tuple(other for other in self._talk.state.left if other is not left))
                return self._course.late(left, result)
        return Late()

    def take_up(self) -> None:
        """Another agent held the conversation: the calls that it made are handed out again."""
        state = self._talk.state
        running = state.running
        if running is not None and running.call is not None:
            running = msgspec.structs.replace(running, sent=False)
        self._talk.move(running=running, left=tuple(msgspec.structs.replace(one, sent=False) for one in state.left))

    @property
    def due(self) -> ToolCall | None:
        """The call that the session is to make now."""
        return next((one.call for one in self._calling if not one.sent), None)

    @property
    def waits(self) -> ToolCall | None:
        """The call whose result is waited for."""
        running = self._talk.state.running
        return None if running is None else running.call

    def sent(self) -> None:
        """The session makes the call."""
        state, due = self._talk.state, self.due
        if due is not None:
            running = None if state.running is None else _sent(state.running, due)
            self._talk.move(running=running, left=tuple(_sent(one, due) for one in state.left))

    @property
    def _calling(self) -> Iterator[Running]:
        """The flows with a tool at work."""
        running = self._talk.state.running
        if running is not None and running.call is not None:
            yield running
        yield from self._talk.state.left

    # What the caller said

    def _goodbye(self) -> Reply:
        """Who takes leave while a tool runs is told first what comes of it; who does so twice is not kept."""
        if self.waits is None or self._running.leaves:
            self._course.leave()
            return self._talk.close(Route.GOODBYE, StockPart(self._talk.plan.goodbye))
        self._course.move(leaves=True)
        return self._talk.aside(Route.FLOW, [StockPart(self._texts.still)])

    def _person(self) -> Reply:
        self.give_way()
        return self._ways.person()

    def _value(self, turn: Turn, said: Utterance) -> Reply:
        slot, reading = self._slots[turn.slot], _read(turn)
        unsure = not reading.sure and slot.confirm is Confirm.AUTO
        beside = said if slot.kind not in WORDED else Utterance("")
        if unsure or slot.confirm is Confirm.ALWAYS or self._running.before is not None:
            self._course.take(beside, self._told(turn))
            return self._course.read_back(held(slot.name, reading), self._running.meaning(*_besides(turn)))
        running = self._running.meaning(*_besides(turn))
        self._talk.move(running=running.holding(held(slot.name, reading)).answered())
        return self._course.go([], beside, self._told(turn))

    def _told(self, turn: Turn) -> tuple[Slot, ...]:
        return (self._slots[turn.slot], *(self._slots[one.slot] for one in turn.besides))

    def _part(self, turn: Turn) -> Reply:
        self._course.move(begun=_read(turn).value, typed="")
        return self._talk.say(Route.FLOW, [StockPart(self._texts.rest)], Open.FLOW, expects=self._course.expected())

    def _yes(self, said: Utterance, turn: Turn) -> Reply:
        running = self._running
        if running.doubt is None:
            self._talk.move(running=running.answered())
            return self._course.go([], Utterance(""))
        self._talk.move(running=running.holding(running.doubt).meaning(*_besides(turn)).answered())
        told = msgspec.structs.replace(turn, slot=running.doubt.name)
        return self._course.go([], said, self._told(told))

    def _no(self) -> Reply:
        if self._running.asked is Asked.CONFIRM:
            self._course.move(asked=Asked.CHANGE, tries=0)
            return self._talk.say(Route.FLOW, [StockPart(self._texts.change)], Open.FLOW)
        running = self._running
        refusing = running.without_doubt()
        if running.before is not None:
            refusing = msgspec.structs.replace(running.before, wrong=refusing.wrong)
        self._talk.move(running=refusing)
        return self._unanswered(self._texts.again)

    def _changed(self, turn: Turn) -> Reply:
        """Another value for something said before: what comes behind it is done again with it, and confirmed. Where the
        next thing was asked, and nothing will be confirmed yet, it is read back, and a no goes back there; so is what
        was being read back itself, behind that, and what no confirmation of the flow tells."""
        running, flow, value = self._running, self._course.flow, held(turn.slot, _read(turn))
        if running.asked is Asked.SLOT:
            back = msgspec.structs.replace(running.back_at(flow.asking(turn.slot)), before=running)
            return self._course.read_back(value, back.meaning(*_besides(turn)))
        if running.doubt is not None:  # it is read back once more behind that
            back = running.back_at(flow.asking(turn.slot)).meaning(*_besides(turn), running.doubt)
            return self._course.read_back(value, back)
        values = (value, *_besides(turn))
        confirms = [step for step in flow.steps if step.confirm is not None]
        told = {name for step in confirms for name in (*places(step.confirm or ""), *step.when)}
        at = min(flow.asking(one.name) for one in values)
        running = running.holding(*(one for one in values if one.name in told)).moved(at)
        self._talk.move(running=running.meaning(*(one for one in values if one.name not in told)))
        return self._course.go([], Utterance(""))

    def _anew(self, name: str) -> Reply:
        """The slot is asked for again, and what comes behind it is not. Where the next thing was asked, its value stays
        until there is another."""
        running, at = self._running, self._course.flow.asking(name)
        if running.asked is Asked.SLOT:
            self._talk.move(running=msgspec.structs.replace(running.back_at(at), anew=(*running.anew, name)))
            return self._course.ask()
        kept = tuple(one for one in running.held if one.name != name)
        self._talk.move(running=msgspec.structs.replace(running, held=kept).moved(at))
        return self._course.go([], Utterance(""))

    def _put_through(self, turn: Turn, said: Utterance) -> Reply | None:
        """Whoever asks for somebody where any words are a value, or behind a no: "no, just put me through"."""
        slot = self._slots.get(turn.slot)
        worded = turn.heard is Heard.VALUE and slot is not None and slot.kind in WORDED
        return self._ways.somebody(said.without(*_NO_WORDS)) if worded or turn.heard is Heard.NO else None

    def _words(self, said: Utterance) -> Reply:
        """No answer: something else is asked, or it was not understood."""
        if self._running.asked is Asked.NOTHING:
            return self._talk.aside(Route.FLOW, [StockPart(self._texts.still)])
        running = self._running
        agrees = running.asked is Asked.CONFIRM and wants_through(said)
        put_through = None if agrees else self._ways.somebody(said.without(*_NO_WORDS))
        if put_through is not None:
            return put_through
        reply = self._ways.aside(said)
        if reply is not None:
            self._talk.move(running=running)
            return self._after(reply)
        if running.asked is Asked.SLOT:
            slots, asked = self._course.asked_for(), self._course.open_slot()
            change = instead_of(running, slots, asked, said, now=self._now())
            return self._changed(change) if change is not None else self._unanswered("")
        if running.asked is Asked.CHANGE:
            return self._unanswered(self._texts.unchanged)
        return self._unanswered(self._texts.yes_or_no)

    def _after(self, aside: Reply) -> Reply:
        """The answer to another question, and the open one again."""
        asked = self._course.question()
        reply = self._talk.say(aside.route, [*aside.parts, *asked], Open.FLOW, expects=self._course.expected())
        return msgspec.structs.replace(reply, name=aside.name, confidence=aside.confidence)

    def _unanswered(self, lead: str) -> Reply:
        if self._running.tries + 1 >= TRIES:
            return self._course.stuck()
        return self._ask_again(lead)

    def _ask_again(self, lead: str) -> Reply:
        running = self._running
        again = Asked.SLOT if running.asked is Asked.READ_BACK and lead == self._texts.again else running.asked
        self._course.move(asked=again, tries=running.tries + 1, begun="", typed="")
        parts = [*([StockPart(lead)] if lead else []), *self._course.question()]
        return self._talk.say(Route.FLOW, parts, Open.FLOW, expects=self._course.expected())

    # Keys

    def _key(self, slot: Slot, key: str) -> Reply | None:
        running = self._running
        if key == "#":
            return self._typed() if running.typed else None
        if key == "*":
            self._course.move(begun="", typed="")
            return None
        self._course.move(typed=running.typed + key)
        begun = running.begun if slot.exact else ""  # who types behind other digits may type all of them
        return self._typed() if len(begun + self._running.typed) >= slot.lengths[1] else None

    def _typed(self, ended: bool = True) -> Reply:
        """The typed digits, which are what the caller wants them to be, or with those before them; more may come where
        they are not `ended`."""
        begun, typed = self._running.begun, self._running.typed
        slot = self._slots[self._course.open_slot()]
        reading = in_keys(begun, typed, slot)
        reading = msgspec.structs.replace(reading, sure=reading.sure and ended)
        turn = Turn(Heard.VALUE if reading.whole else Heard.PART, slot.name, reading)
        return self._value(turn, Utterance("")) if reading.whole else self._part(turn)


def _read(turn: Turn) -> Reading:
    if turn.reading is None:
        raise ValueError(f"a {turn.heard} without a value")
    return turn.reading


def _besides(turn: Turn) -> Iterator[Held]:
    return (held(one.slot, _read(one)) for one in turn.besides)


def _sent(running: Running, call: ToolCall) -> Running:
    return msgspec.structs.replace(running, sent=running.sent or running.call == call)
