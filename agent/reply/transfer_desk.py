"""Where callers are put through: told so, kept company while it rings, and taken back when it fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from agent.dialplan.schema import Dialplan
from agent.dialplan.transfers import Otherwise, Transfer
from agent.reply.commands import Command, command_of, takes_leave
from agent.reply.reply import Awaited, Expectation, Notes, Part, Reply, Route, StockPart
from agent.reply.state import Open, Passing
from agent.reply.talk import Talk
from agent.reply.utterance import Utterance
from agent.reply.yes_no import outright, yes_or_no

WANTED = "transfer"  # the note that says whom the caller could not be put through to
_WAIT = (
    r"(?:(?:keep|go on|be) )?(?:wait|waiting|hold|holding|stay|stay on)(?: on| the line)?"
    r"(?: (?:for (?:them|him|her|a (?:bit|while))|a (?:bit|little)(?: longer)?|(?:any )?(?:longer|more)|anymore|"
    r"(?:for )?(?:so|that) long))?"
)
_WILLING = re.compile(
    rf"(?:i'll|i will|i can|i'd (?:like to|rather)|i want to|i would (?:like to|rather)|let me)(?: just)? {_WAIT}"
)
_UNWILLING = re.compile(
    r"(?:i |i'd )?(?:don't|do not|can't|cannot|won't|will not|rather not|would rather not)"
    rf"(?: (?:want|like|have (?:the )?time))?(?: to)? {_WAIT}"
)
_LEAD = ("yes", "okay", "no", "nope", "sorry", "thanks", "thank", "you", "well", "but", "then")


class TransferDesk:
    """Puts one caller through at a time; `open` while it rings. `aside` answers a question in between, `message` takes
    a message behind what is said first, `open_now` tells whether the business is open."""

    def __init__(
        self,
        talk: Talk,
        aside: Callable[[Utterance], Reply | None],
        message: Callable[[Sequence[Part], Notes], Reply],
        open_now: Callable[[], bool],
    ) -> None:
        self._talk = talk
        self._aside = aside
        self._message = message
        self._open_now = open_now
        self._transfers = {transfer.name: transfer for transfer in talk.plan.transfers}
        self._emergencies = _emergencies(talk.plan)

    @property
    def open(self) -> bool:
        """Whether the caller is being put through."""
        passing = self._talk.state.passing
        return passing is not None and not passing.off

    @property
    def _passing(self) -> Passing:
        passing = self._talk.state.passing
        if passing is None:
            raise ValueError("nobody is being put through")
        return passing

    @property
    def _transfer(self) -> Transfer:
        return self._transfers[self._passing.to]

    def start(self, to: str, lead: Sequence[Part], notes: Notes = (), name: str = "", score: float = 1.0) -> Reply:
        """Put the caller through to the transfer `to`, once they have heard it. `name`: the intent that asks for it;
        `notes`: what a flow had taken down, for whoever takes the call, or the message where that fails; that of one
        which was left for it counts as well."""
        notes = notes or self._talk.state.notes
        closed = self._transfers[to].closed
        if closed is not None and not self._open_now():
            reply = self._instead(self._transfers[to], [*lead, StockPart(closed)], notes)
            return msgspec.structs.replace(reply, name=name, confidence=score) if name else reply
        self._talk.move(passing=Passing(to, notes=notes))
        parts = [*lead, StockPart(self._transfer.say)]
        route = Route.INTENT if name else Route.TRANSFER
        reply = self._listening(self._talk.say(route, parts, name=name, confidence=score), asks=False)
        return msgspec.structs.replace(reply, transfer=to)

    def answer(self, said: Utterance, sure: bool) -> Reply:
        """What the caller says while it rings: they may want to stay, to go, or to know something. Raises
        EmbeddingError."""
        if sure and takes_leave(said):
            off = Passing(self._transfer.name, off=True)
            reply = self._talk.close(Route.GOODBYE, StockPart(self._talk.plan.goodbye))
            self._talk.move(passing=off)
            return msgspec.structs.replace(reply, stays=True)
        if self._calls_off(said):
            self.give_up()
            reply = self._talk.anything_else(Route.TRANSFER, StockPart(self._talk.plan.phrases.stopped))
            return msgspec.structs.replace(reply, stays=True)
        wants = _waits(said) if self._asked else None
        if wants is not None and sure:
            return self._stay() if wants else self._leave()
        beside = self._aside(said)
        if beside is None:
            return self.silence()
        reply = self._talk.aside(beside.route, beside.parts)
        return msgspec.structs.replace(reply, name=beside.name, confidence=beside.confidence)

    def _calls_off(self, said: Utterance) -> bool:
        """Whether the words end it. "I'll call you back" may be said to somebody beside the caller, who is asked first
        whether they want to wait, where that is asked."""
        command = command_of(said)
        asks = self._transfer.waiting.ask is not None and not self._asked
        return command is Command.STOP or (command is Command.LATER and not asks)

    def leaves_open(self, said: Utterance) -> bool:
        """Whether the caller was asked if they want to wait, and the words may be for something else: they are no yes,
        and not only that they don't want to."""
        return self._asked and outright(said) is not True and _of_waiting(said) is None

    @property
    def emergency(self) -> bool:
        """Whether it rings for somebody in an emergency."""
        return self.open and self._transfer.name in self._emergencies

    def goes_to(self, to: str | None) -> bool:
        """Whether it is this one that rings."""
        return self.open and self._transfer.name == to

    def give_up(self) -> None:
        """The caller is not put through any more; where another transfer begins now, that follows."""
        if self.open:
            self._talk.move(passing=Passing(self._transfer.name, off=True))

    def silence(self) -> Reply:
        """It still rings: says so, and asks whether the caller wants to wait on, where the dialplan asks that."""
        transfer, passing = self._transfer, self._passing
        waiting = transfer.waiting
        said = waiting.say or (transfer.still,)
        self._talk.move(passing=msgspec.structs.replace(passing, told=passing.told + 1, asked=waiting.ask is not None))
        parts = [StockPart(said[passing.told % len(said)]), *([StockPart(waiting.ask)] if waiting.ask else [])]
        return self._listening(self._talk.aside(Route.TRANSFER, parts), asks=waiting.ask is not None)

    def digit(self, key: str) -> Reply | None:
        """A telephone key: 1 for yes and 2 for no, where it was asked."""
        if not self._asked or key not in "12":
            return None
        return self._stay() if key == "1" else self._leave()

    @property
    def music(self) -> bool:
        """Whether there is music while nobody speaks."""
        passing = self._talk.state.passing
        if passing is None or not passing.sent or passing.off:
            return False
        return self._transfers[passing.to].waiting.music

    @property
    def ordered(self) -> bool:
        """Whether the line was told to put the caller through, and its news is waited for."""
        passing = self._talk.state.passing
        return passing is not None and passing.sent and not passing.off

    def resumed(self, lead: Part, rings: bool) -> Reply:
        """The conversation goes on after an interruption. `rings`: the line is still at it; else nobody was there when
        it told that the caller is not put through."""
        if self.ordered and not rings:
            return self.failed(lead)
        reply = self._talk.aside(Route.RESUMED, [lead, StockPart(self._transfer.still)])
        reply = self._listening(reply, asks=False)
        return reply if self.due is None else msgspec.structs.replace(reply, transfer=self._transfer.name)

    def failed(self, *lead: Part) -> Reply:
        """The caller is back, and is told so behind the lead."""
        transfer, notes = self._transfer, self.notes
        self._talk.move(passing=None)
        return self._instead(transfer, [*lead, StockPart(transfer.failed)], notes)

    @property
    def _asked(self) -> bool:
        """Whether the caller was asked if they want to wait."""
        return self.open and self._passing.asked

    def _stay(self) -> Reply:
        """The caller waits on."""
        self._talk.move(passing=msgspec.structs.replace(self._passing, asked=False))
        going_on = StockPart(self._transfer.waiting.go_on)
        return self._listening(self._talk.aside(Route.TRANSFER, [going_on]), asks=False)

    def _leave(self) -> Reply:
        """The caller does not want to wait any more: as if nobody had answered."""
        transfer, notes = self._transfer, self.notes
        self.give_up()
        told = [StockPart(transfer.waiting.leave), StockPart(transfer.failed)]
        return msgspec.structs.replace(self._instead(transfer, told, notes), stays=True)

    def _listening(self, reply: Reply, asks: bool) -> Reply:
        """`reply`, behind which the caller is waited for as long as this transfer says."""
        waiting = self._transfer.waiting
        question = waiting.ask if asks and waiting.ask is not None else ""
        awaited = Awaited.YES_NO if question else Awaited.OPEN
        expects = Expectation(awaited, question=question, silence=float(waiting.every))
        self._talk.move(expects=expects)
        return msgspec.structs.replace(reply, expects=expects)

    def _instead(self, transfer: Transfer, told: Sequence[Part], notes: Notes) -> Reply:
        """The caller is not put through, and was `told` why. A message that is taken says whom it is for; in an
        emergency nothing stands between the caller and what they were told to do."""
        emergency = self._emergencies.get(transfer.name)
        if emergency is not None and transfer.otherwise is not Otherwise.MESSAGE:
            return self._talk.say(Route.TRANSFER, told, Open.EMERGENCY, name=emergency)
        if transfer.offers is not None:
            reply = self._talk.say(Route.TRANSFER, told, Open.UNSAID)
            self._talk.move(topic=transfer.offers, asked=transfer.name.replace("_", " "))
            return reply
        if transfer.otherwise is not Otherwise.NOTHING:
            return self._message(told, (*notes, (WANTED, transfer.name)))
        return self._talk.anything_else(Route.TRANSFER, *told)

    @property
    def notes(self) -> Notes:
        """What a flow had taken down before."""
        passing = self._talk.state.passing
        return passing.notes if passing is not None else ()

    @property
    def due(self) -> Transfer | None:
        """What the session is to begin now."""
        passing = self._talk.state.passing
        return None if passing is None or passing.sent or passing.off else self._transfers[passing.to]

    @property
    def stays(self) -> bool:
        """Whether the session is to call it off now."""
        passing = self._talk.state.passing
        return passing is not None and passing.off

    def sent(self) -> None:
        """The session knows."""
        passing = self._talk.state.passing
        if passing is not None:
            self._talk.move(passing=None if passing.off else msgspec.structs.replace(passing, sent=True))


def _waits(said: Utterance) -> bool | None:
    """Whether the caller wants to wait; None where the words are neither."""
    of_waiting = _of_waiting(said)
    return yes_or_no(said) if of_waiting is None else of_waiting


def _of_waiting(said: Utterance) -> bool | None:
    """The same of who says it outright: "I'll wait", "I can't wait that long"."""
    text = said.without(*_LEAD).text.removesuffix(" please")
    if _WILLING.fullmatch(text):
        return yes_or_no(said) is not False
    return False if _UNWILLING.fullmatch(text) else None


def _emergencies(plan: Dialplan) -> Mapping[str, str]:
    """The transfers that urgent intents, or their flows, put callers through to; each with the intent's name."""
    flows = {flow.name: flow for flow in plan.flows}
    found: dict[str, str] = {}
    for intent in (intent for intent in plan.intents if intent.urgent):
        steps = flows[intent.flow].steps if intent.flow is not None else ()
        for to in (intent.transfer, *(step.transfer for step in steps)):
            if to is not None:
                found.setdefault(to, intent.name)
    return found
