"""One of several things that the dialplan names: by its words, by words like them, or by its place among them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches

from agent.dialplan.slots import Slot
from agent.listen.wording import listed
from agent.reply.utterance import Utterance
from agent.slots.correction import versions
from agent.slots.figures import WORDS
from agent.slots.found import Found, named
from agent.slots.reading import Reading

_PLACE = re.compile(
    r"^(?:(?:i'll take|i want|it's|i'd like) )?(?:the |number |option )"
    r"(?P<place>first|second|third|fourth|fifth|last|one|two|three|four|five)(?: one| option| choice)?(?: please)?$"
)
_PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1} | {
    word: at for at, word in enumerate(("one", "two", "three", "four", "five"))
}
_EMPTY = listed(
    "a an the of to for in on at my your i i'd i'm like want would need please and or with is it it's some me "
    "can could have get do just one that this"
)
_BEHIND = _EMPTY | listed(
    "about regarding because as if when whether so but not who whose what from at by over again there here now today "
    "thanks thank you she he they it's yes yeah right sir ma'am "
    "then too also actually instead calling speaking department office desk team"
)
_LIKE = 0.8  # of a word to another, for being that one misheard
_NAME_LIKE = 0.65  # the same of a last name behind its first: "susan part"
_ENOUGH = 0.5  # of a phrase's words


def read_choice(slot: Slot, said: Utterance, now: datetime) -> Reading | None:
    """The choice that is meant; sure where its words were said and no other's."""
    del now
    phrases = {
        name: tuple(Utterance(text).text for text in (*choice.said, slot.label(name)))
        for name, choice in slot.choices.items()
    }
    for at, version in enumerate(versions(said.text)):
        text = Utterance(version).text
        for find, sure in ((_named, True), (_placed, False), (_alike, False)):
            name = find(phrases, text)
            if name == "":
                return None
            if name is not None:
                other = sure and _goes_on(slot.label(name), phrases[name], text)
                return Reading(name, slot.label(name), sure=sure and at == 0 and not other)
    return None


def unasked(slot: Slot) -> Slot:
    """The slot for words that were no answer to it: a number alone may count anything there."""
    kept = {name: tuple(said for said in choice.said if said not in WORDS) for name, choice in slot.choices.items()}
    choices = {name: slot.choices[name].model_copy(update={"said": said}) for name, said in kept.items()}
    return slot.model_copy(update={"choices": choices})


def only_choices(slot: Slot, closed: str) -> bool:
    """Whether what the recogniser of `choice_grammar` heard is whole phrases, and no words out of them."""
    phrases = sorted(choice_grammar(slot), key=len, reverse=True)
    return set(re.sub(rf"(?<![\w'])(?:{'|'.join(map(re.escape, phrases))})(?![\w'])", " ", closed).split()) <= _EMPTY


def choice_grammar(slot: Slot) -> tuple[str, ...]:
    """What callers say for the choices, phrase by phrase."""
    said = (Utterance(text).text for choice in slot.choices.values() for text in choice.said)
    return tuple(dict.fromkeys(text for text in said if text))


def _named(phrases: Mapping[str, tuple[str, ...]], text: str) -> str | None:
    """The choice whose phrase stands in the text; "" for several, or one that is refused."""
    found = [
        Found(name, match.start(), match.end())
        for name, said in phrases.items()
        for phrase in said
        for match in re.finditer(rf"(?<![\w']){re.escape(phrase)}(?![\w'])", text)
    ]
    longest = [one for one in found if not any(_shadowed(one, other) for other in found)]
    if not longest:
        return None
    only = named(text, longest)
    return only.value if only is not None else ""


def _goes_on(label: str, phrases: Sequence[str], text: str) -> bool:
    """Whether the first name of the person of this label goes on with a word that may be another's: "robert miller",
    where there is a Robert Stone. `phrases`: what callers say for them."""
    first, *rest = label.split()
    if not rest or not label.istitle() or any(_has(phrase, text) for phrase in phrases if " " in phrase):
        return False
    behind = re.search(rf"(?<![\w']){re.escape(first.lower())} ([\w']+)", text)
    if behind is None or behind[1] in _BEHIND or behind[1] in phrases or behind[1].endswith(("'s", "'re", "'ll", "'d")):
        return False
    return not get_close_matches(behind[1], [rest[0].lower(), f"{rest[0].lower()}s"], 1, _NAME_LIKE)


def _has(phrase: str, text: str) -> bool:
    return re.search(rf"(?<![\w']){re.escape(phrase)}(?![\w'])", text) is not None


def _shadowed(one: Found, other: Found) -> bool:
    """Whether a longer phrase has some of the same words."""
    return one.start < other.end and other.start < one.end and one.end - one.start < other.end - other.start


def _placed(phrases: Mapping[str, tuple[str, ...]], text: str) -> str | None:
    match = _PLACE.match(text)
    place = _PLACES[match["place"]] if match else len(phrases)
    return list(phrases)[place] if place < len(phrases) else None


def _alike(phrases: Mapping[str, tuple[str, ...]], text: str) -> str | None:
    """The choice with the most of its words in the text, words that are nearly the same among them."""
    words = [word for word in text.split() if word not in _EMPTY]
    shares = {name: max(_share(phrase, words) for phrase in said) for name, said in phrases.items()}
    best = max(shares.values(), default=0.0)
    names = [name for name, share in shares.items() if share == best]
    return names[0] if best >= _ENOUGH and len(names) == 1 and "not" not in words else None


def _share(phrase: str, words: list[str]) -> float:
    wanted = [word for word in phrase.split() if word not in _EMPTY]
    return sum(bool(get_close_matches(word, words, 1, _LIKE)) for word in wanted) / len(wanted) if wanted else 0.0
