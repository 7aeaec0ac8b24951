"""What works behind the calls of dialplans: tools are run, and results brought where they belong."""

from __future__ import annotations

from pathlib import Path

from agent.dialplan.schema import Dialplan
from agent.host.aside import Aside
from agent.host.errands import NoResults, NoTools, Results, Tools
from agent.host.rehearsed import RehearsedTools
from agent.tools.outbox import Outbox
from agent.tools.outfit import desk_of
from agent.tools.sinks import ResultDesk, result_desk
from telephony.config import Trunk


class BackOffice:
    """The event loop owns it. Files are under `data_dir`. One that `rehearses` does nothing, and says of tools what the
    dialplan's tests say. `trunks`: at which callbacks may be made."""

    def __init__(self, data_dir: Path, rehearses: bool = False, trunks: tuple[Trunk, ...] = ()) -> None:
        self._data_dir = data_dir
        self._trunks = trunks
        self._rehearses = rehearses
        self._outbox = Outbox(data_dir / "results.db")
        self._bringing: dict[str, ResultDesk] = {}  # dialplan -> who brings the results that wait
        self._aside = Aside()

    def tools(self, name: str, plan: Dialplan) -> Tools:
        """What runs the dialplan's tools, which are made ready meanwhile."""
        if not plan.tools:
            return NoTools()
        if self._rehearses:
            return RehearsedTools(plan)
        desk = desk_of(plan, self._data_dir, name=name, trunks=self._trunks)
        self._aside.do(desk.warm(), "warm tools")
        return desk

    def results(self, name: str, plan: Dialplan) -> Results:
        """What brings results where the dialplan says; an earlier version of it no longer brings what waits."""
        earlier = self._bringing.pop(name, None)
        if earlier is not None:
            earlier.retire()
        if not plan.results or self._rehearses:
            return NoResults()
        desk = self._bringing[name] = result_desk(plan.results, self._data_dir, self._outbox)
        self._aside.do(desk.run(), f"results of {name}")
        return desk
