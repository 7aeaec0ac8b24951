"""`offhook dialplan talk`: a conversation with the bot, line by line, from a terminal or a pipe."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from agent.commands.bot import line, responder, told

if TYPE_CHECKING:
    from agent.dialplan.schema import Dialplan
    from agent.reply.reply import Reply
    from agent.reply.text_call import Runs, TextCall

_KEYS = "0123456789*#"
_KNOWN = ":silence, :key 1 (or another of 0 to 9, * and #) and :quit are known"


def talk(
    file: Annotated[Path, typer.Argument(help="A dialplan file (YAML).")],
    caller: Annotated[str, typer.Option(help="The number that the caller calls from.")] = "5550100",
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the appointment book is; by default it is empty, and forgotten.")
    ] = None,
) -> None:
    """Talk to the bot by text: each line is a turn of the caller. `:silence` is a caller who says nothing, `:key 1` a
    telephone key, `:quit` or the end of the input hangs up. Tools are run as in a call. For each reply the route,
    the topic, its score and how long understanding took are shown."""
    from agent.reply.text_call import TextCall

    with told(), _tools((answers := responder(file)).plan, caller, data_dir) as tools:
        call = TextCall(answers.conversation(caller), tools)
        typer.echo(f"bot: {call.greeting}")
        for words in _lines():
            if words == ":quit" or _over(call, words):
                return


@contextmanager
def _tools(plan: Dialplan, caller: str, data_dir: Path | None) -> Iterator[Runs]:
    """Runs the dialplan's tools, as one call."""
    from agent.tools.outfit import desk_of

    with TemporaryDirectory() as forgotten, asyncio.Runner() as runner:
        desk, call_id = desk_of(plan, data_dir or Path(forgotten)), f"talk-{uuid4().hex}"
        try:
            yield lambda call: runner.run(desk.run(call, call_id, caller))
        finally:
            runner.run(desk.close())


def _over(call: TextCall, words: str) -> bool:
    """Takes a line and prints what the bot says; whether it hangs up then. Raises EmbeddingError."""
    mistake = _mistake(words)
    if mistake:
        typer.echo(mistake)
        return False
    began = perf_counter()
    reply = _reply(call, words)
    took = f"{1000 * (perf_counter() - began):.0f} ms"
    if reply is None:
        typer.echo("bot: (says nothing)")
        return False
    typer.echo(line(reply, took))
    return reply.hang_up


def _reply(call: TextCall, words: str) -> Reply | None:
    if words == ":silence":
        return call.says_nothing()
    return call.presses(_key(words)) if words.startswith(":") else call.says(words)


def _mistake(words: str) -> str:
    """What is wrong with a command, "" where nothing is."""
    if not words.startswith(":") or words == ":silence":
        return ""
    key = _key(words)
    good = words.split(maxsplit=1)[0] == ":key" and len(key) == 1 and key in _KEYS
    return "" if good else f'"{words}" is not known; {_KNOWN}'


def _key(words: str) -> str:
    return words.removeprefix(":key").strip()


def _lines() -> Iterator[str]:
    """What is typed, or comes from a pipe, without the spaces around it."""
    if sys.stdin is None:  # closed by whoever started this
        return
    asks = sys.stdin.isatty()
    source = typer.get_text_stream("stdin", errors="replace")
    while True:
        if asks:
            typer.echo("caller: ", nl=False)
        typed = source.readline()
        if not typed:
            if asks:
                typer.echo()  # the prompt's line is over, too
            return
        words = typed.strip()
        if not asks:
            typer.echo(f"caller: {words}")
        yield words
