"""What is wrong with the tests of a dialplan: turns that nobody takes, that cannot fail, or that cannot come."""

from __future__ import annotations

from collections.abc import Mapping

from agent.dialplan.document import Document
from agent.dialplan.entries import entries
from agent.dialplan.interruptions import Topics
from agent.dialplan.located import Path, Value, strings
from agent.dialplan.schema import Action
from agent.dialplan.suggestion import suggestion
from agent.reply.reply import Route
from agent.reply.utterance import Utterance

_DOES = ("caller", "key", "silence", "no_answer")
_WANTS = ("topic", "route", "says", "never", "ends", "message", "tool", "given", "transfer")
_NAMELESS = {Action.GOODBYE: Route.GOODBYE, Action.REPEAT: Route.COMMAND}  # replies that bear no topic's name


def check_cues(document: Document, tests: Value, topics: Topics) -> None:
    """Adds what it finds in `tests` to the document's findings. `topics`: where each is, and what, by name."""
    names: dict[str, Path] = {}
    for path, test in entries(tests, ("tests",)):
        _name(document, path, test, names)
        turns = test.get("turns")
        for here, cue in entries(turns, (*path, "turns")):
            _does(document, here, cue)
            _within(document, here, cue, test.get("text_only") is True)
            _wants(document, here, cue, last=isinstance(turns, list) and here[-1] == len(turns) - 1)
            _topic(document, here, cue, topics)
            if cue.get("ends") is True and isinstance(turns, list) and here[-1] != len(turns) - 1:
                document.note((*here, "ends"), "the call is over here; remove the turns after this one", key=True)


def _name(document: Document, path: Path, test: Mapping[str, Value], names: dict[str, Path]) -> None:
    name = test.get("name")
    if isinstance(name, str) and name.strip():
        first = names.setdefault(name.strip().lower(), path)
        if first != path:
            line = document.line((*first, "name"), (*path, "name"))
            document.note((*path, "name"), f'"{name}" is the name of a test already, in line {line}; choose another')


def _does(document: Document, here: Path, cue: Mapping[str, Value]) -> None:
    given = [key for key in _DOES if cue.get(key) is not None]
    if not given:
        document.note(
            here,
            'nobody takes this turn; write "caller" and what they say, "key", "silence: true" or "no_answer: true"',
        )
    for key in given[1:]:
        document.note((*here, key), f'"{key}" is a turn of its own beside "{given[0]}"; write two turns', key=True)


def _wants(document: Document, here: Path, cue: Mapping[str, Value], last: bool) -> None:
    """Something must be wanted in the end, and of words that a reply can hold. Turns before it may only lead there."""
    if last and all(cue.get(key) in (None, []) for key in _WANTS):
        known = ", ".join(f'"{key}"' for key in _WANTS)
        document.note(here, f"this turn cannot fail; write what must come of it, at least one of {known}")
    for key in ("says", "never"):
        for at, phrase in strings(cue.get(key)):
            if phrase.strip() and not Utterance(phrase).raw:
                document.note((*here, key, at), f'"{phrase}" holds no word; write words of the reply')


def _within(document: Document, here: Path, cue: Mapping[str, Value], text_only: bool) -> None:
    if cue.get("within") is None:
        return
    if cue.get("caller") is None:
        document.note(
            (*here, "within"), '"within" counts from the caller\'s last word; move it to a turn with "caller"', key=True
        )
    elif text_only:
        what = 'nothing is timed in a test that is "text_only"; remove one of both'
        document.note((*here, "within"), what, key=True)


def _topic(document: Document, here: Path, cue: Mapping[str, Value], topics: Topics) -> None:
    name = cue.get("topic")
    if not isinstance(name, str) or not name.strip():
        return
    _, topic = topics.get(name.strip(), ((), None))
    if topic is None:
        remedy = suggestion(name, topics) or "; write the name of one"
        document.note((*here, "topic"), f'"{name}" is no intent and no fact of this file{remedy}')
        return
    for action, route in _NAMELESS.items():
        if topic.get("action") == action:
            what = f'no reply is named after "{name}", whose action is "{action}"; write "route: {route}" instead'
            document.note((*here, "topic"), what)
