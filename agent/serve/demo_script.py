"""What the caller of the demo call says, and what is to be heard then.

The dialplan that answers when no other is named has a conversation of its own: an appointment is talked through, with a
question in between, a correction and a question over an answer, until the caller thinks better of it. So it books
nothing, however often it is run. Any other is asked its first questions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from agent.config import DEFAULT_DIALPLAN
from agent.dialplan.schema import Dialplan
from agent.reply.smalltalk import HOW_ARE_YOU
from agent.reply.template import places

QUESTIONS = 3
SMALL_TALK = "Hello, how are you today?"
GOODBYE = "That's all, thank you."  # common words: a small recogniser takes "bye" for "by" or "my" now and then


@dataclass(frozen=True, slots=True)
class Question:
    """What the caller says and what the bot should answer; `free`: in its own words, `answer` being the stock one.
    `cut`: the next is asked over the answer."""

    said: str
    answer: str
    free: bool = False
    cut: bool = False


_DAYS = ("Tuesday", "Wednesday", "Thursday", "Friday")  # on which they are open

_APPOINTMENT = (
    Question("I would like an appointment on {day}.", "Sure, let's find a time. And at what time?"),
    Question("Is there a parking lot?", "There's a car park behind the building, free for patients. And at what time?"),
    Question("At half past nine.", "What is the patient's name?"),
    Question("Anna Miller.", "Anna Miller. Is that right?"),
    Question("That is correct.", "What is your phone number?"),
    Question("Five five five, zero one seven seven.", "Five five five, zero one seven seven. Is that right?"),
    Question("That's right.", "That's {day} at half past nine for Anna Miller. Shall I book it?"),
    Question("I'd rather come on {other}.", "That's {other} at half past nine for Anna Miller. Shall I book it?"),
    Question("Never mind.", "All right, no appointment."),
    Question("What are your opening hours?", "We're open Monday to Friday from eight to five, with a break.", cut=True),
    Question("Is there an elevator?", "There's an elevator, and everything can be reached with a wheelchair."),
)


def script(file: Path, plan: Dialplan, today: date) -> list[Question]:
    """For the dialplan in `file`. A day that has the name of today may be that or the one in a week, and would be read
    back: others are named, and not tomorrow either, which may have come when the caller says it."""
    if file.resolve() != DEFAULT_DIALPLAN:
        return questions(plan)
    near = {f"{today + timedelta(ahead):%A}" for ahead in (0, 1)}
    day, other = [name for name in _DAYS if name not in near][:2]
    appointment = [
        replace(one, said=one.said.format(day=day, other=other), answer=one.answer.format(day=day, other=other))
        for one in _APPOINTMENT
    ]
    return [*appointment, Question(GOODBYE, plan.goodbye)]


def questions(plan: Dialplan) -> list[Question]:
    """Small talk if the dialplan wants it, the first questions that have a plain answer, not in their first wording,
    then goodbye."""
    talk = [Question(SMALL_TALK, HOW_ARE_YOU.instead, free=True)] if plan.small_talk else []
    plain = [intent for intent in plan.intents if not (intent.acts or places(intent.answer))][:QUESTIONS]
    plain.sort(key=lambda intent: len(intent.answer))  # the longest last but one: it is spoken over
    order = [*plain[:-2], plain[-1], plain[-2]] if len(plain) > 1 else plain
    asked = [
        Question(_spoken(intent.examples), intent.answer, cut=len(plain) > 1 and intent is plain[-1])
        for intent in order
    ]  # fmt: skip
    return [*talk, *asked, Question(GOODBYE, plan.goodbye)]


def _spoken(examples: Sequence[str]) -> str:
    """An example as a voice reads it best."""
    example = examples[min(2, len(examples) - 1)]
    return re.sub(r"\bi\b", "I", example).capitalize() + "?"
