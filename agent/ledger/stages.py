"""The moments of a turn by name, and the stages that lie between them. Pure.

::

    ended ─► known ─► flush ─► words ─► weighed ─► commit ─► prepared ─► token ─► clause ─► sound ─► audible
    voice    │        recogniser weighing  patience  reply      model      voice     hand-over  line
             └ the VAD knows       draft ──────────────► may lie before `ended`, and its moments before `commit`

Milliseconds from the caller's last voiced sample, so that what came before it is negative.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

Mark = Literal[
    "ended",  # the caller's last voiced sample, when it was spoken
    "known",  # the agent heard of it
    "flush",  # the recogniser was asked for its words
    "words",  # and gave them
    "weighed",  # the endpointer had all that it had asked for
    "commit",  # the turn was taken to be over
    "draft",  # work on the reply that was said began, before the commit
    "prepared",  # the reply was known, not yet its sound
    "token",  # the model's first token
    "clause",  # the first clause was rendered
    "sound",  # the first sample was handed to the line
    "audible",  # the first audible sample was on the wire
    "answer",  # the same of the answer itself, where an acknowledgement or a filler went first
]
MARKS: tuple[Mark, ...] = get_args(Mark)
ORDER = (  # of stages, and of what they add
    "voice", "ripening", "recogniser", "weighing", "decision", "patience",
    "draft", "reply", "model", "first clause", "making", "hand-over", "line",
)  # fmt: skip
CALLERS: frozenset[Mark] = frozenset({"ended", "known", "flush", "words", "weighed"})  # until the commit
AT_ONCE_MS = 15.0  # a commit this soon after the last evidence did not wait: the timer and the loop take as much


class Stage(msgspec.Struct, frozen=True):
    """One stage of a turn, in ms from the caller's last voiced sample."""

    name: str
    start: float
    end: float


def stages(marks: Mapping[str, float]) -> tuple[Stage, ...]:
    """The stages whose two ends are known, in the order of a turn; `marks` in ms from the last voiced sample.

    A recogniser that was asked and had not answered at the commit is taken to have worked until then. "patience" runs
    from the last evidence to the commit; "draft" is the understanding of what was said where it began before the
    commit, else it is called "reply"; "making" is the wait for a filler or an acknowledgement that went first.
    """
    marks = _unanswered(marks)
    evidence = _latest(marks, "known", "words", "weighed")
    weighed = marks.get("weighed")
    asked = [
        marks[name] for name in ("known", "words") if weighed is not None and marks.get(name, weighed + 1) <= weighed
    ]
    begun = "draft" if "draft" in marks else "commit"
    spans = (
        ("voice", 0.0, marks.get("known")),
        ("recogniser", marks.get("flush"), marks.get("words")),
        ("weighing", max(asked, default=None), weighed),
        ("patience", evidence, marks.get("commit")),
        ("draft" if begun == "draft" else "reply", marks.get(begun), marks.get("prepared")),
        ("model", marks.get("prepared"), marks.get("token")),
        ("first clause", _latest(marks, "prepared", "token"), marks.get("clause")),
        (_before_sound(marks), _latest(marks, "commit", "prepared", "token", "clause"), marks.get("sound")),
        ("line", marks.get("sound"), marks.get("audible")),
    )
    return tuple(Stage(name, start, end) for name, start, end in spans if start is not None and end is not None)


def shares(marks: Mapping[str, float]) -> dict[str, float]:
    """What each stage added to the time to the first audible sample, in ms; they sum up to it. {} while unknown.

    A commit that came later than the evidence waited for silence: until then all is "patience", and quicker evidence
    would have bought nothing. Behind the commit a moment counts by how much later it is than all before it, so that
    what was drafted in time counts 0.
    """
    if "commit" not in marks or "audible" not in marks:
        return {}
    marks = _unanswered(marks)
    commit = marks["commit"]
    evidence = _latest(marks, "known", "words", "weighed")
    added: dict[str, float] = {}
    if evidence is None or commit - evidence > AT_ONCE_MS:
        added["patience"] = commit
        reached = commit
    else:
        before = ("known", "voice"), ("flush", "ripening"), ("words", "recogniser"), ("weighed", "weighing")
        reached = _walk(added, marks, (*before, ("commit", "decision")), 0.0)
    behind = ("prepared", "reply"), ("token", "model"), ("clause", "first clause"), ("sound", _before_sound(marks))
    _walk(added, marks, (*behind, ("audible", "line")), reached)
    return added


def _walk(added: dict[str, float], marks: Mapping[str, float], path: tuple[tuple[str, str], ...], at: float) -> float:
    for mark, stage in path:
        moment = marks.get(mark)
        if moment is None:
            continue
        # The last moment closes the sum, also where the clocks of line and agent disagree by a millisecond.
        added[stage] = moment - at if mark == "audible" else max(0.0, moment - at)
        at = max(at, moment)
    return at


def _before_sound(marks: Mapping[str, float]) -> str:
    """What went on before the first sound: where no clause was ready, the reply was still being made, and what was
    heard is a filler."""
    return "hand-over" if "clause" in marks else "making"


def _unanswered(marks: Mapping[str, float]) -> Mapping[str, float]:
    """With an end for a recogniser that had not answered at the commit."""
    if "flush" in marks and "words" not in marks and "commit" in marks:
        return {**marks, "words": marks["commit"]}
    return marks


def _latest(marks: Mapping[str, float], *names: Mark) -> float | None:
    return max((marks[name] for name in names if name in marks), default=None)
