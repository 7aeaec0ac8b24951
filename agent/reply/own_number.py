"""The number that a caller calls from, as they speak of it: "this one", "the number I'm calling from"."""

from __future__ import annotations

import re

from agent.reply.utterance import Utterance
from agent.reply.yes_no import yes_or_no

_OWN = re.compile(
    r"\b(this (number|one|phone)|same number|(calling|call|called) (you )?(from|on right now)|"
    r"the number you (see|have))\b"
)


def means_own(said: Utterance) -> bool:
    """Whether the words are for that number: not "not this one"."""
    return yes_or_no(said) is not False and _OWN.search(said.text) is not None
