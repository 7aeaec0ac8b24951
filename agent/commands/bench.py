"""`offhook bench`: the figures of the README, measured on this machine against a bot it starts itself."""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from agent.bench.figures import Run
    from agent.bench.suites import Setting

    Measured = Run | tuple[Run, Sequence[Any]]  # with its turns one by one

BENCH_DIALPLAN = Path(__file__).resolve().parents[2] / "dialplans" / "bench.yaml"
app = typer.Typer(help="Measure the bot on this machine: as a caller hears it.", no_args_is_help=True)

Config = Annotated[Path | None, typer.Option("--config", help="The offhook.toml to measure.")]
Dialplan = Annotated[Path | None, typer.Option("--dialplan", help="The dialplan to measure; default: a shipped one.")]
Keep = Annotated[Path | None, typer.Option("--data-dir", help="Keep the bot's data and log here.")]
Out = Annotated[Path | None, typer.Option(help="Write figures and turns to this file, as JSON.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_WIDTH = 140  # of the table where no terminal says how wide it is


@dataclass(frozen=True)
class Asked:
    """The options that every suite has."""

    config: Path | None
    dialplan: Path | None
    data_dir: Path | None
    json: bool
    out: Path | None


@app.command()
def start(
    *,
    starts: Annotated[int, typer.Option(min=1)] = 3,
    config: Config = None,
    dialplan: Dialplan = None,
    data_dir: Keep = None,
    out: Out = None,
    json_: Json = False,
) -> None:
    """Time to ready, with models and prompts in place."""
    from agent.bench import suites

    _run(lambda setting: suites.start(setting, starts), Asked(config, dialplan, data_dir, json_, out))


@app.command()
def line(
    *,
    calls: Annotated[int, typer.Option(min=1)] = 5,
    turns: Annotated[int, typer.Option(min=1, help="questions in a call")] = 4,
    config: Config = None,
    dialplan: Dialplan = None,
    data_dir: Keep = None,
    out: Out = None,
    json_: Json = False,
) -> None:
    """Greeting and reply latency on one call, clean and over a bad network."""
    from agent.bench import suites

    _run(lambda setting: suites.line(setting, calls, turns), Asked(config, dialplan, data_dir, json_, out))


@app.command()
def calls(
    *,
    count: Annotated[int, typer.Option(min=2)] = 200,
    config: Config = None,
    dialplan: Dialplan = None,
    data_dir: Keep = None,
    out: Out = None,
    json_: Json = False,
) -> None:
    """Calls one after another: what is lost, and what is left."""
    from agent.bench import suites

    _run(lambda setting: suites.calls(setting, count), Asked(config, dialplan, data_dir, json_, out))


@app.command()
def soak(
    *,
    minutes: Annotated[float, typer.Option(min=0.1)] = 10.0,
    at_once: Annotated[int, typer.Option(min=1)] = 4,
    lines: Annotated[int, typer.Option(min=1)] = 2,
    config: Config = None,
    dialplan: Dialplan = None,
    data_dir: Keep = None,
    out: Out = None,
    json_: Json = False,
) -> None:
    """Calls at once on several lines for a while: lost calls, memory, latency under load."""
    from agent.bench import suites

    _run(lambda setting: suites.soak(setting, minutes, at_once, lines), Asked(config, dialplan, data_dir, json_, out))


@app.command()
def reloads(
    *,
    count: Annotated[int, typer.Option(min=1)] = 100,
    at_once: Annotated[int, typer.Option(min=1)] = 4,
    config: Config = None,
    dialplan: Dialplan = None,
    data_dir: Keep = None,
    out: Out = None,
    json_: Json = False,
) -> None:
    """A dialplan that is exchanged again and again under calls: what is lost, and how long each takes."""
    from agent.bench.reloads import reloads

    _run(lambda setting: reloads(setting, count, at_once), Asked(config, dialplan, data_dir, json_, out))


@app.command()
def latency(
    *,
    turns: Annotated[int, typer.Option(min=5, help="on one call at a time; a fifth as many in other conditions")] = 300,
    seed: Annotated[int, typer.Option(min=1)] = 1,
    quick: Annotated[
        bool, typer.Option("--quick", help="10 turns and 8 in each other condition: does it run?")
    ] = False,
    out: Out = None,
    config: Config = None,
    dialplan: Dialplan = None,
    data_dir: Keep = None,
    json_: Json = False,
) -> None:
    """From the caller's last word to the bot's first: stock, rendered and model-worded answers, one call and more,
    noise, a bad network; beside it a serial pipeline of the same parts. 300 turns take about an hour."""
    from agent.bench.latency import Sizes, latency

    def suite(setting: Setting) -> Coroutine[Any, Any, Measured]:
        return latency(setting, Sizes.of(10 if quick else turns), seed)

    _run(suite, Asked(config, dialplan or BENCH_DIALPLAN, data_dir, json_, out))


@app.command()
def turns(
    *,
    calls: Annotated[int, typer.Option(min=3, help="every third leaves a message")] = 36,
    seed: Annotated[int, typer.Option(min=1)] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="three calls: does it run?")] = False,
    out: Out = None,
    config: Config = None,
    dialplan: Dialplan = None,
    data_dir: Keep = None,
    json_: Json = False,
) -> None:
    """Whole calls with people's pauses: how often the bot speaks into a thought, and how often nobody is answered."""
    from agent.bench.turns import turns

    _run(
        lambda setting: turns(setting, 3 if quick else calls, seed, alone=quick),
        Asked(config, dialplan or BENCH_DIALPLAN, data_dir, json_, out),
    )  # fmt: skip


