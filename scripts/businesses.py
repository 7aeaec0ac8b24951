"""The made-up businesses that `fit_relevance.py` fits to, as they lie in `businesses/`: a file each, in lines.

fact NAME: ABOUT, or intent NAME: ABOUT      a topic
= TEXT                                       what is said
? WORDS                                      an example, as an admin writes it
+ WORDS                                      another way to ask for it
~ WORDS                                      a plain way to ask for it
* WORDS                                      a plain way as a recogniser of the telephone hears it
- WORDS                                      a near miss: nothing in the file answers it
elsewhere                                    and after it, what is no business of theirs, in lines with "-"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

FOLDER = Path(__file__).with_name("businesses")
ANSWERS = Path(__file__).with_name("answers.txt")  # to what a bot asks: no topic, whatever the business is
_ANYWHERE = re.compile(  # in the names of topics that every business could have
    "hours|open|opening|closed|holidays?|address|location|where|directions|contact|email|message|callback|person|human|"
    "operator|talk|speak|complain|complaints?|pay|paying|payment|parking"
)
_LISTS = {"? ": "examples", "+ ": "answerable", "~ ": "plain", "* ": "misheard", "- ": "near"}
_TOPIC = re.compile(r"(intent|fact) (\w+): (.+)")


class Topic(msgspec.Struct):
    """What callers ask about."""

    fact: bool
    name: str
    about: str
    text: str = ""
    examples: tuple[str, ...] = ()
    answerable: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    misheard: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


class Business(msgspec.Struct):
    """Its topics, and what is none of them."""

    name: str
    topics: list[Topic]
    elsewhere: tuple[str, ...] = ()

    def asked(self) -> Iterator[tuple[str, str]]:
        """Every question with its topic, "" where nothing answers it."""
        for _, said, topic in self.by_kind():
            yield said, topic

    def by_kind(self) -> Iterator[tuple[str, str, str]]:
        """The same, with what kind of question it is."""
        for topic in self.topics:
            what = "a fact" if topic.fact else "an intent"
            yield from ((what, said, topic.name) for said in topic.answerable)
            yield from ((f"{what}, plainly", said, topic.name) for said in topic.plain)
            yield from ((f"{what}, misheard", said, topic.name) for said in topic.misheard)
            yield from ((f"near {what}", said, "") for said in topic.near)
        yield from (("elsewhere", said, "") for said in self.elsewhere)


def read() -> list[Business]:
    """All of them, by name. Raises ValueError with the file and line of the first mistake."""
    return [_business(path) for path in sorted(FOLDER.glob("*.txt"))]


def of_others(business: Business, businesses: Sequence[Business]) -> list[str]:
    """What callers ask of businesses of other kinds about what this one has no topic of, going by names."""
    here = {word for topic in business.topics for word in topic.name.split("_")}
    kind = set(business.name.split("_"))
    return [
        said
        for other in businesses
        if not kind & set(other.name.split("_"))
        for topic in other.topics
        if not any(word in here or _ANYWHERE.fullmatch(word) for word in topic.name.split("_"))
        for said in (*topic.answerable, *topic.plain)
    ]


def _business(path: Path) -> Business:
    business, topic = Business(path.stem, []), Topic(False, "", "")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        head = _TOPIC.fullmatch(line)
        kind, words = line[:2], line[2:]
        if head is not None:
            topic = Topic(head[1] == "fact", head[2], head[3])
            business.topics.append(topic)
        elif line == "elsewhere":
            topic = Topic(False, "", "")
        elif kind == "= ":
            topic.text = words
        elif kind in _LISTS and topic.name:
            setattr(topic, _LISTS[kind], (*getattr(topic, _LISTS[kind]), words))
        elif kind == "- ":
            business.elsewhere = (*business.elsewhere, words)
        else:
            raise ValueError(f"{path}:{number}: no line of such a file: {line!r}")
    return business


def answers() -> list[str]:
    """What callers say when they are asked for something."""
    return ANSWERS.read_text(encoding="utf-8").split("\n")[:-1]
