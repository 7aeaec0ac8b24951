"""`offhook bench reloads`: a dialplan that is exchanged again and again while calls run. Each version knows one more
thing that it does not answer, so that none is taken for the one before, and no prompt changes.
"""

from __future__ import annotations

import asyncio
import dataclasses
import time
from pathlib import Path

from ruamel.yaml import YAML

from agent.bench import asking
from agent.bench.asking import Outcome
from agent.bench.figures import Figure, Run, percentiles
from agent.bench.machine import Stopwatch, describe
from agent.bench.processes import Watch
from agent.bench.suites import Setting, problems_of
from agent.commands.serve import configured
from agent.live import DialplansRead
from agent.serve.reload import ask
from telephony.testing.caller import UserAgent

RELOAD_MS = 1_000.0
BETWEEN_S = 1.0


async def reloads(setting: Setting, count: int, at_once: int = 4, lines: int = 2) -> Run:
    """`count` exchanges while `at_once` callers on `lines` lines call, ask two questions, hang up and call again.
    Raises BotFailed, ModelError."""
    machine = describe()
    asked = await asking.questions(setting.dialplan, 4)
    plan = setting.directory / "exchanged.yaml"
    setting.directory.mkdir(parents=True, exist_ok=True)
    write(plan, setting.dialplan, 0)
    outcomes: list[Outcome] = []
    took: list[float] = []
    read: list[DialplansRead] = []
    async with dataclasses.replace(setting, dialplan=plan).bot(lines) as bot, UserAgent() as ua:
        run_dir = configured(setting.config, bot.directory / "data").run_dir
        for target in bot.targets:
            await asking.whole(ua, target, asked[:1])
        watch, over = Stopwatch(), asyncio.Event()

        async def caller(number: int) -> None:
            target = bot.targets[number % lines]
            async for outcome in asking.again_and_again(ua, target, asked, number, lambda: not over.is_set()):
                outcomes.append(outcome)

        async with Watch(bot.pid) as used, asyncio.TaskGroup() as group:
            for number in range(at_once):
                group.create_task(caller(number))
                await asyncio.sleep(0.5)  # people do not dial in step
            for number in range(1, count + 1):
                write(plan, setting.dialplan, number)
                began = time.monotonic()
                read.append(await asyncio.to_thread(ask, run_dir))
                took.append(1_000.0 * (time.monotonic() - began))
                setting.progress(f"{number} of {count} exchanges, {len(outcomes)} calls")
                await asyncio.sleep(BETWEEN_S)
            over.set()
        harness = watch.harness(asking.lateness(outcomes))
    replies = [value for outcome in outcomes for value in outcome.replies_ms]
    figures = (
        Figure("calls lost", sum(bool(outcome.problem) for outcome in outcomes), "", 0, len(outcomes)),
        Figure("exchanges that failed", sum(bool(one.errors) for one in read), "", 0, len(read)),
        percentiles("exchange with no prompt changed", took, limit=RELOAD_MS),
        percentiles(f"reply, {at_once} calls at once", replies),
        Figure("peak RSS of the whole bot", used.peak.rss_mb, "MB"),
        Figure("… before the first exchange", used.samples[0].rss_mb, "MB"),
    )
    problems = [
        *problems_of(outcomes),
        *(f"exchange {n}: {error}" for n, one in enumerate(read, 1) for error in one.errors),
    ]
    return Run("reloads", machine, harness, figures, tuple(problems))


def write(plan: Path, of: Path, version: int) -> None:
    """The dialplan `of` as its `version`th version, put in place in one step."""
    yaml = YAML()
    document = yaml.load(of)
    document.setdefault("unanswered", []).append(f"where is moon number {version}")
    beside = plan.with_suffix(".new")
    yaml.dump(document, beside)
    beside.replace(plan)
