"""`offhook dialplan call`: a dialplan on a bot of its own, called by somebody who types."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.bot import told
from agent.commands.serve import ConfigFile

if TYPE_CHECKING:
    from agent.config import AgentSettings
    from agent.dialplan.schema import Dialplan
    from agent.serve.typed_call import TypedCall


def call(
    file: Annotated[Path, typer.Argument(help="A dialplan file (YAML).")],
    *,
    caller: Annotated[str, typer.Option(help="The number that the caller calls from.")] = "5550100",
    config: ConfigFile = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where messages and the appointment book are; by default they are forgotten.")
    ] = None,
) -> None:
    """Call a dialplan by voice: it is served on this machine alone, and each line that is typed is spoken to it over
    SIP. What the bot understood and said is shown, with how long it took. `:key 1` is a telephone key, `:quit` or the
    end of the input hangs up. A caller who types slowly is asked whether they are there."""
    from agent.config import load as load_config
    from agent.dialplan.load import load
    from agent.errors import AgentError
    from agent.telemetry import configure_logs
    from telephony.errors import TelephonyError

    sys.setswitchinterval(0.0005)  # so that a busy thread does not make our packets late
    configure_logs("error")
    with told(), TemporaryDirectory() as forgotten:
        plan, settings = load(file), load_config(config).agent
        try:
            kept = data_dir or Path(forgotten)
            kept.mkdir(parents=True, exist_ok=True)
            asyncio.run(_call(file.resolve(), plan, settings, kept.resolve(), caller))
        except (TelephonyError, OSError) as error:
            raise AgentError(str(error)) from error


async def _call(file: Path, plan: Dialplan, settings: AgentSettings, data_dir: Path, caller: str) -> None:
    """Raises AgentError and TelephonyError."""
    from agent.bench.ears import CallerVoice
    from agent.models.store import ModelStore
    from agent.serve.local_bot import local_bot
    from agent.serve.typed_call import Shown, TypedCall
    from telephony.testing.user_agent import UserAgent

    shown = Shown(typer.echo)
    async with local_bot(file, plan, settings, data_dir, shown.show) as bot, UserAgent() as agent:
        voice = await asyncio.to_thread(CallerVoice.load, ModelStore(settings.models_dir))
        talk = TypedCall(await agent.call(bot.target, caller=caller), voice, shown, typer.echo)
        stopped = asyncio.create_task(bot.over.wait())
        try:
            await _first(stopped, asyncio.create_task(_talk(talk)))
        finally:
            stopped.cancel()
            await talk.over()


async def _talk(talk: TypedCall) -> None:
    typed = _Typed()
    await talk.greeted()
    while (line := await typed.next()) and await talk.take(line):
        pass


async def _first(stopped: asyncio.Task[bool], talking: asyncio.Task[None]) -> None:
    """Until the one or the other is done; what the talk raises is raised."""
    await asyncio.wait({stopped, talking}, return_when=asyncio.FIRST_COMPLETED)
    talking.cancel()
    await asyncio.gather(talking, return_exceptions=stopped.done())


class _Typed:
    """Lines of the standard input, read on a thread that nobody waits for."""

    def __init__(self) -> None:
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self._wanted = threading.Semaphore(0)
        self._asks = sys.stdin is not None and sys.stdin.isatty()
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, args=(loop,), daemon=True).start()

    async def next(self) -> str:
        """The next line with its end; "" at the end of the input. Without a terminal it is shown."""
        if self._asks:
            typer.echo("caller: ", nl=False)
        self._wanted.release()
        line = await self._lines.get()
        if not self._asks and line:
            typer.echo(f"caller: {line.strip()}")
        return line

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        source = typer.get_text_stream("stdin", errors="replace") if sys.stdin is not None else None
        line = "-"
        while line:
            self._wanted.acquire()
            line = source.readline() if source is not None else ""
            loop.call_soon_threadsafe(self._lines.put_nowait, line)
