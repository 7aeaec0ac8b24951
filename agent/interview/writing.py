"""The dialplan file that the answers of an interview make: its sections in order, each behind what it is for.

The YAML is ruamel.yaml's, so that whatever was answered is quoted as it must be.
"""

from __future__ import annotations

import re
import unicodedata
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from agent.interview.answers import Answers
from agent.interview.appointments import appointments
from agent.interview.hours import hours, moments
from agent.interview.pieces import piece, topic

_WIDEST = 100_000  # no text is folded: an admin changes it in its one line
_HEAD = """\
What the bot says for {name}.
Written by `offhook dialplan new`, and yours to change: docs/dialplans.md has every key. After a change run
`offhook dialplan check FILE`, then `offhook dialplan test FILE`."""
_NUMBERS = 'The called numbers that this file answers; "*" is all that no other file does.'
_GREETING = "What a caller hears first and last, word for word."
_HOURS = """\
When you are open; other days are closed. A holiday without a year comes every year; one that is not closed all day
has its times: {date: "12-24", open: "9:00-12:00"}. Callers hear of a change here where an answer says {hours}, and
your sentence about the hours under "intents" is to be changed with it."""
_NO_MATCH = """\
What is said when the bot does not know. The second time it offers to take a message, whatever stands here."""
_PERSON = """\
Callers who ask for a person, or press 0, are put through: the target is called first, and a caller whom nobody
takes is back with the bot. The target is a number or user at your telephone system; a SIP address at another
host must be allowed there (`transfer_hosts` of the trunk, docs/trunks.md)."""
_INTENTS = """\
What callers want: the ways they ask, lower case and without punctuation, and what the bot answers. Add the ways
that your callers have; ten different ones are good."""
_UNANSWERED = "What callers ask and this business has no answer to. Add what the bot should not guess at."
_SLOTS = "What is asked for an appointment, and what is said to who was not understood."
_TOOLS = "What the built-in appointment book is asked to do. The book is a file in the bot's data directory."
_CALENDAR = "When appointments can be, one every so many minutes, and how many at a time."
_FLOWS = "Appointments step by step."
_AUTOMATED = "Hello, this is the automated assistant of {name}"
_TESTS = """\
What callers say, in other words than above, and what must come of it: `offhook dialplan test FILE`. Write one
for each thing that must not break."""


def written(answers: Answers) -> str:
    """The file's text."""
    parts = [_comment(_HEAD.format(name=_plain(answers.name)))]
    for comment, section in _sections(answers):
        parts.append((f"{_comment(comment)}\n" if comment else "") + _yaml(section))
    return "\n".join(part if part.endswith("\n") else f"{part}\n" for part in parts)


