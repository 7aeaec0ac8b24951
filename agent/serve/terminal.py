"""The conversation as it happens, on the terminal: callers and bot line by line, what is not certain yet in grey, and
for each turn where its time went. Without a terminal: plain lines, finished ones only.
"""

from __future__ import annotations

import sys
from typing import TextIO

from rich.console import Console, Group
from rich.live import Live as Region
from rich.text import Text

from agent.live import (
    BotLine,
    CallEnded,
    CallerLine,
    CallStarted,
    Fault,
    Live,
    Loading,
    MessageTaken,
    Waterfall,
)
from agent.serve.waterfall import waterfall


class Terminal:
    """Shows live events; one thread calls it. Without `words`, what is said is left out."""

    def __init__(self, out: TextIO = sys.stdout, width: int | None = None, words: bool = True) -> None:
        self.words = words
        self._console = Console(file=out, highlight=False, width=width, soft_wrap=not out.isatty())
        self._fancy = self._console.is_terminal
        self._open: dict[str, Text] = {}  # what each speaker is in the middle of saying
        self._loading: dict[str, Loading] = {}
        self._region = Region(console=self._console, transient=True, auto_refresh=False) if self._fancy else None
        if self._region is not None:
            self._region.start()

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._region is not None:
            self._region.stop()
            self._region = None

    def say(self, text: str, style: str = "") -> None:
        """Print a line of ours."""
        self._console.print(Text(text, style=style))

    def log(self, text: str, style: str, call: str) -> None:
        """Print a warning or an error of the log, under the call that it is about."""
        self._print(Text.assemble(_id(call), (f"  {text}", style)))

    def show(self, event: Live) -> None:
        """Show one event."""
        match event:
            case Loading():
                self._load(event)
            case CallStarted():
                self._print(_call_line(event))
            case CallerLine() | BotLine():
                self._speech(event)
            case Waterfall():
                for line in waterfall(event):
                    self._print(Text.assemble(_id(event.call), line))
            case MessageTaken(call=call, path=path):
                self._print(Text.assemble(_id(call), ("  message saved: ", "bold"), path))
            case CallEnded():
                self._ended(event)
            case Fault(text=text, call=call):
                self._print(Text.assemble(_id(call), (f"  {text}", "red")))
        self._refresh()

    def _load(self, event: Loading) -> None:
        if event.done < event.total:
            self._loading[event.what] = event
        else:
            self._loading.pop(event.what, None)
            self._print(Text(f"  loaded {event.what} in {event.seconds:.1f} s", style="dim"))

    def _speech(self, event: CallerLine | BotLine) -> None:
        if not self.words:
            return
        line = _speech_line(event)
        key = f"{event.call} {type(event).__name__}"
        if event.final:
            self._open.pop(key, None)
            self._print(line)
        else:
            line.stylize("dim")
            self._open[key] = line

    def _ended(self, event: CallEnded) -> None:
        self._open = {key: line for key, line in self._open.items() if not key.startswith(event.call)}
        text = f"  call ended by {event.by.replace('_', ' ')} after {event.seconds:.1f} s"
        self._print(Text.assemble(_id(event.call), (text, "bold")))

    def _print(self, line: Text) -> None:
        self._console.print(line)

    def _refresh(self) -> None:
        if self._region is None:
            return
        lines = [*self._open.values(), *(_progress(event) for event in self._loading.values())]
        self._region.update(Group(*lines), refresh=True)


def short(call: str) -> str:
    """A call id's last six characters: enough to tell the calls on one terminal apart."""
    return call[-6:]


def _call_line(event: CallStarted) -> Text:
    who = event.caller or "withheld number"
    how = "taken up again" if event.resumed else f"{event.codec}, trunk {event.trunk}, dialplan {event.dialplan}"
    ends = f"call to {who} as" if event.placed else f"call from {who} to"
    return Text.assemble(_id(event.call), (f"  {ends} {event.called or 'no number'}", "bold"), f" ({how})")


def _speech_line(event: CallerLine | BotLine) -> Text:
    if isinstance(event, CallerLine):
        words = event.text or "(speech without words)"
        return Text.assemble(_id(event.call), ("  caller ", "bold bright_yellow"), words)
    cut = " …(interrupted)" if event.interrupted else ""
    return Text.assemble(_id(event.call), ("     bot ", "bold bright_green"), event.text, (cut, "dim"))


def _progress(event: Loading) -> Text:
    done = f" {event.done}/{event.total}" if event.total > 1 else ""
    left = ""
    if event.done and event.seconds > 1:
        left = f", about {event.seconds / event.done * (event.total - event.done):.0f} s left"
    return Text(f"  loading {event.what}{done} …{left}", style="dim")


def _id(call: str) -> tuple[str, str]:
    return (f"{short(call):>6}" if call else "      ", "dim")
