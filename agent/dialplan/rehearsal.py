"""The tests of a dialplan, run: each is a call of its own by text, without a line, a voice and a language model."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from agent.dialplan.schema import Cue, Rehearsal
from agent.reply.reply import Reply, Route
from agent.reply.responder import Responder
from agent.reply.text_call import TextCall
from agent.reply.utterance import Utterance
from agent.tools import result as tools
from agent.tools.call import ToolCall
from agent.tools.result import ToolResult

CALLER = "5550100"  # the number that a test's caller calls from
_ANSWERS = (Route.INTENT, Route.FACT)


class Failure(msgspec.Struct, frozen=True):
    """A turn, counted from 0, that came otherwise: what was `wanted` and did not come, and the reply that came; None
    where the bot said nothing."""

    turn: int
    wanted: tuple[str, ...]
    reply: Reply | None

    def __str__(self) -> str:
        return f"turn {self.turn + 1}: wanted {', '.join(self.wanted)}, got {_shown(self.reply)}"


class Outcome(msgspec.Struct, frozen=True):
    """What came of a test, which is the `place`-th of its file, counted from 0. `failure`: its first turn that failed;
    None when it passed."""

    place: int
    name: str
    failure: Failure | None


def rehearse(responder: Responder, only: str = "") -> Iterator[Outcome]:
    """The outcomes of the dialplan's tests, as each is over: of those with `only` in their names, whatever its case.
    Raises EmbeddingError."""
    for place, test in enumerate(responder.plan.tests):
        if only.lower() in test.name.lower():
            yield Outcome(place, test.name, _failure(_call(responder, test), test))


def _call(responder: Responder, test: Rehearsal) -> TextCall:
    results = iter(test.results)

    def run(call: ToolCall) -> ToolResult:
        given = next(results, None)
        if given is None or given.tool != call.tool:
            return ToolResult(tools.Outcome.FAILED, why="the test has no result for it")
        if given.refuses is not None:
            return ToolResult(tools.Outcome.REFUSED, why=given.refuses)
        if given.gives is None:
            return ToolResult(tools.Outcome.FAILED)
        return ToolResult(tools.Outcome.DONE, tuple(given.gives.items()))

    return TextCall(responder.conversation(CALLER, now=test.now), run)


def _failure(call: TextCall, test: Rehearsal) -> Failure | None:
    """The first turn of the test that comes otherwise than it wants."""
    for turn, cue in enumerate(test.turns):
        reply = _reply(call, cue)
        wanted = [*_unmet(cue, reply)]
        if reply is not None and reply.hang_up and turn + 1 < len(test.turns):
            wanted.append("the call to go on")
        if wanted:
            return Failure(turn, tuple(dict.fromkeys(wanted)), reply)
    return None


def _reply(call: TextCall, cue: Cue) -> Reply | None:
    if cue.silence:
        return call.says_nothing()
    if cue.no_answer:
        return call.is_not_through()
    return call.presses(cue.key) if cue.key is not None else call.says(cue.caller or "")


def _unmet(cue: Cue, reply: Reply | None) -> Iterator[str]:
    """What the cue wants and is not so."""
    came = reply or Reply(Route.SILENCE, ())
    if cue.topic is not None and not _is_about(cue, came):
        yield f"topic {cue.topic}"
    if cue.route is not None and (reply is None or came.route is not cue.route):
        yield f"route {cue.route}"
    yield from (f'"{phrase}"' for phrase in cue.says if not _holds(came, phrase))
    yield from (f'no "{phrase}"' for phrase in cue.never if _holds(came, phrase))
    if cue.ends not in (None, came.hang_up):
        yield "the call to end" if cue.ends else "the call to go on"
    yield from _tool(cue, came)
    if cue.transfer not in (None, came.transfer):
        yield f"transfer {cue.transfer}"
    if cue.message not in (None, came.message is not None):
        yield "a message" if cue.message else "no message"


def _tool(cue: Cue, reply: Reply) -> Iterator[str]:
    """The tool and the values that the cue wants and did not get."""
    call = reply.tool
    if cue.tool is not None and (call is None or call.tool != cue.tool):
        yield f"tool {cue.tool}"
    arguments = dict(call.arguments) if call is not None else {}
    for name, value in cue.given.items():
        if arguments.get(name) != value:
            yield f"{name}: {value} (given {arguments.get(name, 'nothing')})"


def _is_about(cue: Cue, reply: Reply) -> bool:
    """Whether the reply answers the cue's topic. To ask back about it is no answer, unless that is the cue's route."""
    return reply.name == cue.topic and (cue.route is not None or reply.route in _ANSWERS)


def _holds(reply: Reply, phrase: str) -> bool:
    """Whether the words of the phrase are in the reply, one after the other."""
    return f" {_words(phrase)} " in f" {_words(reply.text)} "


def _words(text: str) -> str:
    return " ".join(Utterance(text).raw)


def _shown(reply: Reply | None) -> str:
    if reply is None:
        return "no reply"
    about = f"{reply.route} {reply.name}".strip()
    return f"{about} {reply.confidence:.2f}: {' '.join(reply.text.split())}"
