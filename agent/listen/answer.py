"""What is certain without any model: whether the words complete the answer that the bot waits for."""

from __future__ import annotations

from agent.listen.evidence import Evidence
from agent.listen.wording import FILLERS, LETTERS, listed
from agent.reply.commands import Command, command_of
from agent.reply.digits import digits_of
from agent.reply.reply import Awaited, Expectation
from agent.reply.utterance import Utterance
from agent.reply.yes_no import yes_or_no

# P(turn over). Never 0 or 1: the recogniser errs. What is between the first two may be moved by how it sounds.
COMPLETE = 0.97
OPEN = 0.05
TELEPHONE = (7, 10, 11)  # digits of a North American number: local, with the area, with the 1 in front
_TOO_FEW = 0.08
_UNASKED = 0.2  # digits that nobody asked for may be a number of any length
_UNSURE_NUMBER = 0.7  # seven digits may be a whole number or the most of ten
_NUMBER_SHOWN = 3  # digits in a row, at the end of an open turn, that promise more
_ANSWER = listed(
    "yes yeah yea yep yup ya yet no know nope nah sure correct right exactly okay ok please thanks thank you it's "
    "that's it is not wrong incorrect absolutely definitely of course go ahead i do did would"
)
_GOES_ON = listed("it's that's is i of")  # no end of an answer
_BEGINNINGS = listed("so well and but oh now then because")
_CUES = listed("number phone telephone reach call digits cell mobile")
_THINKING = ("let me see", "let me think", "let's see", "hold on", "hang on")
_DONE = listed("it all number thanks done digits")  # behind a number
_DIGIT_WORDS = listed("zero oh o one two three four five six seven eight nine double triple")
_HOMOPHONES = listed("to too for won ate")


def certainty(evidence: Evidence) -> float | None:
    """P(turn over) where a rule knows it, else None."""
    said = Utterance(evidence.said)
    if not said.raw:
        return None
    if said.raw[-1] in FILLERS or " ".join(said.raw).endswith(_THINKING):
        return OPEN
    for rule in (_answer, _command, _digits):
        if said.words and (known := rule(said, evidence.expects)) is not None:
            return known
    return None


def _answer(said: Utterance, expects: Expectation) -> float | None:
    """ "yes", "no thanks", "that's right": an answer to a yes/no question and nothing else."""
    if expects.awaited is not Awaited.YES_NO or yes_or_no(said) is None:
        return None
    bare = all(word in _ANSWER for word in said.words) and said.words[-1] not in _GOES_ON
    bare = bare and said.words[-2:] not in (("yes", "it"), ("no", "it"), ("yeah", "it"))
    return COMPLETE if bare else None


def _command(said: Utterance, _: Expectation) -> float | None:
    """What callers say to anybody, and what they say while they think."""
    command = command_of(said)
    if command is Command.HERE or (command is Command.GOODBYE and len(said.words) > 1):
        return COMPLETE
    if command is Command.WAIT or all(word in _BEGINNINGS for word in said.words):
        return OPEN
    return None


def _digits(said: Utterance, expects: Expectation) -> float | None:
    """A number that was asked for, or that comes unasked."""
    if expects.awaited is Awaited.DIGITS:
        return _number(said, expects.digits)
    run = digit_run(said.words)
    if not run or not set(said.words[:-run]) & _CUES:
        return None
    known = _number(said, 0)
    return _UNASKED if known == _TOO_FEW else known


def _number(said: Utterance, wanted: int) -> float | None:
    """P(over) for a number of `wanted` digits, 0: a telephone number; None where something else was said."""
    digits = digits_of(said)
    if not digits:
        return None
    count = len(digits)
    if not digit_run(said.words):  # "five five five that's all": the wording decides; else it was misheard
        return None if said.words[-1] in _DONE or count >= min(TELEPHONE) else _UNASKED
    if wanted:
        return COMPLETE if count >= wanted else _TOO_FEW
    if count == min(TELEPHONE):
        return _UNSURE_NUMBER
    return COMPLETE if count in TELEPHONE or count > max(TELEPHONE) else _TOO_FEW


def digit_run(words: tuple[str, ...]) -> int:
    """How many of the last words are single digits, or what multiplies one; "five for" counts as two."""
    count = digits = 0
    for word in reversed(words):
        certain = word in _DIGIT_WORDS or word.isdigit()
        if not certain and word not in _HOMOPHONES:
            break
        count += 1
        digits = count if certain else digits
    return count if digits else 0


def dictated(evidence: Evidence) -> bool:
    """Whether the caller says something that people say in pieces: a message, a number, a spelled name."""
    words = Utterance(evidence.said).words
    awaited = evidence.expects.awaited
    return awaited in (Awaited.MESSAGE, Awaited.DIGITS) or digit_run(words) >= _NUMBER_SHOWN or _spelled(words)


def exact(evidence: Evidence) -> bool:
    """Whether a sound of the bot's might disturb what the caller is going to say: a number, a spelled name, a yes."""
    words = Utterance(evidence.said).words
    asked = evidence.expects.awaited in (Awaited.DIGITS, Awaited.NAME, Awaited.YES_NO)
    return asked or digit_run(words) > 0 or _spelled(words)


def _spelled(words: tuple[str, ...]) -> bool:
    return len(words) > 1 and all(word in LETTERS | {"a", "i"} for word in words[-2:])
