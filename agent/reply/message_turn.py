"""What a turn is while a message is taken: the message itself, a number, yes or no."""

from __future__ import annotations

from agent.reply.commands import Command, command_of
from agent.reply.digits import behind, digits_of
from agent.reply.message import WHOLE, Heard, Step, Taking
from agent.reply.own_number import means_own
from agent.reply.utterance import Utterance
from agent.reply.yes_no import yes_or_no

_COMMANDS = {Command.STOP: Heard.CANCEL, Command.WAIT: Heard.WAIT, Command.REPEAT: Heard.AGAIN}
_GREETINGS = frozenset({"hello", "hi", "hey"})
UNKNOWN = "[unk]"  # the closed recogniser's word for what is none of its words
_FEWEST = 3  # digits that are part of a number; fewer are words such as "one" and "for"
_SHORT = 3  # words of an answer that is no message


def heard_in(taking: Taking, said: Utterance, closed: str = "") -> tuple[Heard, str]:
    """The kind of turn, and the digits in it. `closed`: what the recogniser of `digits.GRAMMAR` heard of the turn."""
    command = command_of(said)
    if command in _COMMANDS:
        return _COMMANDS[command], ""
    digits = digits_of(said)
    if taking.step in (Step.NUMBER, Step.REST) and _spoken_digits(said, closed):
        return _number(taking, digits_of(Utterance(closed)))
    if said.empty or command is Command.HERE or set(said.words) <= _GREETINGS:
        here = Heard.YES if taking.step is Step.ASK else Heard.AGAIN  # "hello?": go ahead
        return (Heard.NOTHING if said.empty else here), ""
    if taking.step is Step.ASK:
        return _message(said, command, digits)
    if _is_number(taking, said, digits):
        return _number(taking, digits)
    return _answer(said), ""


def _spoken_digits(said: Utterance, closed: str) -> bool:
    """Whether the closed recogniser heard a number where the open one heard no other answer. It hears digits in
    everything, so the open one must have heard about as many words."""
    words = closed.split()
    while words and words[0] == UNKNOWN:  # "it's five five five …"
        words.pop(0)
    if UNKNOWN in words or len(digits_of(Utterance(closed))) < _FEWEST or len(said.words) > len(words) + _SHORT:
        return False
    return said.empty or _answer(said) not in (Heard.OWN, Heard.YES)


def _message(said: Utterance, command: Command | None, digits: str) -> tuple[Heard, str]:
    if command is Command.LATER:  # behind a message it belongs to it
        return Heard.CANCEL, ""
    if len(digits) >= WHOLE:
        return Heard.WHOLE, digits
    if len(said.words) <= _SHORT:
        if command is Command.GOODBYE or yes_or_no(said) is False:
            return Heard.NO, ""
        if yes_or_no(said):
            return Heard.YES, ""
    return Heard.WORDS, ""


def _is_number(taking: Taking, said: Utterance, digits: str) -> bool:
    if len(digits) >= _FEWEST:
        return True
    return bool(digits) and taking.step in (Step.NUMBER, Step.REST) and len(said.words) <= len(digits) + 1


def _number(taking: Taking, digits: str) -> tuple[Heard, str]:
    if taking.step is Step.READ_BACK and digits == taking.number:
        return Heard.YES, ""
    number = behind(taking.number, digits) if taking.step is Step.REST else digits
    return (Heard.WHOLE if len(number) >= WHOLE else Heard.PART), digits


def _answer(said: Utterance) -> Heard:
    if means_own(said):
        return Heard.OWN
    answer = yes_or_no(said)
    if answer is None:
        return Heard.NO if command_of(said) is Command.GOODBYE else Heard.WORDS
    return Heard.YES if answer else Heard.NO
