"""The tool by which somebody is written down who is to be called back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from agent.errors import ToolRefused
from agent.reply.opening import Opening
from agent.tools.callback import Callback
from agent.tools.callbacks import Callbacks
from agent.tools.timetable import spoken_when
from agent.tools.wall_time import next_moment_of

FURTHEST_DAYS = 60
SOON = "as soon as possible"


class CallBack:
    """For one dialplan: `business` is its name, `dialplan` that of its file, "" where the bot calls nobody for it,
    `opening` its hours, where it has any, `zone` its time zone, "" for this machine's. `barred`: a telephone number
    that may not be called. It gives what the dialplan declares of what it knows."""

    def __init__(
        self,
        callbacks: Callbacks,
        output: tuple[str, ...],
        now: Callable[[], datetime],
        *,
        business: str,
        dialplan: str,
        opening: Opening | None,
        zone: str,
        barred: Callable[[str], bool] = lambda phone: False,
    ) -> None:
        self._callbacks = callbacks
        self._business = business
        self._dialplan = dialplan
        self._opening = opening
        self._zone = ZoneInfo(zone) if zone else None
        self._output = output
        self._now = now
        self._barred = barred

    async def run(self, arguments: Mapping[str, str], key: str) -> Mapping[str, object]:
        """See Executor."""
        if self._barred(arguments["phone"]):
            raise ToolRefused("barred")
        now = self._now()
        asked, at = now.astimezone(self._zone), self._at(arguments, now)
        callback = Callback(
            number=0,
            business=self._business,
            phone=arguments["phone"],
            name=arguments.get("name", ""),
            about=arguments.get("about", ""),
            at=at.isoformat(timespec="minutes") if at is not None else "",
            asked=asked.isoformat(timespec="seconds"),
            dialplan=self._dialplan,
        )
        number = await self._callbacks.add(callback, key)
        when = spoken_when(at.date(), at.time()) if at is not None else SOON
        values = {"reference": str(number), "when": when}
        return {name: values[name] for name in self._output if name in values}

    async def warm(self) -> None:
        """The file is opened with the first run."""

    async def close(self) -> None:
        """Give the file back."""
        await self._callbacks.close()

    def _at(self, arguments: Mapping[str, str], now: datetime) -> datetime | None:
        """When; None for as soon as possible. Raises ToolRefused."""
        if "day" not in arguments or "time" not in arguments:
            return None
        day, hour = date.fromisoformat(arguments["day"]), time.fromisoformat(arguments["time"])
        wall = datetime.combine(day, hour)
        at = next_moment_of(wall, self._zone, now)
        if at.astimezone(UTC) <= now:  # two of one zone are compared by what the clock shows
            raise ToolRefused("past")
        if (at - now).days >= FURTHEST_DAYS:
            raise ToolRefused("far")
        if self._opening is not None and self._opening.closes(wall) is None:
            raise ToolRefused("closed")
        return at
