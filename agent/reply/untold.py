"""What came of a tool or a transfer, until the caller has heard it: a reply that they speak over is not all of it.

::

    outcome ─► told ─► heard
                └► cut, or never begun ─► with the next reply: behind an answer, before anything else ─► heard
                                                                                   └► cut again ─► once more, then never
    outcome of a flow that the caller has left ─► when nothing else is asked, or with the next reply
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from agent.reply.conveyed import conveyed
from agent.reply.reply import Part, Reply, Route
from agent.reply.state import Open
from agent.reply.talk import Talk, parts_of, said_of

MOST = 2  # times that it is said again
_ANSWERS = (Route.INTENT, Route.FACT)


class Untold:
    """Of one call; its state is the talk's."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def tells(self, outcome: Reply, whole: bool = False) -> Reply:
        """`outcome` tells what came of something, but for its last part, which goes on from there unless it is the
        `whole`."""
        reply = self.again(outcome)
        told = reply.parts if whole else reply.parts[:-1]
        self._talk.move(untold=said_of(told), retold=0, telling=True)
        return reply

    def keep(self, parts: Sequence[Part]) -> None:
        """What came of something that the caller has gone on from: it is told with the next reply."""
        untold = (*self._talk.state.untold, *said_of(parts))
        self._talk.move(untold=untold, retold=0, telling=False)

    def heard(self, text: str, cut: Reply | None) -> None:
        """`text` was heard of the last reply; of all of it, or of `cut`."""
        state = self._talk.state
        if not (state.untold and state.telling):
            return
        if cut is None or conveyed(_about(cut, self._text), text):
            self._talk.move(untold=())

    def again(self, reply: Reply) -> Reply:
        """`reply`, with what is still to be told."""
        state, plan = self._talk.state, self._talk.plan
        if not state.untold or reply.text == plan.phrases.take_your_time:
            return reply
        if self._text in reply.text:
            self._talk.move(telling=True)
            return reply
        if state.retold >= MOST:
            self._talk.move(untold=())
            return reply
        self._talk.move(retold=state.retold + 1, telling=True)
        return _with(reply, parts_of(state.untold), behind=state.open is Open.EMERGENCY)

    @property
    def _text(self) -> str:
        return " ".join(said.text for said in self._talk.state.untold)


def _with(reply: Reply, told: list[Part], behind: bool) -> Reply:
    """`reply` with these parts: `behind` all of it, or behind an answer, but before what goes on from it; else before
    everything, but for the excuse that the call was cut off."""
    at = 1 if reply.route is Route.RESUMED else 0
    if behind:
        at = len(reply.parts)
    elif reply.route in _ANSWERS:
        goes_on = reply.parts[-1:] if reply.text.endswith("?") or reply.tool or reply.transfer else ()
        at = len(reply.parts) - len(goes_on)
    led = msgspec.structs.replace(reply, parts=(*reply.parts[:at], *told, *reply.parts[at:]))
    if reply.key is None or at == len(reply.parts):
        return led
    shift = len(led.text) - len(reply.text)
    before = len(msgspec.structs.replace(reply, parts=reply.parts[:at]).text)
    return led if reply.key[1] <= before else msgspec.structs.replace(led, key=tuple(end + shift for end in reply.key))


def _about(reply: Reply, text: str) -> Reply:
    """`reply`, with `text` for what it is about."""
    start = reply.text.find(text)
    return reply if start < 0 else msgspec.structs.replace(reply, key=(start, start + len(text)))
