"""`offhook call TARGET`: a simulated caller that smoke-tests any trunk or bot.

Turns are done in the order of their options (`--say`, `--play`, `--keys`): the caller waits until the bot is done, says
the next thing, waits for the reply. Exit status 0 when the call was answered, the bot spoke first and after every turn,
and every `--expect` was found in what it said; else 1, with one line that says what was wrong. `--json` prints an
object as `agent.bench.call_report.CallReport` describes it.
"""

from __future__ import annotations

import asyncio
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from agent.errors import AgentError
from telephony.errors import AudioError, CallFailed, TelephonyError

if TYPE_CHECKING:
    from agent.bench.call_report import CallReport
    from agent.bench.ears import CallerVoice, Transcriber
    from telephony.testing.call import Call
    from telephony.testing.conversation import Conversation, Heard, Turn

_ORDER = "offhook.call.order"
_STEPS = {"--say": "say", "--play": "play", "--keys": "keys", "--dtmf": "keys"}


class CallCommand(TyperCommand):
    """Remembers the order in which options of different names were given, which the parser throws away."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        names = (argument.partition("=")[0] for argument in args)
        ctx.meta[_ORDER] = [_STEPS[name] for name in names if name in _STEPS]
        return super().parse_args(ctx, args)


@dataclass(frozen=True)
class CallOptions:
    """How to place the call and what to check."""

    target: str
    steps: tuple[tuple[str, str], ...]  # ("say" | "play" | "keys", text, path or keys)
    caller: str = "anonymous"
    user: str = ""
    password: str = ""
    transport: str = "udp"
    codecs: tuple[str, ...] = ("PCMU", "PCMA")
    bind: str = ""
    record: Path | None = None
    transcribe: bool = False
    expect: tuple[str, ...] = ()
    max_seconds: float = 120.0
    answer_within: float = 30.0


def call(
    ctx: typer.Context,
    target: Annotated[str, typer.Argument(help="A SIP address, e.g. sip:100@127.0.0.1:5060")],
    *,
    say: Annotated[list[str] | None, typer.Option("--say", help="Say this text. Turns keep their order.")] = None,
    play: Annotated[list[Path] | None, typer.Option("--play", help="Play this sound file.")] = None,
    keys: Annotated[list[str] | None, typer.Option("--keys", "--dtmf", help="Press these keys, 0-9*#A-D.")] = None,
    record: Annotated[Path | None, typer.Option(help="Write a stereo WAV: caller left, bot right.")] = None,
    transcribe: Annotated[bool, typer.Option("--transcribe", help="Write down what the bot said.")] = False,
    expect: Annotated[list[str] | None, typer.Option(help="Fail unless this regular expression was heard.")] = None,
    caller: Annotated[str, typer.Option(help="The caller's number.")] = "anonymous",
    user: Annotated[str, typer.Option(help="User for digest authentication.")] = "",
    password: Annotated[str, typer.Option(envvar="OFFHOOK_CALL_PASSWORD", help="Its password.")] = "",
    transport: Annotated[str, typer.Option(help="udp or tcp; ;transport= in the target counts more.")] = "udp",
    codec: Annotated[list[str] | None, typer.Option(help="PCMU, PCMA or G722, in order of preference.")] = None,
    bind: Annotated[str, typer.Option(help="Our address; by default the one that reaches the target.")] = "",
    max_seconds: Annotated[float, typer.Option(help="Hang up, and fail, after so long.")] = 120.0,
    answer_within: Annotated[float, typer.Option(help="Give up ringing after so many seconds.")] = 30.0,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Call a trunk or a bot, talk to it, and measure what a caller would have heard."""
    given = {"say": list(say or []), "play": [str(path) for path in play or []], "keys": list(keys or [])}
    options = CallOptions(
        target=target if target.lower().startswith("sip:") else f"sip:{target}",
        steps=in_order(ctx.meta.get(_ORDER, []), given),
        caller=caller,
        user=user,
        password=password,
        transport="tcp" if ";transport=tcp" in target.lower() else transport.lower(),
        codecs=tuple(name.upper() for name in codec or ("PCMU", "PCMA")),
        bind=bind,
        record=record,
        transcribe=transcribe,
        expect=tuple(expect or []),
        max_seconds=max_seconds,
        answer_within=answer_within,
    )
    sys.setswitchinterval(0.0005)  # so that a busy thread does not make our packets late
    try:
        report = asyncio.run(place(options))
    except (TelephonyError, AgentError) as error:
        typer.echo(f"offhook call: {error}", err=True)
        raise typer.Exit(1) from None
    _print(report, json_)
    raise typer.Exit(0 if report.ok else 1)


def in_order(order: list[str], given: dict[str, list[str]]) -> tuple[tuple[str, str], ...]:
    """The steps as they stood on the command line. `order` holds the kinds; where it does not fit `given`, kinds come
    one after another."""
    if sorted(order) != sorted(kind for kind, values in given.items() for _ in values):
        order = [kind for kind, values in given.items() for _ in values]
    waiting = {kind: iter(values) for kind, values in given.items()}
    return tuple((kind, next(waiting[kind])) for kind in order)


