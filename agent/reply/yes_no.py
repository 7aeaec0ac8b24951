"""Yes or no, by rules: what was said last and clearly counts; a contradiction is neither."""

from __future__ import annotations

import re

from agent.reply.utterance import Utterance

_NO = re.compile(
    r"\b(no|nope|nah|not|never|wrong|incorrect|isn't|don't|doesn't|didn't|can't|won't|rather not|no thanks|"
    r"nothing|neither)\b"
)
_DOUBT = re.compile(r"\b(not sure|don't know|no idea|maybe|perhaps)\b")
_YES = re.compile(
    r"\b(yes|yeah|yea|yep|yup|ya|yet|sure|correct|right|exactly|okay|ok|alright|please do|absolutely|definitely|"
    r"certainly|of course|go ahead|go on|indeed|affirmative|uh huh|mm hmm|that's it|that is it|"
    r"i did|i do)\b|\b(i would|please|perfect|great|good|fine)$"
)
_NO_PROBLEM = re.compile(r"\b(no problem|no worries|why not|not a problem|not wrong|nothing wrong|don't mind)\b")
# How people are is no yes: who is asked whether anybody is hurt says "I'm okay", who is offered something "I'm good".
_WELL = re.compile(
    r"\b(?:i'?m|i am|we'?re|we are|(?:he|she|they|everyone|everybody|all of us|both of us)(?:'s|'re| is| are)|"
    r"(?:my|the|our) \w+(?:'s| is| are))(?: (?:all|both|just|totally|perfectly|quite|doing|really))*"
    r" (?:okay|ok|fine|good|alright|all right|well|safe|unharmed)\b(?! (?:with|to|for)\b)"
)
_CONSENT = frozenset({
    "yes", "yeah", "yea", "yep", "yup", "ya", "sure", "okay", "ok", "alright", "all", "right", "correct", "exactly",
    "absolutely", "definitely", "certainly", "of", "course", "please", "do", "go", "ahead", "indeed", "that's", "that",
    "is", "it", "fine", "good", "great", "perfect", "thanks", "thank", "you", "book", "make", "so", "sounds", "works",
    "for", "me", "very", "much", "oh", "uh", "huh", "mm", "hmm", "and", "now", "i", "would", "did", "like", "be",
})  # fmt: skip
_REFUSAL = frozenset({
    "no", "nope", "nah", "not", "never", "wrong", "incorrect", "isn't", "don't", "it's", "know",
})  # fmt: skip
_PRAISE = frozenset(
    {"great", "perfect", "good", "fine", "wonderful", "excellent", "lovely", "fantastic", "brilliant", "right"}
)
_BESIDE_PRAISE = frozenset(
    {"oh", "okay", "ok", "alright", "all", "that's", "that", "is", "it's", "sounds", "very", "so", "well"}
)
_SHORT = 6  # words of an answer; in a longer turn only its beginning answers
_HUM = {("uh", "huh"), ("mm", "hmm"), ("mm", "hm"), ("hm", "hm")}


def yes_or_no(said: Utterance) -> bool | None:
    """True for yes, False for no, None for neither, doubt or both."""
    if said.raw[-2:] in _HUM:
        return True
    text = said.text if len(said.words) <= _SHORT else f"{said.words[0]} {said.words[1]} …"
    if said.words in (("know",), ("know", "know")):  # how the recogniser writes a short "no"
        return False
    if _DOUBT.search(text):
        return None
    if _how_they_are(said):
        beside = Utterance(_WELL.sub(" ", said.text))
        return None if yes_or_no(beside) or "but" in beside.words else False
    text = _NO_PROBLEM.sub("yes", text)
    negative = _NO.search(text)
    if negative is None:
        return True if _YES.search(text) else None
    first = text[: negative.start()]
    opposed = _YES.search(first)  # "yes no", but not "that's right not" or "sorry that's not right"
    return None if opposed and opposed.group() in ("yes", "yeah", "yep") else _no_that_is_right(text)


def consents(said: Utterance) -> bool:
    """Whether it is a yes and nothing else, as is wanted before what cannot be undone: "another day please" ends like a
    yes, and is none."""
    return yes_or_no(said) is True and set(said.words) <= _CONSENT


def approves(said: Utterance) -> bool:
    """Whether it is praise and nothing else, which is a yes to what was proposed, and none to "is there anything else":
    "oh great"."""
    return not _PRAISE.isdisjoint(said.words) and set(said.words) <= _PRAISE | _BESIDE_PRAISE


def plain(said: Utterance) -> bool:
    """Whether it is a yes or a no and nothing else."""
    return yes_or_no(said) is not None and set(said.words) <= _CONSENT | _REFUSAL


def outright(said: Utterance) -> bool | None:
    """As `yes_or_no`, where a "please" behind other words is no yes: "sales please"."""
    polite = len(said.words) > 1 and said.words[-1] == "please"
    return yes_or_no(Utterance(" ".join(said.words[:-1])) if polite else said)


def _how_they_are(said: Utterance) -> bool:
    """Whether it says that somebody is well; a longer turn must begin so."""
    if len(said.words) <= _SHORT:
        return _WELL.search(said.text) is not None
    return _WELL.match(said.without("yes", "yeah", "no", "nope", "oh", "well", "thank", "you").text) is not None


def _no_that_is_right(text: str) -> bool | None:
    """A "no" that is followed by an outright yes says both."""
    return None if re.match(r"no\b.*\b(yes|yeah|that's right|that's correct)\b", text) else False
