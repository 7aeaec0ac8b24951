"""What of a caller's words leaves this machine: the question, without what would tell who asks it. Pure.

Rules, so a name that nothing introduces stays: whoever must not send that either has no model at an address.
"""

from __future__ import annotations

import re

from agent.listen.wording import ASKING, OPEN_WORDS, listed
from agent.reply.digits import digits_of
from agent.reply.lead_in import point_of
from agent.reply.utterance import Utterance
from agent.reply.wording import FUNCTION

_FEWEST = 3  # digits of what may be a number of somebody
_FEWEST_GUESSED = 4  # where some of them may be words: "two to three weeks" stays
_HEARD_AS_DIGITS = listed("to too for fore or o oh")  # between digits: two, four, oh
_NUMBER = "some number"
_MARK = "dot|point|dash|hyphen|minus|underscore"
_NO_NAME = "|".join(map(re.escape, sorted(ASKING | OPEN_WORDS | FUNCTION | {"looking", "checking", "hoping"})))
_ADDRESS = re.compile(
    rf"\b(?:\S+ (?:{_MARK}) |\w |(?!(?:{_NO_NAME})\b)\S+ ){{0,8}}\S+ at (?:\S+ (?:{_MARK}) )+\S+|\S+@\S+"
)
_INTRODUCED = (
    r"(?:my|the) name is|(?:my|the) name's|i am called|this is(?! (?:an?|the|my|your|about|for|to|not|in|on)\b)"
)
_PARTICLE = "van|von|der|den|de|la|del|di|da|el|al|bin|mac|mc|saint|o"
_SURNAME = rf"(?: (?:{_PARTICLE})\b)* (?!(?:{_NO_NAME})\b)[\w'-]+"
_LETTER = r"(?! [ai] \w{2}) (?:double )?[a-z]\b"  # spelled; "i want" is the question
_NAME = re.compile(
    rf"\b(?:{_INTRODUCED}) [\w'-]+(?:{_SURNAME}){{0,2}}(?:{_LETTER})*(?: (?:speaking|calling))?(?![\w'-])"
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
        if _is_digit(word) or (run and word in _HEARD_AS_DIGITS):
            run.append(word)
            continue
        kept += _without_number(run)
        run = []
        kept += [word] if word else []
    return kept


def _without_number(run: list[str]) -> list[str]:
    end = len(run)
    while end and not _is_digit(run[end - 1]):
        end -= 1  # "is it five five five for you"
    sure = [word for word in run if _is_digit(word)]
    guessed = end - len(sure)
    enough = len(digits_of(Utterance(" ".join(sure)))) + guessed >= (_FEWEST_GUESSED if guessed else _FEWEST)
    return [_NUMBER, *run[end:]] if enough else run


def _is_digit(word: str) -> bool:
    return bool(word) and (word in ("double", "triple", "treble") or bool(digits_of(Utterance(word))))