@app.command()
def bargein(
    *,
    turns: Annotated[int, typer.Option(min=12, help="on each of five lines, with and without echo")] = 60,
    alone: Annotated[int, typer.Option(min=0, help="replies that nobody speaks over, on thirty lines with echo")] = 210,
    seed: Annotated[int, typer.Option(min=1)] = 1,
    out: Out = None,
    config: Config = None,
    dialplan: Dialplan = None,
    data_dir: Keep = None,
    json_: Json = False,
) -> None:
    """Callers who speak over the bot: how soon it is quiet, what it goes on after, and whether its echo stops it."""
    from agent.bench.bargein import bargein

    _run(
        lambda setting: bargein(setting, turns, seed, alone=alone),
        Asked(config, dialplan or BENCH_DIALPLAN, data_dir, json_, out),
    )  # fmt: skip


@app.command()
def echo(
    *,
    replies: Annotated[int, typer.Option(min=300, help="on thirty kinds of lines; 5,000 take half an hour")] = 5_000,
    seed: Annotated[int, typer.Option(min=1)] = 1,
    out: Out = None,
    config: Config = None,
    dialplan: Dialplan = None,
    data_dir: Keep = None,
    json_: Json = False,
) -> None:
    """The echo canceller without calls: self-interruptions, callers noticed through an echo, ERLE, word errors."""
    from agent.bench.echo import echo

    _run(
        lambda setting: echo(setting, replies, seed),
        Asked(config, dialplan or BENCH_DIALPLAN, data_dir, json_, out),
    )  # fmt: skip


@app.command()
def slots(
    *,
    calls: Annotated[int, typer.Option(min=1, help="each is asked for nine things")] = 30,
    seed: Annotated[int, typer.Option(min=1)] = 1,
    at_once: Annotated[int, typer.Option(min=1)] = 4,
    limit: Annotated[float | None, typer.Option(min=1, help="Seconds of calls; then what there is counts.")] = None,
    out: Out = None,
    config: Config = None,
    data_dir: Keep = None,
    json_: Json = False,
) -> None:
    """Callers who give telephone numbers, days, hours and more, and say honestly whether they were understood right:
    what the bot settles. 30 calls take a quarter of an hour; told to stop, it gives what it has."""
    from agent.bench.slots import slots

    _run(
        lambda setting: slots(setting, calls, seed, at_once=at_once, limit_s=limit),
        Asked(config, None, data_dir, json_, out),
    )  # fmt: skip


@app.command()
def understanding(
    *,
    phrases: Annotated[Path | None, typer.Option(help="Folder of the phrases; default: those of the tests.")] = None,
    voice: Annotated[bool, typer.Option("--voice", help="intents as they are heard over a telephone")] = False,
    sample: Annotated[int | None, typer.Option(min=1, help="by voice: so many of each set; default: all")] = None,
    each: Annotated[int, typer.Option(min=1, max=5, help="by voice: by so many voices, which take turns")] = 3,
    snr: Annotated[float, typer.Option(help="by voice: dB above what is around it; 90: a quiet place")] = 15.0,
    seed: Annotated[int, typer.Option(min=1)] = 1,
    out: Out = None,
    config: Config = None,
    json_: Json = False,
) -> None:
    """Phrases that no dialplan has seen, as text: the right intent or fact, what is acted on wrongly, what is answered
    where nothing should be. By voice the intents alone; all phrases take an hour, and one that is stopped tells what it
    has."""
    from agent.bench import phrases as frozen

    def suite(setting: Setting) -> Coroutine[Any, Any, Measured]:
        from agent.bench.spoken import Wanted, spoken
        from agent.bench.understanding import understanding

        found = frozen.phrases(phrases or frozen.FROZEN)
        return spoken(setting, found, Wanted(sample, each, snr, seed)) if voice else understanding(setting, found)

    _run(suite, Asked(config, None, None, json_, out))


def _run(suite: Callable[[Setting], Coroutine[Any, Any, Measured]], asked: Asked) -> None:
    from rich.console import Console

    from agent.bench.figures import as_json as encoded
    from agent.bench.figures import show, with_turns
    from agent.bench.suites import Setting
    from agent.config import WORKSHOP
    from agent.errors import AgentError
    from telephony.errors import TelephonyError

    sys.setswitchinterval(0.0005)  # so that a busy thread does not make our packets late
    console, progress = Console(width=None if sys.stdout.isatty() else _WIDTH), Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as scratch, progress.status("starting") as status:
        directory, dialplan = asked.data_dir or Path(scratch), asked.dialplan or WORKSHOP
        setting = Setting(
            directory, dialplan, asked.config, status.update, lambda line: progress.print(line, markup=False)
        )
        try:
            measured = asyncio.run(_until_told(suite(setting)))
        except (AgentError, TelephonyError) as error:
            typer.echo(f"offhook bench: {error}", err=True)
            raise typer.Exit(1) from None
        except asyncio.CancelledError:
            typer.echo("offhook bench: told to stop; the bot was stopped too", err=True)
            raise typer.Exit(1) from None
    run, turns = measured if isinstance(measured, tuple) else (measured, ())
    if asked.out is not None:
        asked.out.write_bytes(with_turns(run, turns))
    if asked.json:
        typer.echo(encoded(run))
    else:
        show(run, console)
    raise typer.Exit(0 if run.ok else 1)


async def _until_told(suite: Coroutine[Any, Any, Measured]) -> Measured:
    """SIGTERM cancels the run, which stops the bot under test."""
    task = asyncio.ensure_future(suite)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task
