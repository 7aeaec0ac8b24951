"""One turn of `offhook bench latency` as it is kept: what was asked and how, what came back, and the bot's account."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from agent.bench.asking import is_answer
from agent.bench.exchange import Answered
from agent.bench.questions import Question
from agent.ledger.entry import Entry

_PLACE = re.compile(r"\{[^{}]*\}")


class TurnRecord(msgspec.Struct, frozen=True):
    """Times in ms. `verdict`: "right", "wrong", or why there is no time (`exchange.Verdict`). What the bot says of
    itself is None or 0 where its ledger has no such turn."""

    phase: str
    call: int
    turn: int
    kind: str
    topic: str
    asked: str
    voice: str
    verdict: str
    first_audio: float | None = None  # from the label to the first audible sample
    first_word: float | None = None  # the same to the answer's own first sample
    heard: str = ""  # the reply, as a recogniser wrote it down
    ledger: Entry | None = None


@dataclass(frozen=True)
class Place:
    """Where a turn was in the run; calls count through the run, turns through the call, both from 1."""

    phase: str
    call: int
    turn: int


def record(place: Place, question: Question, answered: Answered, heard: str, entry: Entry | None) -> TurnRecord:
    """Of a question, what became of it, the reply's words, and the ledger's entry for it."""
    verdict: str = answered.verdict
    if answered.ms is not None:
        verdict = "right" if is_right(question, heard) else "wrong"
    asked = " ".join(filter(None, (question.lead_in, question.text)))
    return TurnRecord(
        phase=place.phase,
        call=place.call,
        turn=place.turn,
        kind=question.kind,
        topic=question.topic,
        asked=asked,
        voice=question.voice,
        verdict=verdict,
        first_audio=None if answered.ms is None else round(answered.ms, 1),
        first_word=first_word(answered.ms, entry),
        heard=heard,
        ledger=entry,
    )


def is_right(question: Question, heard: str) -> bool:
    """Whether what was heard is the dialplan's answer: half of its words, or, since a model uses words of its own,
    half of those that matter."""
    if is_answer(heard, _PLACE.sub(" ", question.answer)):
        return True
    return question.kind == "model" and bool(question.key) and is_answer(heard, question.key)


def first_word(first_audio: float | None, entry: Entry | None) -> float | None:
    """ms to the answer's own first sample: later than the first audio where the bot says that an acknowledgement or
    a filler went first, by what it says that this took."""
    if first_audio is None or entry is None or entry.first == "answer":
        return None if first_audio is None else round(first_audio, 1)
    marks = entry.marks
    return round(first_audio + marks["answer"] - entry.audible, 1) if "answer" in marks else None
