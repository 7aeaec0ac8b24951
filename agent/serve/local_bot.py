"""A bot on this machine alone, for as long as somebody tries a dialplan: on a free port, without trunks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.config import LOOPBACK_ONLY, AgentSettings, Config
from agent.dialplan.schema import Dialplan
from agent.errors import AgentError
from agent.live import Live
from agent.serve.status import Status
from agent.serve.supervisor import Supervisor
from telephony.call.admission import CATCH_ALL
from telephony.config import Sip

DRAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class LocalBot:
    """`target` is what to dial; `over` is set when it stops, whoever stopped it."""

    target: str
    over: asyncio.Event


@asynccontextmanager
async def local_bot(
    file: Path, plan: Dialplan, settings: AgentSettings, data_dir: Path, show: Callable[[Live], None]
) -> AsyncIterator[LocalBot]:
    """Run it with one dialplan, whose `file` is a path in full; its data and its log (`offhook.log`) are in the folder
    `data_dir`, and its live events go to `show`. Raises CannotServe and ConfigError."""
    agent = settings.model_copy(update={"dialplans": (file,), "data_dir": data_dir, "run_dir": None})
    config = Config(agent=agent, sip=Sip(bind=LOOPBACK_ONLY, port=0))
    ports: list[int] = []
    changed, over = asyncio.Event(), asyncio.Event()

    def ready(status: Status) -> None:
        ports.append(status.lines[0].sip_port)
        changed.set()

    def stopped(_: object) -> None:
        over.set()
        changed.set()

    with (data_dir / "offhook.log").open("a", encoding="utf-8") as log:
        supervisor = Supervisor(
            config,
            dict.fromkeys(plan.numbers, file.stem),
            {file.stem: file},
            on_live=show,
            on_ready=ready,
            drain_s=DRAIN_S,
            on_log=lambda line: print(line.decode(errors="replace"), end="", file=log),
        )
        serving = asyncio.create_task(supervisor.run(), name="supervisor")
        serving.add_done_callback(stopped)
        try:
            await changed.wait()
            if not ports:
                await serving
                raise AgentError("stopped before it was ready")
            number = next((one for one in plan.numbers if one != CATCH_ALL), "bot")
            yield LocalBot(f"sip:{number}@{LOOPBACK_ONLY}:{ports[0]}", over)
        finally:
            supervisor.stop()
            await asyncio.gather(serving, return_exceptions=True)
