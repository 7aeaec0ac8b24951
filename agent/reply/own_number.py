"""The number that a caller calls from, as they speak of it: "this one", "the number I'm calling from"."""

from __future__ import annotations

import re

from agent.reply.digits import digits_of
from agent.reply.utterance import Utterance
from agent.reply.yes_no import yes_or_no

_OWN = re.compile(
    r"\b(this (number|one|phone)|same number|(calling|call|called) (you )?(from|on right now)(?! (\w+ )?\w+'s\b)|"
    r"the number you (see|have))\b"
)
# "The number I'm calling from isn't mine", but not "… I don't have another".
_NOT = re.compile(
    r"\b(?:not|never|(?:is|are|was|wo|ca|should|would|do|does)n't|cannot)\b(?! (?:have|know|remember|mind|sure)\b)"
)
_FEWEST = 3  # digits that are a number of the words' own; fewer are words such as "one" and "for"


def means_own(said: Utterance) -> bool:
    """Whether the words are for that number: not "not this one", and not where they give a number themselves."""
    if yes_or_no(said) is False or _NOT.search(said.text) or len(digits_of(said)) >= _FEWEST:
        return False
    return _OWN.search(said.text) is not None
