"""`offhook doctor`: is this machine fit to take calls, how many, and what to do about each finding."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def doctor(
    config: Annotated[Path | None, typer.Option("--config", help="offhook.toml to check with.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    timed: Annotated[bool, typer.Option(help="Load the engines and time them (20 s).")] = True,
) -> None:
    """Check packages, models, ports, disk and memory, time the engines, and say how many calls this machine holds.

    Exit code 1 where a finding stops calls.
    """
    import msgspec
    from rich.console import Console

    from agent.doctor.examination import examine
    from agent.doctor.finding import Finding, Level

    styles = {Level.GOOD: "green", Level.NOTE: "cyan", Level.WARNING: "yellow", Level.BLOCKING: "bold red"}
    console = Console(soft_wrap=True, highlight=False)
    findings: list[Finding] = []
    for finding in examine(config, timed):
        findings.append(finding)
        if as_json:
            continue
        console.print(f"{finding.level:<9}", style=styles[finding.level], end="")
        console.print(f"{finding.subject}: {finding.what}", markup=False)
        if finding.remedy:
            console.print(f"{'':9}→ {finding.remedy}", markup=False)
    stopped = [finding for finding in findings if finding.level is Level.BLOCKING]
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(findings), indent=1))
    elif stopped:
        typer.echo(f"{len(stopped)} finding(s) stop calls.")
    else:
        typer.echo("This machine can take calls.")
    if stopped:
        raise typer.Exit(1)
