"""The interview: one question after the other, each answer tried in a whole dialplan before the next is asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import msgspec

from agent.dialplan.load import read
from agent.interview import holidays, week, zone
from agent.interview.answers import Answers
from agent.interview.hours import in_words
from agent.interview.pieces import TOPICS, topic
from agent.interview.writing import written

_PLACE = re.compile(r"^.*?:\d+:\d+: ")
_GAPS = re.compile(r"[\s()/-]+")
_TRUNK_ZERO = re.compile(r"^(\+\d[\d\s]*)\(0\)")  # which is not dialled behind a country's code
_LEAVE_OUT = "nothing leaves it out"
_NO = frozenset({  # a question that can be left out is, by these too
    "no", "none", "nobody", "no one", "nothing", "n", "n/a", "-", "?", "skip", "pass", "later", "dunno", "idk",
    "no idea", "not sure", "don't know", "i don't know", "don’t know", "i don’t know",
})  # fmt: skip
_NOTHING = "A bot that knows nothing of this has nothing to talk about: answer at least one question, or take messages."

Check = Callable[[str], Answers]  # what is typed -> the answers with it. Raises ValueError with the reason


class Asks(Protocol):
    """Whoever asks the admin."""

    def text(self, question: str, hint: str, check: Check) -> Answers:
        """Ask until `check` is content."""

    def yes(self, question: str, default: bool) -> bool:
        """Ask for a yes or a no."""

    def tell(self, what: str) -> None:
        """Say something in between."""


def interview(asks: Asks) -> Answers:
    """All the questions."""
    answers = asks.text("What is the business called, as callers know it?", "", _tried(_named))
    hint = 'several with commas; nothing is "*", every number'
    answers = asks.text("Which telephone numbers shall it answer?", hint, _tried(partial(_numbered, answers)))
    while True:
        answers = _hours(asks, answers)
        answers = _topics(asks, answers)
        answers = msgspec.structs.replace(answers, messages=asks.yes("Shall it offer to take a message?", True))
        answers = _person(asks, answers)
        answers = _appointments(asks, answers)
        if not answers.empty:
            return answers
        asks.tell(_NOTHING)


def reasons(answers: Answers) -> list[str]:
    """What the checker finds in the file that the answers make, without its places."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dialplan.yaml"
        path.write_text(written(answers), encoding="utf-8", errors="surrogateescape")
        one = read([path])[0]
    return [_PLACE.sub("", finding) for finding in (*one.errors, *one.warnings)]


def _tried(put: Check) -> Check:
    """`put`, and what the checker finds then is a reason, too."""

    def check(typed: str) -> Answers:
        answers = put(typed.strip())
        found = reasons(msgspec.structs.replace(answers, messages=True))
        if found:
            raise ValueError(found[0])
        return answers

    return check


def _optional(put: Check) -> Check:
    """`put` of a question that can be left out: a no is nothing."""
    return _tried(lambda typed: put("" if _is_no(typed) else typed))


def _is_no(typed: str) -> bool:
    return typed.lower().rstrip(".!") in _NO


def _dialled(typed: str) -> str:
    """A number without what is only there to read it by: "+49 (0)30 12-34". Raises ValueError for words beside it."""
    if _GAPS.search(typed) and any(char.isalpha() for char in typed):
        raise ValueError(f'"{typed}" is more than a number; write its digits alone')
    return _GAPS.sub("", _TRUNK_ZERO.sub(r"\1", typed))


def _named(typed: str) -> Answers:
    if not any(char.isalnum() for char in typed):
        raise ValueError("a name has letters or digits; callers hear it in the greeting")
    return Answers(typed)


def _numbered(answers: Answers, typed: str) -> Answers:
    if _is_no(typed):
        raise ValueError(f'"{typed}" is no number; write those that it answers, or nothing for every number')
    listed = [_dialled(number.strip()) for number in typed.split(",")]
    numbers = tuple(dict.fromkeys(filter(None, listed))) or ("*",)
    return msgspec.structs.replace(answers, numbers=numbers)


def _hours(asks: Asks, answers: Answers) -> Answers:
    def opening(typed: str) -> Answers:
        days = week.week(typed)
        if typed and not days:
            raise ValueError(f'write the days and times at which you are open, such as "{week.EXAMPLE}"')
        return msgspec.structs.replace(answers, open=days)

    hint = f'such as "{week.EXAMPLE}"; {_LEAVE_OUT}'
    answers = asks.text("When are you open?", hint, _optional(opening))
    if not answers.open:
        return msgspec.structs.replace(answers, holidays={})
    asks.tell(f"That is {in_words(answers.open)}.")

    def closing(typed: str) -> Answers:
        return msgspec.structs.replace(answers, holidays=holidays.holidays(typed))

    hint = f'such as "{holidays.EXAMPLE}"; {_LEAVE_OUT}'
    return _zone(asks, asks.text("On which holidays are you closed?", hint, _optional(closing)))


def _zone(asks: Asks, answers: Answers) -> Answers:
    here = zone.machine_zone()

    def put(typed: str) -> Answers:
        return msgspec.structs.replace(answers, zone=zone.zone(typed) or here)

    hint = f'a large city of it, such as "{zone.EXAMPLE}"; nothing is that of this machine'
    return asks.text("In which time zone is that?", f"{hint}, {here}" if here else hint, _tried(put))


def _topics(asks: Asks, answers: Answers) -> Answers:
    asks.tell("What callers ask most. Write each answer as the bot shall say it, in a sentence or two.")
    for name in TOPICS:
        hint = f'such as "{topic(name).example}"; {_LEAVE_OUT}'
        answers = asks.text(topic(name).ask, hint, _optional(partial(_answered, answers, name)))
    return answers


def _answered(answers: Answers, name: str, typed: str) -> Answers:
    topics = {**answers.topics, name: typed} if typed else answers.topics
    return msgspec.structs.replace(answers, topics=topics)


def _person(asks: Asks, answers: Answers) -> Answers:
    def put(typed: str) -> Answers:
        sip = typed.lower().startswith(("sip:", "sips:"))
        if typed and not sip and not any(char.isdigit() for char in typed):
            raise ValueError(f'"{typed}" is no number; write digits, or a SIP address, such as "sip:anna@192.0.2.1"')
        return msgspec.structs.replace(answers, person=typed if sip else _dialled(typed))

    hint = f'a number at your telephone system, such as "200", or a SIP address; {_LEAVE_OUT}'
    return asks.text("Whom shall callers be put through to who want a person?", hint, _optional(put))


def _appointments(asks: Asks, answers: Answers) -> Answers:
    if not asks.yes("Shall it make appointments?", False):
        return answers

    def put(typed: str) -> Answers:
        days = week.week(typed) if typed else answers.open
        if not days:
            raise ValueError(f'write at least one day and time, such as "{week.EXAMPLE}"')
        return msgspec.structs.replace(answers, appointments=days)

    hint = f'such as "{week.EXAMPLE}"' + ("; nothing is whenever you're open" if answers.open else "")
    answers = asks.text("When can appointments be?", hint, _tried(put))
    asks.tell(f"That is {in_words(answers.appointments)}.")
    return answers if answers.open else _zone(asks, answers)
