"""An e-mail address, said in words: "anna dot miller at gmail dot com". Never sure: any letter may be misheard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from agent.dialplan.slots import Slot
from agent.reply.digits import digits_of, spell
from agent.reply.utterance import Utterance
from agent.slots.correction import versions
from agent.slots.figures import WORDS
from agent.slots.letters import letter
from agent.slots.reading import Reading

_SIGNS = {"dot": ".", "point": ".", "underscore": "_", "dash": "-", "hyphen": "-", "minus": "-", "plus": "+"}
_NUMBERS = frozenset((*WORDS, "oh", "double", "triple", "hundred"))
_LEAD = re.compile(
    r"^(?:.*\b(?:(?:e mail|email|mail)(?: address)?(?: is|'s)|(?:address|that|it) is|it's|that's|write to|reach me at|"
    r"send it to|use) )|^(?:yes|yeah|well|so|okay|sure) "
)
_TAIL = re.compile(r" (?:please|thanks|thank you)$")
_ADDRESS = re.compile(
    r"[a-z0-9]+(?:[._+-][a-z0-9]+)*@[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*\.[a-z]{2,}"
)
_SPOKEN = re.compile(r"[a-z]+|\d+|\W|_")
_SPOKEN_SIGNS = {".": "dot", "_": "underscore", "-": "dash", "+": "plus", "@": "at"}
_LONGEST = 64


def read_email(slot: Slot, said: Utterance, now: datetime) -> Reading | None:
    """The address in lower case."""
    del slot, now
    for version in versions(said.text):
        address = _address(version)
        if len(address) <= _LONGEST and _ADDRESS.fullmatch(address):
            return Reading(address, spoken_email(address), sure=False)
    return None


def spoken_email(address: str) -> str:
    """The address in words, digits one by one."""
    return " ".join(_spoken(part) for part in _SPOKEN.findall(address))


def _spoken(part: str) -> str:
    if part.isdigit():
        return spell(part).replace(",", "")
    if part.isalpha() and len(part) > 1 and (not set(part) & set("aeiouy") or len(part) == 2 or not _is_itself(part)):
        return " ".join(part)
    return _SPOKEN_SIGNS.get(part, part)


def _is_itself(word: str) -> bool:
    """Whether it means nothing else in an address, as "dot", "two", "sorry" and "huh" do."""
    said = Utterance(f"{word} at {word} dot com").text
    return f"{word}@{word}.com" in map(_address, versions(said))


def _address(version: str) -> str:
    local, at, domain = _TAIL.sub("", _LEAD.sub("", version)).rpartition(" at ")
    return f"{_written(local.split())}@{_written(domain.split())}" if at else ""


def _written(words: Sequence[str]) -> str:
    return "".join(_parts(words))


def _parts(words: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and words[end] in _NUMBERS:
            end += 1
        digits = digits_of(Utterance(" ".join(words[at:end]))) if end > at else ""
        letters, taken = _letters(words, at)
        if digits:
            yield digits
            at = end
        elif letters:
            yield letters
            at += taken
        else:
            yield _SIGNS.get(words[at], words[at])
            at += 1


def _letters(words: Sequence[str], at: int) -> tuple[str, int]:
    """A letter by its name only counts beside another letter: else "bee" is a word."""
    letters, taken = letter(words, at)
    if not letters or len(words[at]) == 1 or words[at] == "double":
        return letters, taken
    beside = (at > 0 and letter(words, at - 1)[1]) or letter(words, at + taken)[1]
    return (letters, taken) if beside else ("", 0)
