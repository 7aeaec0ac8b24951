"""Where a flow stands: its values, what the caller was asked, and the tool that runs. Part of the checkpoint."""

from __future__ import annotations

from collections.abc import Container, Mapping
from enum import StrEnum

import msgspec

from agent.dialplan.flows import CALLER, Flow, Number, Step
from agent.reply.template import replaced
from agent.tools.call import ToolCall

_MOST_WRONG = 30  # values; beyond, the oldest are forgotten
_LONGEST_WRONG = 100  # characters of one; nobody says a story twice in the same words


class Asked(StrEnum):
    """What the caller's next words are an answer to."""

    SLOT = "slot"
    READ_BACK = "read_back"  # "Tuesday, December first. Is that right?"
    CONFIRM = "confirm"
    CHANGE = "change"  # "What should I change?"
    NOTHING = "nothing"  # a tool runs


class Held(msgspec.Struct, frozen=True):
    """A value that a slot or a tool gave: as tools get it, and as it is said."""

    name: str
    value: str
    spoken: str
    settled: bool = False  # something in the world was changed with it, and would be again with another


class Running(msgspec.Struct, frozen=True):
    """A flow between two turns of the caller."""

    flow: str
    at: int = 0  # the step that is open
    held: tuple[Held, ...] = ()
    asked: Asked = Asked.SLOT
    doubt: Held | None = None  # what is being read back
    wrong: tuple[tuple[str, str], ...] = ()  # slots with a value that was read back and is wrong, in the whole call
    begun: str = ""  # the first digits of a number whose rest is awaited
    typed: str = ""  # telephone keys of a number that is being typed
    tries: int = 0  # answers to the open question that were none
    number: int = 0  # of the flows of a call
    calls: int = 0  # of tools
    digest: str = ""  # of the flow as it was when it began
    call: ToolCall | None = None
    sent: bool = False  # the session has the call
    leaves: bool = False  # the caller takes leave, and waits for what comes of it
    before: Running | None = None  # where it stood when the value in doubt took the place of one said earlier
    on: int | None = None  # the step from which it goes on at the latest once the open one is answered
    meant: tuple[Held, ...] = ()  # what was said besides in the place of values said earlier; is read back next
    brought: tuple[tuple[str, str], ...] = ()  # what a flow had taken down whose place it took, by name
    anew: tuple[str, ...] = ()  # what was called wrong: is asked for, and its value stays until there is another

    @property
    def values(self) -> dict[str, str]:
        """The values by name, as tools get them."""
        return {one.name: one.value for one in self.held}

    @property
    def spoken(self) -> dict[str, str]:
        """The values by name, as they are said."""
        return {one.name: one.spoken for one in self.held}

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """The values by name, for a record."""
        return tuple((one.name, one.value) for one in self.held)

    @property
    def all_notes(self) -> tuple[tuple[str, str], ...]:
        """The same with those that were brought, for a message or whoever takes the call."""
        return (*(note for note in self.brought if not self.has(note[0])), *self.notes)

    def has(self, name: str) -> bool:
        """Whether there is a value of this name."""
        return any(one.name == name for one in self.held)

    def is_settled(self, name: str) -> bool:
        """Whether the value of this name can't be changed any more."""
        return any(one.settled for one in self.held if one.name == name)

    def holding(self, *given: Held) -> Running:
        """With these values, in the place of others of their names."""
        names = {one.name for one in given}
        kept = tuple(one for one in self.held if one.name not in names)
        anew = tuple(name for name in self.anew if name not in names)
        right = {(one.name, one.value) for one in given}
        wrong = tuple(one for one in self.wrong if one not in right)
        return msgspec.structs.replace(self, held=(*kept, *given), anew=anew, wrong=wrong)

    def refused(self, slot: str) -> tuple[str, ...]:
        """The slot's values that are wrong."""
        return tuple(value for name, value in self.wrong if name == slot)

    def meaning(self, *values: Held) -> Running:
        """With values that were said besides, in the place of others that were said earlier."""
        new = (one for one in values if one.value != self.values.get(one.name) and one not in self.meant)
        return msgspec.structs.replace(self, meant=(*self.meant, *new))

    def doubting(self, value: Held) -> Running:
        """With a value that is to be read back; another one that was read back before is none."""
        return msgspec.structs.replace(self.without_doubt(value.value), asked=Asked.READ_BACK, doubt=value)

    def without_doubt(self, instead: str = "") -> Running:
        """The value that was read back is wrong, unless it is `instead`."""
        wrong = dict.fromkeys(self.wrong)
        if self.doubt is not None and self.doubt.value != instead and len(self.doubt.value) <= _LONGEST_WRONG:
            wrong[self.doubt.name, self.doubt.value] = None
        return msgspec.structs.replace(self, doubt=None, wrong=tuple(wrong)[-_MOST_WRONG:])

    def moved(self, at: int) -> Running:
        """At another step, whose question was not put yet."""
        return msgspec.structs.replace(
            self, at=at, asked=Asked.SLOT, doubt=None, begun="", typed="", tries=0, before=None, on=None
        )

    def answered(self) -> Running:
        """Behind the open step; but where a value was changed that was told before it was asked for, at the step that
        was open then."""
        return self.moved(self.at + 1 if self.on is None else min(self.at + 1, self.on))

    def back_at(self, at: int) -> Running:
        """At the step that asks for a value held already, as often asked in vain as here, to which it comes back."""
        on = self.at if self.on is None else min(self.at, self.on)
        return msgspec.structs.replace(self.moved(at), tries=self.tries, on=on)

    def recalling(self, at: int) -> Running:
        """At the step that asks for the first value which was said besides, and without that."""
        anew = (*self.anew, self.meant[0].name)
        return msgspec.structs.replace(self.moved(at), on=self.at, meant=self.meant[1:], anew=anew)

    def asks(self, name: str) -> bool:
        """Whether a value of this name is wanted."""
        return not self.has(name) or name in self.anew

    def forgetting(self, names: Container[str]) -> Running:
        """Without the values of these names."""
        return msgspec.structs.replace(self, held=tuple(one for one in self.held if one.name not in names))

    def settling(self) -> Running:
        """What is held was acted on."""
        return msgspec.structs.replace(
            self, held=tuple(msgspec.structs.replace(one, settled=True) for one in self.held)
        )


