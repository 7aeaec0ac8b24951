"""The moments of one turn on the call clock, from the caller's last voiced sample to the bot's first. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from agent.ledger.entry import Entry, Kind
from agent.ledger.stages import CALLERS, Mark, Stage, stages
from telephony.audio import FRAME_SAMPLES, ms

DraftMark = Literal["prepared", "token", "clause"]


class DraftSpans:
    """The moments of one draft. They count as the turn's only if the draft is what is said."""

    def __init__(self, began: int) -> None:
        self.began = began
        self.marks: dict[DraftMark, int] = {}
        self.adopted: Callable[[DraftMark, int], None] | None = None  # by a turn, which hears of what comes later
        self._ended: int | None = None

    def mark(self, name: DraftMark, at: int) -> None:
        """A moment of the draft, also after it was adopted; the first one counts."""
        if name not in self.marks:
            self.marks[name] = at
            if self.adopted is not None:
                self.adopted(name, at)

    def end(self, at: int) -> None:
        """It is a draft no more: adopted or dropped; the first one counts."""
        self._ended = at if self._ended is None else self._ended

    def worked(self, now: int) -> int:
        """Samples that it worked for as a draft: to its first clause, for then it waits, else to its end."""
        ended = now if self._ended is None else self._ended
        return max(0, min(self.marks.get("clause", ended), ended) - self.began)


class TurnSpans:
    """One turn being timed; the next `start` begins another. Positions are call-clock samples."""

    _marks: dict[Mark, int]
    _drafts: list[DraftSpans]
    _adopted: DraftSpans | None
    _route: str
    _kind: str

    def __init__(self) -> None:
        self.clear()

    def start(self, ended: int, known: int, delay: int = 0) -> None:
        """The caller fell silent: last voiced sample, when that was known, and how long the sound took to get here
        (`SpeechEnded`). Drafts go on. After the commit the caller was not done: only the end moves."""
        moments: dict[Mark, int] = {"ended": ended - delay, "known": known}
        self._marks = {**self._marks, **moments} if "commit" in self._marks else moments

    def mark(self, name: Mark, at: int) -> None:
        """A moment of the turn; the last one counts. Nothing while no turn is timed; after the commit the caller's
        moments stay as they are."""
        if name == "commit":
            self.commit(at)
        elif self._marks and not ("commit" in self._marks and name in CALLERS):
            self._marks[name] = at

    def draft(self, at: int) -> DraftSpans:
        """A draft of a reply begins; the caller may still be speaking."""
        self._drafts.append(DraftSpans(at))
        return self._drafts[-1]

    def drop(self, draft: DraftSpans, at: int) -> None:
        """The draft will not be said."""
        draft.end(at)

    def commit(self, at: int, draft: DraftSpans | None = None) -> None:
        """The turn is over; `draft` is what will be said, if it was drafted. What was marked of an earlier reply to
        this turn is forgotten."""
        if not self._marks:
            return
        self.retract()
        self._marks["commit"] = at
        self._first = "answer"
        if draft is not None:
            self.adopt(draft, at)

    def adopt(self, draft: DraftSpans, at: int) -> None:
        """After the commit: this draft is what will be said. One that was begun only then is a reply like any other."""
        if "commit" not in self._marks:
            return
        draft.end(at)
        draft.adopted = self.mark
        self._adopted = draft
        if draft.began < self._marks["commit"]:
            self._marks["draft"] = draft.began
        for name, moment in draft.marks.items():
            self._marks[name] = moment

    def retract(self) -> None:
        """The reply was taken back before it was heard: the caller's turn goes on, its draft is wasted."""
        self._marks = {name: moment for name, moment in self._marks.items() if name in CALLERS}
        self._adopted = None

    def reply(self, route: str, kind: Kind) -> None:
        """What kind of reply it is."""
        self._route, self._kind = route, kind

    def goes_first(self, what: Literal["ack", "filler"], at: int | None = None) -> None:
        """Something that was handed to the line at `at` is heard before the answer."""
        self._first = what
        if at is not None:
            self.mark("sound", at)

    def heard(self, at: int, delay: int = 0, lead: int = 0) -> None:
        """The line sent the reply's first sample (`Began`); its sound begins with `lead` samples of silence."""
        # A frame is heard at its end and sent at its beginning: the same tick, a frame apart on the call clock.
        self.mark("audible", at + FRAME_SAMPLES + delay + lead)

    def clear(self) -> None:
        """No turn is being timed, and no draft is alive."""
        self._marks, self._drafts, self._adopted = {}, [], None
        self._route = self._kind = ""
        self._first = "answer"

    @property
    def audible(self) -> float | None:
        """ms from the caller's last voiced sample to the bot's first; None while unknown."""
        return self._in_ms().get("audible")

    def stages(self) -> tuple[Stage, ...]:
        """The stages whose two ends are known, in ms from the last voiced sample."""
        return stages(self._in_ms())

    def entry(self, call: str, turn: int, generation: int) -> Entry | None:
        """The turn as the ledger keeps it; None unless it was timed from the caller's last voiced sample to the
        bot's first."""
        marks = self._in_ms()
        if "audible" not in marks or "commit" not in marks:
            return None
        now = self._marks["commit"]
        wasted = [draft for draft in self._drafts if draft is not self._adopted]
        return Entry(
            call, turn, generation,
            ended_ms=round(ms(self._marks["ended"]), 1),
            audible=marks["audible"],
            marks=marks,
            route=self._route, kind=self._kind, first=self._first,
            drafts=len(self._drafts), wasted=len(wasted),
            draft_ms=round(ms(sum(draft.worked(now) for draft in self._drafts)), 1),
            wasted_ms=round(ms(sum(draft.worked(now) for draft in wasted)), 1),
        )  # fmt: skip

    def _in_ms(self) -> dict[str, float]:
        zero = self._marks.get("ended")
        if zero is None:
            return {}
        return {name: round(ms(moment - zero), 1) for name, moment in self._marks.items() if name != "ended"}
