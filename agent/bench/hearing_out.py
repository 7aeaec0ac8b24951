"""A caller who hears the bot out: the turn is over when the bot's own log says so and its voice is quiet."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence

from agent.bench.bot_log import BotLog, Entry, answered
from telephony.testing.caller import Call

QUIET_MS = 600.0  # the bot is done
LONGEST_S = 45.0  # reply
_LOOK_S = 0.05
_LAST_S = 0.3  # until the log has the last words of a call


async def heard_out(call: Call, log: BotLog, known: int, within: float) -> Sequence[Entry]:
    """What the bot tells of a turn, as soon as it is done; `known` entries are of turns before. A bot that says
    nothing in `within` s is done, too."""
    began = time.monotonic()
    while True:
        entries = log.entries(call.dialog.call_id)[known:]
        if call.over or min(time.monotonic() - began, call.quiet_s) > within:
            await asyncio.sleep(_LAST_S)
            return log.entries(call.dialog.call_id)[known:]
        if not answered(entries):
            await asyncio.sleep(_LOOK_S)
            continue
        with contextlib.suppress(TimeoutError):
            await call.bot_quiet(QUIET_MS, LONGEST_S)
        if len(log.entries(call.dialog.call_id)[known:]) == len(entries):
            return entries
