"""Whom callers name before they are asked: the choices that a flow asks first for, heard by a recogniser of them alone.

Of a name an open recogniser makes what it knows: "susan park" is "food and part". Among the names of a directory, with
"none of them" for all other words, it is heard; so the end of a turn that was not understood is put right where the one
recogniser heard nothing but a name there and the other heard none in all of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.dialplan.schema import Dialplan
from agent.dialplan.slots import SlotKind
from agent.listen.wording import listed
from agent.reply.router import Decision, Kind
from agent.reply.utterance import Utterance

FEWEST = 8  # choices that callers know without being asked
UNKNOWN = "[unk]"  # the closed recogniser's word for what is none of its words
_POLITE = ("please", "thank you")
_BESIDE = listed("the in at from of miss mister doctor please thank you")  # beside a name


class Directory:
    """Of one dialplan; knows nobody where no flow begins with so many choices."""

    def __init__(self, plan: Dialplan) -> None:
        slots = {slot.name: slot for slot in plan.slots}
        firsts = {flow.name: slots.get(flow.steps[0].ask or "") for flow in plan.flows}
        asked = {
            flow: slot for flow, slot in firsts.items()
            if slot is not None and slot.kind is SlotKind.CHOICE and len(slot.choices) >= FEWEST
        }  # fmt: skip
        self._topics = frozenset(intent.name for intent in plan.intents if intent.flow in asked)
        self._named: Mapping[str, str] = {  # phrase -> choice
            Utterance(phrase).text: f"{slot.name} {name}"
            for slot in asked.values()
            for name, choice in slot.choices.items()
            for phrase in choice.said
        }
        self.grammar = (*self._named, *_POLITE) if self._named else ()

    def repaired(self, said: Utterance, closed: str, decision: Decision) -> Utterance | None:
        """`said`, which is taken for what `decision` says, with the name at its end that a recogniser of `grammar`
        heard, as `closed`; None where there is none, or `said` has one, and no other, or is about something else."""
        heard = closed.split()
        all_of_it = heard[:1] != [UNKNOWN]
        while heard and heard[0] == UNKNOWN:
            heard.pop(0)
        named = {choice for phrase, choice in self._named.items() if f" {phrase} " in f" {said.text} "}
        if not heard or len(named) == 1 or not self._open_to_names(decision):
            return None
        before = () if all_of_it else said.words[: -len(heard)]
        return Utterance(" ".join((*before, *heard))) if self._is_one(heard) else None

    def _open_to_names(self, decision: Decision) -> bool:
        return decision.kind in (Kind.UNSURE, Kind.UNKNOWN) or (
            decision.kind is Kind.TOPIC and decision.name in self._topics
        )

    def _is_one(self, heard: list[str]) -> bool:
        """Whether the words are one choice's, from the first to the last."""
        found: set[str] = set()
        at = 0
        while at < len(heard):
            ends = range(len(heard), at, -1)
            end = next((end for end in ends if " ".join(heard[at:end]) in self._named), None)
            if end is None and heard[at] not in _BESIDE:
                return False
            if end is not None:
                found.add(self._named[" ".join(heard[at:end])])
            at = end or at + 1
        return len(found) == 1
