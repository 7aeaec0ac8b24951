"""A person's name, spelled or not. What a recogniser makes of a name alone is never sure."""

from __future__ import annotations

import re
from datetime import datetime
from difflib import SequenceMatcher

from agent.dialplan.slots import Slot
from agent.listen.wording import listed
from agent.reply.commands import command_of
from agent.reply.utterance import Utterance
from agent.reply.yes_no import outright
from agent.slots.correction import versions
from agent.slots.letters import spelled_end
from agent.slots.reading import Reading
from agent.slots.when import is_when

_LEAD = re.compile(
    r"^(?:(?:hi|hello|hey|yes|yeah|well|so|okay|ok|sure|oh|please) )*"
    r"(?:(?:my|the|her|his|our) (?:(?:full|first|last|family) )?name(?: is|'s)? |it's |it is |this is |i'm |i am |"
    r"i said |that's |you can call me |call me |under (?:the name )?(?:of )?|name is )?(?:for )?(?:the name of )?"
)
_TAIL = re.compile(r" (?:please|thanks|thank you|speaking|here|with (?:two|a|one|double) .+|spelled|that's)$")
_NO_NAME = listed(
    "i i'd you we they to do don't know why what who how make want need have like can could would should the a an is "
    "are my your not of for at it that this there appointment name operator sorry need later never"
)
# Behind a no they tell something of the name, and are none.
_OTHER_WORDS = listed(
    "wrong incorrect correct right again try spell spelled spelling letter letters repeat listen misheard "
    "misunderstood other different new another something else isn't wasn't doesn't didn't can't won't my me "
    "say cancel stop hello mister mr mrs miss ms mother father son daughter wife husband"
)
_LONGEST = 5  # words of a name
_LIKE = 0.6  # of a name that was said to what was spelled, for being the same


def read_name(slot: Slot, said: Utterance, now: datetime) -> Reading | None:
    """The name, as it is written; sure where what was said and what was spelled agree."""
    del slot, now
    return _read(said.text)


def renamed(name: str, said: Utterance, *, denied: bool) -> Reading | None:
    """The name that is said instead of the one that was read back, not sure: "no jane doe"; None for other words.
    `denied`: the caller says no, else the names must share a word. One word takes the place of the one that it is
    like."""
    reading = _read(said.text)
    others = any(word.endswith("'s") for word in said.words[1:]) or not _OTHER_WORDS.isdisjoint(said.words)
    if reading is None or others:
        return None
    old, new = name.split(), reading.value.split()
    if set(new) <= set(old) or (not denied and (len(new) == 1 or set(new).isdisjoint(old))):
        return None
    if len(new) == 1 and len(old) > 1:
        likes = [SequenceMatcher(None, word.lower(), new[0].lower()).ratio() for word in old]
        best = likes.index(max(likes))
        if likes[best] < _LIKE:
            return None
        new = [*old[:best], new[0], *old[best + 1 :]]
    written = " ".join(new)
    return Reading(written, written, sure=False)


def _read(said: str) -> Reading | None:
    for at, version in enumerate(versions(said)):
        if outright(Utterance(version)) is not None or command_of(Utterance(version)) is not None:
            continue
        words = _TAIL.sub("", _LEAD.sub("", version, count=1)).split()
        if is_when(words):
            continue
        spelled, start = spelled_end(words)
        before = words[:start]
        if before and _TAIL.search(" " + before[-1]):
            before = before[:-1]
        if _is_name(before, spelled):
            names, agreed = _joined(before, spelled)
            name = " ".join(_capital(word) for word in names)
            return Reading(name, name, sure=agreed and at == 0)
    return None


def respelled(name: str, said: Utterance) -> Reading | None:
    """The name that was read back with what the caller spells instead of one of its words, or of all: "no, s m y t h";
    None where they spell nothing that is another."""
    spelled, _ = spelled_end(_TAIL.sub("", said.text).split())
    words = name.lower().split()
    likes = [SequenceMatcher(None, word, spelled).ratio() for word in (*words, "".join(words))]
    best = likes.index(max(likes))
    if not spelled or spelled in (*words, "".join(words)) or (len(words) > 1 and best == len(words)):
        return None
    changed = [*words[:best], spelled, *words[best + 1 :]] if likes[best] >= _LIKE else [spelled]
    written = " ".join(_capital(word) for word in changed)
    return Reading(written, written, sure=False)


def _is_name(words: list[str], spelled: str) -> bool:
    return bool(words or spelled) and len(words) <= _LONGEST and not set(words) & _NO_NAME


def _joined(words: list[str], spelled: str) -> tuple[list[str], bool]:
    """The names, the spelled one in the place of that which it is; whether it is the same."""
    if not spelled:
        return words, False
    same = next((at for at, word in enumerate(words) if word == spelled), None)
    if same is not None:
        return words, True
    if words and SequenceMatcher(None, words[-1], spelled).ratio() >= _LIKE:
        return [*words[:-1], spelled], False
    return [*words, spelled], False


def _capital(word: str) -> str:
    return "'".join(part.capitalize() if len(part) > 1 or not at else part for at, part in enumerate(word.split("'")))
