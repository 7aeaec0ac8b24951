"""`offhook dialplan talk`: a conversation with the bot, line by line, from a terminal or a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.bot import line, responder, told

if TYPE_CHECKING:
    from agent.reply.conversation import Conversation
    from agent.reply.reply import Reply

_KEYS = "0123456789*#"
_KNOWN = ":silence, :key 1 (or another of 0 to 9, * and #) and :quit are known"


def talk(
    file: Annotated[Path, typer.Argument(help="A dialplan file (YAML).")],
    caller: Annotated[str, typer.Option(help="The number that the caller calls from.")] = "5550100",
) -> None:
    """Talk to the bot by text: each line is a turn of the caller. `:silence` is a caller who says nothing, `:key 1` a
    telephone key, `:quit` or the end of the input hangs up. For each reply the route, the topic, its score and how
    long understanding took are shown."""
    with told():
        exchange = Exchange(responder(file).conversation(caller))
        typer.echo(f"bot: {exchange.greeting}")
        for words in _lines():
            if words == ":quit" or exchange.over(words):
                return


class Exchange:
    """A conversation of which every reply is heard whole."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._silences = 0  # in a row
        greeting = conversation.greet()
        conversation.heard(greeting.text)
        self.greeting = greeting.text

    def over(self, words: str) -> bool:
        """Takes a line and prints what the bot says; whether it hangs up then. Raises EmbeddingError."""
        mistake = _mistake(words)
        if mistake:
            typer.echo(mistake)
            return False
        began = perf_counter()
        reply = self._reply(words)
        took = f"{1000 * (perf_counter() - began):.0f} ms"
        if reply is None:
            typer.echo("bot: (says nothing)")
            return False
        self._conversation.heard(reply.text)
        self._conversation.settled()
        typer.echo(line(reply, took))
        return reply.hang_up

    def _reply(self, words: str) -> Reply | None:
        self._silences = self._silences + 1 if words == ":silence" else 0
        if self._silences:
            return self._conversation.silence(self._silences)
        if words.startswith(":"):
            return self._conversation.digit(_key(words))
        return self._conversation.answer(words)


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