def slug(name: str) -> str:
    """A file's name for the business, without an ending: "O'Neil: Bikes & more" is "oneil_bikes_more"."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("'", "").replace("’", ""))
    words = re.findall(r"[a-z0-9]+", "".join(char for char in plain if not unicodedata.combining(char)))
    return "_".join(words)[:40].strip("_") or "dialplan"


def _sections(answers: Answers) -> list[tuple[str, dict[str, Any]]]:
    name = answers.name
    booking = appointments(answers.appointments, f"{slug(name)}.db", answers.zone) if answers.appointments else {}
    opening = hours(answers) if answers.open else {}
    always = piece("always")
    sections: list[tuple[str, dict[str, Any]]] = [
        ("", {"name": Quoted(name)}),
        (_NUMBERS, {"numbers": [Quoted(number) for number in answers.numbers]}),
        ("", {"persona": Quoted(_sentence(f"You are the friendly telephone assistant of {name}"))}),
        (_GREETING, {"greeting": Quoted(f"{_sentence(_AUTOMATED.format(name=name))} How can I help you?")}),
        ("", {"goodbye": Quoted(f"{_sentence(f'Thank you for calling {name}')} Goodbye.")}),
        *([(_HOURS, {**_zone(answers), "hours": opening["hours"]})] if opening else []),
        ("", {"phrases": {"automated": Quoted(f"I'm the automated assistant of {name}, not a person.")}}),
        (_NO_MATCH, {"no_match": {"offer": Quoted(_offer(answers))}}),
        *([(_PERSON, _person(answers))] if answers.person else []),
        (_INTENTS, {"intents": [*opening.get("intents", []), *_intents(answers), *booking.get("intents", [])]}),
        *([("", {"facts": opening["facts"]})] if "facts" in opening else []),
        (_UNANSWERED, {"unanswered": always["unanswered"]}),
    ]
    for comment, key in ((_SLOTS, "slots"), (_TOOLS, "tools"), (_CALENDAR, "calendar"), (_FLOWS, "flows")):
        if key in booking:
            sections.append((comment, {key: booking[key]}))
    tests = [*opening.get("tests", []), *_tests(answers), *booking.get("tests", []), *always["tests"]]
    return [*sections, (_TESTS, {"tests": tests})]


def _zone(answers: Answers) -> dict[str, Any]:
    return {"timezone": answers.zone} if answers.zone else {}


def _offer(answers: Answers) -> str:
    """What the bot says that it can do: the first topics, and a message."""
    about = [*(["our opening hours"] if answers.open else []), *(topic(name).about for name in answers.topics)][:3]
    can = [f"ask about {_listed(about, 'or')}"] if about else []
    can += ["make an appointment"] if answers.appointments else []
    can += ["leave a message"] if answers.messages else []
    can += ["speak to a person"] if answers.person else []
    return f"You can {_listed(can, 'or')}. Which would you like?" if len(can) > 1 else f"You can {can[0]}."


def _intents(answers: Answers) -> list[dict[str, Any]]:
    asked = [
        {"name": name, "about": topic(name).about, "examples": list(topic(name).examples), "answer": Quoted(answer)}
        for name, answer in answers.topics.items()
    ]
    person = [piece("person")["intent"]] if answers.person else []
    return [*asked, *person, *([piece("message")["intent"]] if answers.messages else [])]


def _person(answers: Answers) -> dict[str, Any]:
    person = piece("person")
    transfer = person["transfer"]
    if answers.open:
        transfer["closed"] = person["closed"]
    return {
        "transfers": [{"name": transfer.pop("name"), "target": Quoted(answers.person), **transfer}],
        "operator": "person",
    }


def _tests(answers: Answers) -> list[dict[str, Any]]:
    topics = [
        {"name": f"asked about {topic(name).about}", "turns": [{"caller": topic(name).test, "topic": name}]}
        for name in answers.topics
    ]
    return [
        *topics,
        *([piece("message")["test"]] if answers.messages else []),
        *(_person_tests(answers) if answers.person else []),
    ]


def _person_tests(answers: Answers) -> list[dict[str, Any]]:
    """Each at a moment at which somebody is there, and one at which nobody is."""
    person = piece("person")
    if not answers.open:
        return list(person["tests"])
    opens, closed = moments(answers)
    tests = [(test, opens) for test in person["tests"]] + [(person["closed_test"], closed)]
    return [{"name": test["name"], "now": at, "turns": test["turns"]} for test, at in tests if at]


def _listed(words: list[str], last: str) -> str:
    """Words as a list is said: "a, b or c"."""
    return " ".join(filter(None, (", ".join(words[:-1]), last if len(words) > 1 else "", words[-1])))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _plain(name: str) -> str:
    """A name for a comment: on one line, and only what prints."""
    return " ".join("".join(char if char.isprintable() else " " for char in name).split())


def _comment(text: str) -> str:
    return "\n".join(f"# {line}" for line in text.splitlines())


def _yaml(section: dict[str, Any]) -> str:
    yaml, out = YAML(), StringIO()
    yaml.width = _WIDEST
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(section, out)
    return out.getvalue()
