"""What kind of thing a question asks for, what kinds of things a text tells, and which words carry the content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum


class Inquiry(StrEnum):
    """What is asked for."""

    WHY = "why"
    WHO = "who"
    PRICE = "price"
    DURATION = "duration"
    FREQUENCY = "frequency"
    COUNT = "count"
    TIME = "time"
    PLACE = "place"
    DEGREE = "degree"  # how old, big, far, warm ...
    MANNER = "manner"
    CHOICE = "choice"  # which, what
    WHETHER = "whether"
    STATEMENT = "statement"


_ASKED = {  # the first that is found
    Inquiry.WHY: r"why",
    Inquiry.WHO: r"who|who's|whose|whom",
    Inquiry.PRICE: r"how (?:much|expensive)|costs?|prices?|fees?|charged?|rates?|cheap\w*|"
    r"what (?:do|would|will|must) (?:i|we) pay|set me back|how many dollars",
    Inquiry.DURATION: r"how long|how many (?:hours|days|weeks|months|years|minutes)|how much time|"
    r"how (?:fast|quick|soon)",
    Inquiry.FREQUENCY: r"how (?:often|many times)",
    Inquiry.COUNT: r"how many",
    Inquiry.TIME: r"when|when's|what (?:times?|hours?|day|date|month)|(?:which|what) days?|how (?:late|early)|hours",
    Inquiry.PLACE: r"where|where's|address|(?:what|which) (?:street|floor|side|hall|room|square)|"
    r"how do i (?:get to|find)|directions",
    Inquiry.DEGREE: r"how (?:old|big|large|tall|high|deep|warm|hot|cold|far|heavy|wide|loud|strong|good|bad|safe|"
    r"dangerous)|what size",
    Inquiry.MANNER: r"how",
    Inquiry.CHOICE: r"which|what|what's",
}
_VERBS = "is|are|am|do|does|did|can|could|may|might|will|would|should|must|have|has|was|were"
_WHETHER = re.compile(
    rf"^(?:(?:and|so|but|oh|well|hi|hello|yes|please)\s)*(?:{_VERBS}|isn't|aren't|don't|doesn't|can't|any)\b|"
    rf"\b(?:{_VERBS}) (?:i|we|you|they|it|he|she|there|that|my|somebody|someone|the)\b"
)
_QUESTIONS = {inquiry: re.compile(rf"\b(?:{words})\b") for inquiry, words in _ASKED.items()}
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekday|weekend|daily|every day"
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_SMALL = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty"
_NUMBERS = rf"{_SMALL}|seventy|eighty|ninety|hundred|thousand|no|all|\d+"
_TOLD = {
    Inquiry.PRICE: r"dollars?|cents?|free|included|charge|costs?|pay|price",
    Inquiry.TIME: rf"(?:{_DAYS}|noon|midnight|o'clock|morning|evening|night|{_MONTHS}|half past|from \w+ to \w+|until|"
    r"before|after|today|am|pm)\w*",
    Inquiry.DURATION: r"hours?|minutes?|days?|weeks?|months?|years?|at once|right away|until",
    Inquiry.COUNT: _NUMBERS,
    Inquiry.DEGREE: _NUMBERS,
    Inquiry.PLACE: r"street|road|square|avenue|lane|floor|next to|across|behind|beside|opposite|left|right|entrance|"
    r"garage|basement|desk|office|room|building|at the|in the|on the|near|corner|website|online",
    Inquiry.FREQUENCY: r"once|twice|every|times|daily|weekly|monthly|yearly|each|a (?:day|week|month|year)",
}
_ANSWERS = {inquiry: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for inquiry, words in _TOLD.items()}
_WITHOUT_CONTENT = """
a about actually after again all also am an and any anyone anything are aren't as at be because been before being but by
can can't come could couldn't did didn't do does doesn't doing don't down ever for from get give given go going got guys
had has have haven't having he he's hello help her here hi him his how i i'd i'll i'm i've if in into is isn't it it'll
it's its just know let like many may maybe me mine more much must my need no not now of off oh okay on one only or our
ours out over please possible question really right say she she's should so some somebody someone something somewhere
sorry still stuff sure take tell than thank thanks that that's the their them then there there's they they're thing this
to too up us use very want wanted wants was way we we'd we'll we're we've well were what what's when where where's
whether which while who who's will with won't wondering would yes you you'd you'll you're you've your yours yourself
dear even
"""
_FUNCTIONAL = frozenset(_WITHOUT_CONTENT.split())
_DENIALS = frozenset({"not", "no", "never", "don't", "can't", "isn't", "without", "won't"})
_ENDINGS = ("ing", "ed", "es", "s", "er", "ly")
_SHORTEST = 3  # letters of a stem


def asked_for(question: str) -> Inquiry:
    """What a question asks for. `question` as a recogniser writes it."""
    for inquiry, words in _QUESTIONS.items():
        if words.search(question):
            return inquiry
    return Inquiry.WHETHER if _WHETHER.search(question) else Inquiry.STATEMENT


def told_by(text: str) -> frozenset[Inquiry]:
    """What kinds of things a text tells; only those that are told by certain words."""
    return frozenset(inquiry for inquiry, words in _ANSWERS.items() if words.search(text))


def content_of(words: Sequence[str]) -> list[int]:
    """Where the words are that carry the content."""
    return [at for at, word in enumerate(words) if word not in _FUNCTIONAL]


def denies(words: tuple[str, ...]) -> bool:
    """Whether there is a negation among them."""
    return not _DENIALS.isdisjoint(words)


def stem(word: str) -> str:
    """A word without its ending, roughly."""
    word = word.split("'", maxsplit=1)[0]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word
