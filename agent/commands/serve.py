"""`offhook serve`, `offhook demo` and `offhook status`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from agent.config import Config

ConfigFile = Annotated[Path | None, typer.Option("--config", "-c", help="offhook.toml; default: the one here, if any")]
SipPort = Annotated[int | None, typer.Option(help="first SIP port; 0 takes a free one")]
Lines = Annotated[int | None, typer.Option(help="line processes, three calls each, on successive ports")]
DialplanFile = Annotated[list[Path] | None, typer.Option("--dialplan", help="dialplan file; may be repeated")]
DataDir = Annotated[Path | None, typer.Option(help="where messages and sockets are kept")]
LogTranscripts = Annotated[bool, typer.Option("--log-transcripts", help="write what is said to the log")]
AllowPrivate = Annotated[bool, typer.Option("--allow-private-network", help="let callers of the private network in")]
DemoCall = Annotated[bool, typer.Option("--demo-call", "--demo", help="place one demo call first")]


def serve(  # noqa: PLR0917 - each is a switch of the command line
    config: ConfigFile = None,
    sip_port: SipPort = None,
    lines: Lines = None,
    dialplan: DialplanFile = None,
    data_dir: DataDir = None,
    log_transcripts: LogTranscripts = False,
    allow_private_network: AllowPrivate = False,
    demo_call: DemoCall = False,
) -> None:
    """Answer calls until Ctrl-C."""
    switches = _switches(sip_port, lines, dialplan, data_dir, log_transcripts)
    raise typer.Exit(_serve(config, switches, allow_private_network, demo_call, stay=True))


def demo(
    config: ConfigFile = None,
    sip_port: SipPort = 0,
    dialplan: DialplanFile = None,
    data_dir: DataDir = None,
) -> None:
    """Serve, place one simulated call, and exit: 0 if every answer was heard with the right words, else 1."""
    switches = _switches(sip_port, None, dialplan, data_dir, False)
    raise typer.Exit(_serve(config, switches, allow_private_network=False, demo_call=True, stay=False))


def status(
    config: ConfigFile = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="as one JSON object")] = False,
) -> None:
    """How the running bot stands: lines, trunks, registrations, calls."""
    from agent.errors import AgentError
    from agent.serve.status import ask

    try:
        body = ask(configured(config, data_dir).run_dir)
    except AgentError as error:
        typer.echo(f"offhook: {error}", err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(body.decode().strip())
        return
    from agent.serve.status_table import show

    show(json.loads(body))


def configured(config: Path | None, data_dir: Path | None) -> Config:
    """The configuration of the bot that runs with these options. Raises ConfigError."""
    from agent.config import load

    return load(config, switches=_switches(None, None, None, data_dir, False))


def _switches(
    sip_port: int | None,
    lines: int | None,
    dialplan: list[Path] | None,
    data_dir: Path | None,
    log_transcripts: bool,
) -> dict[str, Any]:
    given = {
        "sip.port": sip_port,
        "lines": lines,
        "agent.dialplans": dialplan,
        "agent.data_dir": data_dir.expanduser().resolve() if data_dir else None,
        "agent.log_transcripts": log_transcripts or None,
    }
    return {key: value for key, value in given.items() if value is not None}


def _serve(
    config_file: Path | None, switches: dict[str, Any], allow_private_network: bool, demo_call: bool, stay: bool
) -> int:
    from agent.errors import AgentError
    from agent.serve.serving import Serving, plan
    from agent.telemetry import configure_logs

    configure_logs()
    try:
        served = plan(config_file, switches, allow_private_network)
        return Serving(served, demo_call=demo_call, stay=stay, private=allow_private_network).run()
    except AgentError as error:
        typer.echo(f"offhook: {error}", err=True)
        return 2
