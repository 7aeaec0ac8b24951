"""The open question of a flow: how it is put, and what is waited for then."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent.dialplan.flows import Asking, Step
from agent.dialplan.slots import TYPED, Slot
from agent.reply.flow import Asked, Held, Running
from agent.reply.reply import Awaited, Expectation, Part, StockPart, TextPart
from agent.reply.template import places, replaced
from agent.slots.read import awaits, doubted_grammar, grammar

YES_NO = Expectation(Awaited.YES_NO)


class Question:
    """Of the flows of a dialplan. `fill` fills a text's places that are no values."""

    def __init__(self, texts: Asking, slots: Mapping[str, Slot], fill: Callable[[str], str]) -> None:
        self._texts = texts
        self._slots = slots
        self._fill = fill

    def put(self, running: Running, step: Step) -> list[Part]:
        """What is asked at the step."""
        if running.asked is Asked.CONFIRM:
            return [self.written(step.confirm or "", running)]
        if running.asked is Asked.CHANGE:
            return [StockPart(self._texts.change)]
        if running.asked is Asked.READ_BACK and running.doubt is not None:
            return self.read_back(running.doubt)
        slot = self._slots[step.ask or ""]
        if running.tries and slot.again:
            return [self.written(slot.again[min(running.tries, len(slot.again)) - 1], running)]
        how = [StockPart(self._texts.digits)] if running.tries and slot.kind in TYPED else []
        return [*how, self.written(slot.ask, running)]

    def read_back(self, doubt: Held) -> list[Part]:
        """Whether a value was understood right."""
        return [TextPart(f"{doubt.spoken[:1].upper()}{doubt.spoken[1:]}."), StockPart(self._texts.right)]

    def expected(self, running: Running, step: Step) -> Expectation:
        """What is waited for."""
        slot = self._slots.get(step.ask or "")
        if running.asked is Asked.READ_BACK and slot is not None:
            return Expectation(Awaited.YES_NO, grammar=doubted_grammar(slot))
        if running.asked in (Asked.READ_BACK, Asked.CONFIRM):
            return YES_NO
        if slot is None or running.asked is not Asked.SLOT:
            return Expectation()
        return Expectation(awaits(slot), slot.exact, profile=slot.patience, grammar=grammar(slot))

    def written(self, text: str, running: Running) -> Part:
        """A text of the file: rendered before the call, or filled and rendered in it."""
        if not places(text):
            return StockPart(text)
        return TextPart(self._fill(replaced(text, running.spoken)))
