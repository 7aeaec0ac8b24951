"""A turn's stages as bars under one scale: where the caller waited, and what was done while they still spoke.

::

      turn 3                   ┊ the caller's last sound
        voice                  ┊██████                   62 ms
        draft           ███████┊                         80 ms
        line                   ┊               ████      38 ms
      audible after 230 ms: fact, rendered, drafted ahead, 1 draft wasted

74 columns, so that it fits a terminal of 80 behind a call's id.
"""

from __future__ import annotations

from rich.text import Text

from agent.ledger.stages import Stage
from agent.live import Waterfall

BAR = 44  # columns of the whole width
NAME = 13
_COLOURS = {
    "voice": "yellow",
    "recogniser": "blue",
    "weighing": "bright_blue",
    "patience": "yellow",
    "draft": "magenta",
    "reply": "magenta",
    "model": "bright_magenta",
    "first clause": "cyan",
    "making": "cyan",
    "hand-over": "bright_green",
    "line": "green",
}


def waterfall(event: Waterfall) -> list[Text]:
    """The lines of one turn. What began longer before the caller's last sound than the reply came after it is cut off
    on the left, with a mark."""
    scale = _Scale.of(event)
    head = f"  turn {event.turn}"
    lines = [
        Text.assemble((head, "bold"), " " * (4 + NAME + scale.zero - len(head)), ("┊ the caller's last sound", "dim"))
    ]
    lines += [_row(stage, scale) for stage in event.stages]
    lines.append(Text(f"  audible after {event.audible:.0f} ms{_how(event)}", style="bold"))
    return lines


class _Scale:
    """Columns of a bar: `zero` is that of the caller's last sound."""

    def __init__(self, first: float, last: float) -> None:
        self._first = first
        self._per_column = (last - first) / BAR
        self.zero = self.column(0.0)

    @classmethod
    def of(cls, event: Waterfall) -> _Scale:
        last = max([event.audible, *(stage.end for stage in event.stages), 1.0])
        first = min([0.0, *(stage.start for stage in event.stages)])
        return cls(max(first, -last), last)

    def column(self, at: float) -> int:
        return min(BAR, max(0, round((at - self._first) / self._per_column)))

    def cuts(self, at: float) -> bool:
        return at < self._first


def _row(stage: Stage, scale: _Scale) -> Text:
    start, end = scale.column(stage.start), scale.column(stage.end)
    start = min(start, BAR - 1)
    end = max(end, start + 1)
    cells = [" "] * BAR
    if scale.zero < BAR:
        cells[scale.zero] = "┊"
    cells[start:end] = "█" * (end - start)
    if scale.cuts(stage.start):
        cells[0] = "◂"
    bar = "".join(cells)
    return Text.assemble(
        (f"    {stage.name:<{NAME}}", "dim"),
        (bar[:start], "dim"),
        (bar[start:end], _COLOURS.get(stage.name, "white")),
        (bar[end:], "dim"),
        (f" {stage.end - stage.start:5.0f} ms", "dim"),
    )


def _how(event: Waterfall) -> str:
    said = [part for part in (event.route.replace("_", " "), event.kind) if part]
    if event.drafted:
        said.append("drafted ahead")
    if event.wasted:
        said.append(f"{event.wasted} draft{'s' if event.wasted > 1 else ''} wasted")
    return f": {', '.join(said)}" if said else ""
