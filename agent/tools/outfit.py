"""Who does the work of a dialplan's tools."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agent.dialplan.callback_findings import barred
from agent.dialplan.schema import Dialplan
from agent.dialplan.tools import Tool
from agent.reply.opening import Opening
from agent.tools.callback_tool import CallBack
from agent.tools.callbacks import FILE, Callbacks
from agent.tools.clerk import Appointments, Clerk
from agent.tools.desk import ToolDesk
from agent.tools.executor import Executor
from agent.tools.http import HttpTool
from telephony.config import Trunk

if TYPE_CHECKING:
    from agent.tools.mcp import McpServer


def desk_of(
    plan: Dialplan,
    data_dir: Path,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    name: str = "",
    trunks: tuple[Trunk, ...] = (),
) -> ToolDesk:
    """The desk of a dialplan that was checked. `name`: by which callbacks are made that callers ask for, "" for none,
    at which of the `trunks`. Nothing is started before the first run."""
    calendar = plan.calendar
    if calendar.timezone is None:
        calendar = calendar.model_copy(update={"timezone": plan.timezone})
    clerk = Clerk(calendar, data_dir, now, plan.hours.holidays if plan.hours is not None else ())
    servers: dict[str, McpServer] = {}
    callbacks, opening = Callbacks(data_dir / FILE), Opening(plan.hours) if plan.hours is not None else None
    settings, zone = plan.callbacks, plan.timezone or ""

    def callback(output: tuple[str, ...]) -> CallBack:
        return CallBack(
            callbacks, output, now,
            business=plan.name, dialplan=name if settings is not None else "", opening=opening, zone=zone,
            barred=lambda phone: settings is not None and barred(settings, plan.numbers, trunks, phone),
        )  # fmt: skip

    return ToolDesk([(tool, _executor(tool, clerk, servers, callback)) for tool in plan.tools], data_dir, now)


def _executor(
    tool: Tool, clerk: Clerk, servers: dict[str, McpServer], callback: Callable[[tuple[str, ...]], CallBack]
) -> Executor:
    if tool.appointments is not None:
        return Appointments(clerk, tool.appointments, tuple(tool.output))
    if tool.callback:
        return callback(tuple(tool.output))
    if tool.http is not None:
        return HttpTool(tool.http, tool.idempotent)
    if tool.mcp is not None:
        from agent.tools.mcp import McpServer, McpTool  # takes a second, and few have one

        server = tool.mcp.model_dump_json(exclude={"tool"})
        return McpTool(servers.setdefault(server, McpServer(tool.mcp)), tool.mcp.tool, tool.idempotent)
    raise ValueError(f"nobody does the work of {tool.name}, which the check refuses")
