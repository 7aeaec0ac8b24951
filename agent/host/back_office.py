"""What works behind the calls of dialplans: tools are run, and results brought where they belong."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agent.dialplan.schema import Dialplan
from agent.host.errands import NoResults, NoTools, Results, Tools
from agent.host.rehearsed import RehearsedTools
from agent.tools.outfit import desk_of
from agent.tools.sinks import result_desk


class BackOffice:
    """The event loop owns it. Files are under `data_dir`. One that `rehearses` does nothing, and says of tools what the
    dialplan's tests say."""

    def __init__(self, data_dir: Path, rehearses: bool = False) -> None:
        self._data_dir = data_dir
        self._rehearses = rehearses
        self._bringing: dict[str, asyncio.Task[None]] = {}  # dialplan -> what brings the results that wait
        self._warming: set[asyncio.Task[None]] = set()

    def tools(self, plan: Dialplan) -> Tools:
        """What runs the dialplan's tools, which are made ready meanwhile."""
        if not plan.tools:
            return NoTools()
        if self._rehearses:
            return RehearsedTools(plan)
        desk = desk_of(plan, self._data_dir)
        task = asyncio.create_task(desk.warm(), name="warm tools")
        self._warming.add(task)
        task.add_done_callback(self._warming.discard)
        return desk

    def results(self, name: str, plan: Dialplan) -> Results:
        """What brings results where the dialplan says; an earlier version of it no longer brings what waits."""
        earlier = self._bringing.pop(name, None)
        if earlier is not None:
            earlier.cancel()
        if not plan.results or self._rehearses:
            return NoResults()
        desk = result_desk(plan.results, self._data_dir)
        self._bringing[name] = asyncio.create_task(desk.run(), name=f"results of {name}")
        return desk
