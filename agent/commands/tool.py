"""`offhook dialplan tool`: one run of a tool, by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from agent.commands.bot import told
from agent.commands.serve import ConfigFile, DataDir, configured

if TYPE_CHECKING:
    from agent.dialplan.schema import Dialplan
    from agent.dialplan.tools import Tool
    from agent.tools.result import ToolResult


def tool(
    file: Annotated[Path, typer.Argument(help="A dialplan file (YAML).")],
    name: Annotated[str, typer.Argument(help="The tool's name.")],
    arguments: Annotated[list[str] | None, typer.Argument(help="What it gets, each as NAME=VALUE.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="as one JSON object")] = False,
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Run a tool of a dialplan once, and show what came of it. This is no trial: what it changes is changed. Exit code
    1 unless it is done."""
    import asyncio

    import msgspec

    from agent.dialplan.load import load

    with told():
        plan = load(file)
        directory = configured(config, data_dir).agent.data_dir
        declared = _declared(plan.tools, name)
        given = _given(declared, arguments or [])
        result, ms = asyncio.run(_run(plan, directory, name, given))
    if as_json:
        shown = {"tool": name, "outcome": result.outcome, "ms": ms, "why": result.why, "values": dict(result.values)}
        typer.echo(msgspec.json.encode(shown).decode())
    else:
        _show(result, ms)
    if result.outcome != "done":
        raise typer.Exit(1)


async def _run(plan: Dialplan, data_dir: Path, name: str, given: tuple[tuple[str, str], ...]) -> tuple[ToolResult, int]:
    """The result, and how long it took in ms. Each run is a call of its own."""
    from time import perf_counter
    from uuid import uuid4

    from agent.tools.call import ToolCall
    from agent.tools.outfit import desk_of

    desk, call = desk_of(plan, data_dir), uuid4().hex
    try:
        await desk.warm()
        began = perf_counter()
        result = await desk.run(ToolCall(name, given, key="by hand"), f"by-hand-{call}", "")
        return result, round(1000 * (perf_counter() - began))
    finally:
        await desk.close()


def _declared(tools: tuple[Tool, ...], name: str) -> Tool:
    from agent.dialplan.suggestion import suggestion

    found = next((one for one in tools if one.name == name), None)
    if found is None:
        names = [one.name for one in tools]
        known = f"; its tools are {', '.join(names)}" if names else '; it has none, write them under "tools"'
        _wrong(f'"{name}" is no tool of this dialplan{suggestion(name, names) or known}')
    return found


def _given(declared: Tool, arguments: list[str]) -> tuple[tuple[str, str], ...]:
    """The arguments by name, with what is wrong with them said before anything runs."""
    from agent.tools.kind import EXAMPLES
    from agent.tools.values import misfit

    wanted = " ".join(f'{name}="{EXAMPLES[kind]}"' for name, kind in declared.input.items()) or "no argument"
    for argument in arguments:
        if "=" not in argument:
            _wrong(f'"{argument}" is no NAME=VALUE; "{declared.name}" takes, for example, {wanted}')
    given = tuple((name, value) for name, _, value in (argument.partition("=") for argument in arguments))
    mistake = misfit(declared.input, given)
    if mistake:
        _wrong(f'{mistake}; "{declared.name}" takes, for example, {wanted}')
    return given


def _wrong(what: str) -> NoReturn:
    typer.echo(what, err=True)
    raise typer.Exit(2)


def _show(result: ToolResult, ms: int) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(result.outcome.value)
    table.add_column(f"{ms} ms")
    for name, value in result.values:
        table.add_row(name, value)
    if result.why:
        table.add_row("why", result.why)
    Console(highlight=False, markup=False).print(table)