async def place(options: CallOptions) -> CallReport:
    """Do it. Raises TelephonyError or AgentError for what keeps the call from being placed at all (a bad file, a
    missing model); a refused or silent call is a report that is not ok."""
    from agent.bench.call_report import CallReport
    from telephony.testing.caller import UserAgent
    from telephony.testing.codec import AVAILABLE
    from telephony.testing.conversation import Conversation

    patterns = _patterns(options.expect)
    if unknown := [name for name in options.codecs if name not in AVAILABLE]:
        raise CallFailed(0, f"codec {unknown[0]} is not available here; {', '.join(AVAILABLE)} are")
    turns = await _turns(options.steps)
    transcriber = await _transcriber() if options.transcribe or patterns else None
    bind = options.bind or "0.0.0.0"
    transport: Any = options.transport
    async with UserAgent(bind, transport=transport, username=options.user, password=options.password) as ua:
        try:
            call = await ua.call(
                options.target,
                options.caller,
                options.codecs,
                answer_within=options.answer_within,
                reply_within=min(10.0, options.answer_within),
            )
        except CallFailed as failure:
            return CallReport(options.target, False, failure.status, str(failure), None, "", "")
        conversation = Conversation(call, turns)
        problem = await _hold(conversation, options.max_seconds)
        ended_by = "bot" if call.over else "caller"
        await call.hang_up()
    if ended_by == "bot" and len(conversation.heard(call.recording)) <= len(turns):
        problem = problem or "the bot hung up before every turn was said"
    if options.record is not None:
        call.save(options.record)
    return await _report(options, call, conversation.heard(call.recording), (ended_by, problem), transcriber)


async def _report(
    options: CallOptions,
    call: Call,
    heard: list[Heard],
    end: tuple[str, str],
    transcriber: Transcriber | None,
) -> CallReport:
    from agent.bench.call_report import call_report, turn_reports

    words: list[str | None] = [None] * len(heard)
    ended_by, problem = end
    if transcriber is not None:
        for index, one in enumerate(heard):
            words[index] = await asyncio.to_thread(_written, transcriber, call, one)
        everything = " ".join(filter(None, words))
        missing = [p.pattern for p in _patterns(options.expect) if not p.search(everything)]
        if missing:
            problem = problem or f"expected {missing[0]!r}, heard {everything!r}"
    return call_report(
        options.target,
        call,
        turn_reports(heard, words),
        ended_by=ended_by,
        problem=problem,
        recording=str(options.record or ""),
    )


def _written(transcriber: Transcriber, call: Call, one: Heard) -> str:
    if not one.spans:
        return ""
    margin = 1_600  # 100 ms of silence around speech make its first and last word clearer
    start, end = max(0, one.spans[0].start - margin), one.spans[-1].end + margin
    return transcriber.transcribe(call.recording.bot[start:end])


async def _hold(conversation: Conversation, max_seconds: float) -> str:
    try:
        async with asyncio.timeout(max_seconds):
            await conversation.hold()
    except TimeoutError:
        return f"the call took longer than --max-seconds {max_seconds:g}; hung up"
    return ""


async def _turns(steps: tuple[tuple[str, str], ...]) -> list[Turn]:
    from telephony.testing import sound_file
    from telephony.testing.conversation import Turn
    from telephony.testing.rtp import DIGITS

    voice: CallerVoice | None = None
    turns: list[Turn] = []
    for kind, value in steps:
        if kind == "play":
            turns.append(Turn(value, sound_file.load(value)))
        elif kind == "keys":
            if not value or value.upper().strip(DIGITS):
                raise AudioError(f"--keys {value!r}: the keys are {DIGITS}")
            turns.append(Turn(f"keys {value}", keys=value.upper()))
        else:
            voice = voice or await _voice()
            turns.append(Turn(value, await voice.say(value)))
    return turns


async def _voice() -> CallerVoice:
    from agent.bench.ears import CallerVoice
    from agent.models.store import ModelStore

    return await asyncio.to_thread(CallerVoice.load, ModelStore())


async def _transcriber() -> Transcriber:
    from agent.bench.ears import Transcriber
    from agent.models.store import ModelStore

    return await asyncio.to_thread(Transcriber.load, ModelStore())


def _patterns(expressions: tuple[str, ...]) -> list[re.Pattern[str]]:
    try:
        return [re.compile(expression, re.IGNORECASE) for expression in expressions]
    except re.error as error:
        raise AgentError(f"--expect {error.pattern!r} is not a regular expression: {error}") from error


def _print(report: CallReport, as_json: bool) -> None:
    if as_json:
        import msgspec

        typer.echo(msgspec.json.encode(report).decode())
        return
    from rich.console import Console

    from agent.bench.call_report import show

    show(report, Console())
