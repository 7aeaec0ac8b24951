"""What callers can say to every bot: as an example of a topic it never comes there."""

from __future__ import annotations

from collections.abc import Mapping

from agent.dialplan.document import Document
from agent.dialplan.located import Path, Value
from agent.dialplan.schema import Action
from agent.reply.commands import Command, command_of, only_cancels
from agent.reply.utterance import Utterance
from agent.reply.yes_no import outright

_SHORT = 2  # words of a yes or no to no question
_MEANS = {
    Command.STOP: "stop",
    Command.WAIT: "wait",
    Command.REPEAT: "say that again",
    Command.HELP: "tell me what I can ask",
    Command.PERSON: "I want a person",
    Command.THANKS: "thank you",
    Command.GOODBYE: "goodbye",
    Command.HERE: "are you still there",
    Command.UNDERSTOOD: "I understand",
    Command.GO_ON: "go on",
    Command.LATER: "I'll call again later",
}
_OWN = {Action.GOODBYE: Command.GOODBYE, Action.REPEAT: Command.REPEAT}  # actions that do the same


def check_universal(document: Document, here: Path, example: str, topic: Mapping[str, Value]) -> None:
    """Adds to the findings if the example at `here` has a meaning in every dialplan that is not the topic's."""
    said = Utterance(example)
    command = command_of(said)
    if only_cancels(said):
        return  # where nothing is going on it does come there
    if command is not None and command not in [_OWN[action] for action in _OWN if topic.get("action") == action]:
        means = _MEANS[command]
    elif command is None and len(said.words) <= _SHORT and outright(said) is not None:
        means = "yes" if outright(said) else "no"
    else:
        return
    what = f'"{example}" means "{means}" to every bot, so no caller who says it comes here; write another, or remove it'
    document.note(here, what, warning=True)
