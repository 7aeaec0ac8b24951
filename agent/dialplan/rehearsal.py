"""The tests of a dialplan, run: each is a call of its own by text, without a line, a voice and a language model."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from agent.dialplan.schema import Cue, Dialplan, Rehearsal
from agent.dialplan.scripted import Scripted
from agent.reply.reply import Reply, Route
from agent.reply.responder import Responder
from agent.reply.text_call import TextCall
from agent.reply.tier import Tier
from agent.reply.utterance import Utterance

CALLER = "5550100"  # the number that a test's caller calls from
_ANSWERS = (Route.INTENT, Route.FACT)


class Misheard(msgspec.Struct, frozen=True):
    """A turn, counted from 0, of which a recogniser heard other words than were said."""

    turn: int
    said: str
    heard: str

    def __str__(self) -> str:
        return f'misheard in turn {self.turn + 1}: said "{self.said}", heard "{self.heard}"'


class Failure(msgspec.Struct, frozen=True):
    """A turn, counted from 0, that came otherwise: what was `wanted` and did not come, and the reply that came; None
    where the bot said nothing. By voice `misheard` has what was not heard as it was said, until then."""

    turn: int
    wanted: tuple[str, ...]
    reply: Reply | None
    misheard: tuple[Misheard, ...] = ()

    def __str__(self) -> str:
        what = f"turn {self.turn + 1}: wanted {', '.join(self.wanted)}, got {_shown(self.reply)}"
        return "; ".join([what, *map(str, self.misheard)])


class Outcome(msgspec.Struct, frozen=True):
    """What came of a test, which is the `place`-th of its file, counted from 0. `failure`: its first turn that failed;
    None when it passed. `before`: the same of the call before, where it was rung once more; None where it was not."""

    place: int
    name: str
    failure: Failure | None
    before: Failure | None = None


def number_of(place: int) -> str:
    """The number that a test calls from over SIP, where each has its own: that of the `place`-th of its file."""
    return f"555{place:04d}"


def test_of(plan: Dialplan, number: str) -> Rehearsal | None:
    """The test that calls from there."""
    return next((test for place, test in enumerate(plan.tests) if number_of(place) == number), None)


def rehearse(responder: Responder, only: str = "") -> Iterator[Outcome]:
    """The outcomes of the dialplan's tests, as each is over: of those with `only` in their names, whatever its case.
    Raises EmbeddingError."""
    for place, test in enumerate(responder.plan.tests):
        if only.lower() in test.name.lower():
            yield Outcome(place, test.name, _failure(_call(responder, test), test))


def _call(responder: Responder, test: Rehearsal) -> TextCall:
    return TextCall(responder.conversation(CALLER, now=test.now), Scripted(test.results).run)


def _failure(call: TextCall, test: Rehearsal) -> Failure | None:
    """The first turn of the test that comes otherwise than it wants."""
    for turn, cue in enumerate(test.turns):
        reply = _reply(call, cue)
        wanted = missed(cue, reply, last=turn + 1 == len(test.turns))
        if wanted:
            return Failure(turn, wanted, reply)
    return None


def missed(cue: Cue, reply: Reply | None, last: bool) -> tuple[str, ...]:
    """What a turn wants and the bot's reply to it is not; before the `last` turn the call must go on."""
    wanted = [*_unmet(cue, reply)]
    if reply is not None and reply.hang_up and not last:
        wanted.append("the call to go on")
    return tuple(dict.fromkeys(wanted))


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
    tier = f", {reply.tier}" if reply.tier is not Tier.STOCK else ""
    return f"{about} {reply.confidence:.2f}{tier}: {' '.join(reply.text.split())}"