def gone(running: Running, flow: Flow, step: str) -> Running:
    """At the step of this name. Going back forgets what was asked first from there on, and keeps what else is
    known; what is asked from there on may be changed again, since it is acted on again."""
    at = flow.place(step)
    if at > running.at:
        return running.moved(at)
    asked = [one.ask for one in flow.steps[at : running.at + 1] if one.ask is not None]
    kept = tuple(
        msgspec.structs.replace(one, settled=one.settled and one.name not in asked)
        for one in running.held
        if one.name not in asked[:1]
    )
    return msgspec.structs.replace(running, held=kept).moved(at)


def applies(step: Step, values: Mapping[str, str], caller: str) -> bool:
    """Whether the step is not passed over. `caller`: the number that they call from, "" when withheld."""
    known: Mapping[str, str] = {CALLER: Number.SHOWN if caller else Number.WITHHELD, **values}
    return all(known.get(name, "") == value for name, value in step.when.items())


def may_apply(step: Step, values: Mapping[str, str], caller: str, awaited: Container[str] = ()) -> bool:
    """Whether the step is not passed over for what is known yet, where nothing that is `awaited` makes it apply."""
    known = {CALLER, *values}
    unknown = {name: value for name, value in step.when.items() if name not in known and name not in awaited}
    return applies(step, {**unknown, **values}, caller)


def call_of(step: Step, running: Running, inputs: Mapping[str, object], caller: str) -> ToolCall:
    """The tool's call at this step: what `given` says, with the number of the `caller` for "{caller}", else the values
    of the same names."""
    values = running.values
    arguments = {name: values[name] for name in inputs if name in values}
    arguments |= {name: replaced(text, {"caller": caller} | values) for name, text in step.given.items()}
    key = f"{running.number}.{running.flow}.{running.at}.{running.calls}"
    return ToolCall(step.do or "", tuple(sorted(arguments.items())), key)
