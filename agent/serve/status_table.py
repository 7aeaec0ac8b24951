"""`offhook status` for people: the JSON of the status socket as a few lines."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

_STYLES = {"registered": "green", "none": "dim", "trying": "yellow", "failed": "red"}


def show(status: dict[str, Any], console: Console | None = None) -> None:
    """Print the status: readiness, lines with their trunks, agent, calls, faults."""
    console = console or Console(highlight=False)
    ready = Text("ready", "green") if status["ready"] else Text("not ready", "red")
    console.print(
        Text.assemble("offhook ", ready, f", up {_span(status['uptime_s'])}, {status['answered']} calls so far")
    )
    for line in status["lines"]:
        _show_line(console, line)
    agent = status["agent"]
    if agent is None:
        console.print(Text("agent   gone, being restarted", "red"))
    else:
        console.print(
            f"agent   process {agent['pid']}, {agent['rss_mb']:.0f} MB, loop {agent['loop_lag_ms']:.0f} ms late "
            f"(p99 {agent['loop_lag_p99_ms']:.1f}), dialplans {', '.join(agent['dialplans'])}"
        )
        for dialplan, strong in agent["strong"].items():
            _show_strong(console, dialplan, strong)
    if status["dialplan_errors"]:
        first, *more = status["dialplan_errors"]
        others = f" (and {len(more)} more errors)" if more else ""
        console.print(Text(f"dialplan  {first}{others}; the version before goes on", "red"), soft_wrap=True)
    if status["last_audible_ms"] is not None:
        console.print(f"        {status['turns']} turns, the last audible after {status['last_audible_ms']:.0f} ms")
    if status["starved"]:
        console.print(Text(f"        {status['starved']} times a reply stopped because its sound was late", "yellow"))
    for call in status["calls"]:
        console.print(
            f"call    {call['call']} from {call['caller'] or 'withheld'} to {call['called']}, line {call['line']}"
        )
    if status["restarts"]:
        console.print(Text(f"        {status['restarts']} restarts of child processes", "yellow"))
    for fault in status["faults"][-5:]:
        console.print(Text(f"fault   {fault}", "red"))


def _show_line(console: Console, line: dict[str, Any]) -> None:
    refused = ", ".join(f"{count} {reason}" for reason, count in line["refused"].items())
    console.print(
        f"line {line['line']}  port {line['sip_port']}, agent {line['agent']}, {len(line['calls'])} calls"
        + (f", refused: {refused}" if refused else "")
    )
    for trunk in line["trunks"]:
        state = Text(trunk["registration"], _STYLES.get(trunk["registration"], ""))
        reason = f" {trunk['status']} {trunk['reason']}" if trunk["reason"] else ""
        console.print(Text.assemble(f"        trunk {trunk['name']}: registration ", state, reason))


def _show_strong(console: Console, dialplan: str, strong: dict[str, Any]) -> None:
    state = Text("left alone after failures", "yellow") if strong["rests"] else Text("answers", "green")
    asked = f", asked {strong['asked']} of {strong['an_hour']} times this hour"
    console.print(Text.assemble(f"strong  {strong['model']} of {dialplan} ", state, asked))


def _span(seconds: float) -> str:
    minutes, seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}"
