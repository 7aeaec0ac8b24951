"""A run that is stopped gives what it has, after its calls were hung up."""

from __future__ import annotations

import asyncio

import pytest

from agent.bench.stopping import Ended, within


async def call(events: list[str], *, ends: bool) -> None:
    events.append("up")
    try:
        if not ends:
            await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)
        events.append("hung up")


@pytest.mark.parametrize(("ends", "limit", "ended"), [(True, None, Ended.DONE), (False, 0.01, Ended.LIMIT)])
def test_calls_end_by_themselves_or_at_the_limit(ends: bool, limit: float | None, ended: Ended) -> None:
    events: list[str] = []
    assert asyncio.run(within(limit, call(events, ends=ends))) is ended
    assert events == ["up", "hung up"]


def test_a_run_that_is_cancelled_goes_on_with_what_it_has() -> None:
    events: list[str] = []

    async def run() -> str:
        ended = await within(None, call(events, ends=False))
        async with asyncio.timeout(10):  # the bot is stopped meanwhile
            await asyncio.sleep(0)
        return f"{ended}: {', '.join(events)}"

    async def told() -> str:
        task = asyncio.create_task(run())
        await asyncio.sleep(0)  # the call is up
        task.cancel()
        return await task

    assert asyncio.run(told()) == "stopped from outside: up, hung up"
