"""What of a caller's words leaves this machine: the question, without what would tell who asks it. Pure.

Rules, so a name that nothing introduces stays: whoever must not send that either has no model at an address.
"""

from __future__ import annotations

import re

from agent.listen.wording import ASKING, OPEN_WORDS
from agent.reply.digits import digits_of
from agent.reply.lead_in import point_of
from agent.reply.utterance import Utterance

_FEWEST = 3  # digits of what may be a number of somebody
_NUMBER = "some number"
_ADDRESS = re.compile(r"\b\S+ at (?:\S+ dot )+\S+|\S+@\S+")
_NOT_A_SURNAME = "|".join(map(re.escape, sorted(ASKING | OPEN_WORDS | {"i", "we", "please", "speaking", "calling"})))
_NAME = re.compile(
    rf"\b(?:my name is|my name's|i am called|this is) \w+"
    rf"(?: (?!(?:{_NOT_A_SURNAME})\b)\w+)?(?: (?:speaking|calling))?\b"
)


def outgoing(said: str) -> str:
    """The words without lead-ins, names that are introduced, addresses of e-mail, and numbers of three digits or
    more."""
    text = _NAME.sub("", _ADDRESS.sub("some address", said.lower()))
    return " ".join(_without_numbers(point_of(Utterance(text)).split()))


def _without_numbers(words: list[str]) -> list[str]:
    kept: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        if word and (digits_of(Utterance(word)) or word in ("double", "triple", "treble")):
            run.append(word)
            continue
        kept += [_NUMBER] if len(digits_of(Utterance(" ".join(run)))) >= _FEWEST else run
        run = []
        kept += [word] if word else []
    return kept
