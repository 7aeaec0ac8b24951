"""The four runs of `offhook bench`. Each starts the bot under test itself, and stops it."""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent.bench import asking
from agent.bench.asking import Outcome, Question, is_answer
from agent.bench.bot import Bot, BotFailed
from agent.bench.ears import Transcriber
from agent.bench.figures import Figure, Run, percentiles
from agent.bench.machine import Stopwatch, describe
from agent.bench.processes import Usage, Watch, usage
from agent.dialplan.load import load
from agent.models.store import ModelStore
from telephony.audio import SAMPLE_RATE
from telephony.testing.caller import UserAgent
from telephony.testing.relay import Impairment, Relay

GREETING_MS, REPLY_MS, READY_S, FRAME_US = 150.0, 1_200.0, 8.0, 100.0
GROWTH_PERCENT, PEAK_RSS_MB = 5.0, 1_200.0
IMPAIRMENT = Impairment(loss=0.03, jitter_ms=30.0)
SETTLED_AFTER = 20  # calls
SETTLE_S = 2.0

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Setting:
    """What every run needs to know."""

    directory: Path  # the bot's data, kept between starts
    dialplan: Path
    config: Path | None
    progress: Progress
    tell: Progress = lambda text: None  # a line that stays

    def bot(self, lines: int = 1) -> Bot:
        return Bot(self.directory, self.config, self.dialplan, lines)


async def start(setting: Setting, starts: int) -> Run:
    """Seconds from the command to `offhook ready`, with models and prompts in place."""
    machine = describe()
    setting.progress("first start, which renders what prompts are missing")
    async with setting.bot():
        pass
    times = []
    for number in range(starts):
        setting.progress(f"start {number + 1} of {starts}")
        async with setting.bot() as bot:
            times.append(bot.ready_after_s)
    detail = ", ".join(f"{value:.1f}" for value in times)
    figure = Figure("ready after start, slowest", round(max(times), 2), "s", READY_S, starts, detail)
    return Run("start", machine, None, (figure,))


async def line(setting: Setting, calls: int, turns: int) -> Run:
    """Greeting and reply as the caller hears them, on one call at a time; the same over a bad network."""
    machine = describe()
    setting.progress("rendering the caller's questions")
    asked = await asking.questions(setting.dialplan, turns)
    async with setting.bot() as bot, UserAgent() as ua:
        await asking.whole(ua, bot.targets[0], asked[:1])  # warms up caches that a running bot has warm
        watch = Stopwatch()
        clean = []
        for number in range(calls):
            setting.progress(f"call {number + 1} of {calls}")
            clean.append(await asking.whole(ua, bot.targets[0], asked))
        harness = watch.harness(asking.lateness(clean))
        with Relay(IMPAIRMENT, seed=1) as relay:
            setting.progress("a call over a bad network: 3% loss, 30 ms jitter, both ways")
            bad = await asking.whole(ua, bot.targets[0], asked, via=relay)
    setting.progress("writing down what was heard")
    transcriber = await asyncio.to_thread(Transcriber.load, ModelStore())
    replies: list[float] = []
    for outcome in clean:
        replies += await asyncio.to_thread(_right_replies, transcriber, outcome, asked)
    bad_replies = await asyncio.to_thread(_right_replies, transcriber, bad, asked)
    greetings = [outcome.greeting_ms for outcome in clean if outcome.greeting_ms is not None]
    others = len(asked) * len(clean) - len(replies)
    figures = [
        percentiles("greeting audible after the ACK", greetings, limit=GREETING_MS),
        percentiles("reply to a stock question", replies, limit=REPLY_MS),
        Figure("questions not answered by their stock answer", others, "", None, len(asked) * len(clean)),
        percentiles("reply over 3% loss and 30 ms jitter", bad_replies),
        await asyncio.to_thread(_first_word, transcriber, setting, clean),
        await _frame_path(),
    ]
    return Run("line", machine, harness, tuple(figures), problems_of([*clean, bad]))


async def calls(setting: Setting, count: int, every: int = 10) -> Run:
    """Calls one after another on one line; every `every`th is a whole conversation. What is left afterwards?"""
    machine = describe()
    asked = await asking.questions(setting.dialplan, 1)
    outcomes: list[Outcome] = []
    settled: Usage | None = None
    async with setting.bot() as bot, UserAgent() as ua:
        watch = Stopwatch()
        for number in range(count):
            setting.progress(f"call {number + 1} of {count}")
            talks = number % every == every - 1
            call = asking.whole(ua, bot.targets[0], asked) if talks else asking.brief(ua, bot.targets[0])
            outcomes.append(asking.forgetful(await call))
            if number + 1 == min(SETTLED_AFTER, count // 2):
                settled = await _idle(bot.pid)
        final = await _idle(bot.pid)
        harness = watch.harness(asking.lateness(outcomes))
    assert settled is not None, "at least two calls are made"
    greetings = [outcome.greeting_ms for outcome in outcomes if outcome.greeting_ms is not None]
    figures = (*_left(outcomes, settled, final), percentiles("greeting audible after the ACK", greetings))
    return Run("calls", machine, harness, figures, problems_of(outcomes))


async def soak(setting: Setting, minutes: float, at_once: int = 4, lines: int = 2) -> Run:
    """`at_once` callers on `lines` lines who call, ask two questions, hang up and call again."""
    machine = describe()
    asked = await asking.questions(setting.dialplan, 4)
    outcomes: list[Outcome] = []
    loop = asyncio.get_running_loop()
    settled: int | None = None  # samples of what the bot used that were taken before it had settled
    async with setting.bot(lines) as bot, UserAgent() as ua:
        for target in bot.targets:
            await asking.whole(ua, target, asked[:1])  # what starts at the first call is no leak
        before = await _idle(bot.pid)
        watch, until = Stopwatch(), loop.time() + minutes * 60

        async def caller(number: int) -> None:
            nonlocal settled
            target = bot.targets[number % lines]
            async for outcome in asking.again_and_again(ua, target, asked, number, lambda: loop.time() < until):
                outcomes.append(outcome)
                if len(outcomes) == SETTLED_AFTER:
                    settled = len(used.samples)
                setting.progress(f"{len(outcomes)} calls, {max(0.0, until - loop.time()):.0f} s to go")

        async with Watch(bot.pid) as used, asyncio.TaskGroup() as group:
            for number in range(at_once):
                group.create_task(caller(number))
                await asyncio.sleep(0.5)  # people do not dial in step
        final = await _idle(bot.pid)
        harness = watch.harness(asking.lateness(outcomes))
    replies = [value for outcome in outcomes for value in outcome.replies_ms]
    greetings = [outcome.greeting_ms for outcome in outcomes if outcome.greeting_ms is not None]
    cpu = (used.samples[-1].cpu_s - used.samples[0].cpu_s) / max(1.0, minutes * 60)
    figures = (
        Figure("calls lost", sum(bool(outcome.problem) for outcome in outcomes), "", 0, len(outcomes)),
        Figure("peak RSS of the whole bot", used.peak.rss_mb, "MB", PEAK_RSS_MB, 1, _shares(used.peak)),
        _growth_under_load(used.samples if settled is None else used.samples[settled:], settled is not None),
        Figure("threads left", final.threads - before.threads, "", 0, 1, f"{before.threads} to {final.threads}"),
        Figure("sockets left", final.sockets - before.sockets, "", 0, 1, f"{before.sockets} to {final.sockets}"),
        Figure("CPU of the bot", round(cpu, 2), "cores"),
        percentiles(f"greeting, {at_once} calls at once", greetings),
        percentiles(f"reply, {at_once} calls at once", replies),
    )
    return Run("soak", machine, harness, figures, problems_of(outcomes))


async def _idle(pid: int) -> Usage:
    """What the bot uses with no call up, the least of five looks."""
    await asyncio.sleep(SETTLE_S)
    looks = []
    for _ in range(5):
        looks.append(await asyncio.to_thread(usage, pid))
        await asyncio.sleep(0.4)
    return min(looks, key=lambda look: look.rss_mb)


def _left(outcomes: list[Outcome], settled: Usage, final: Usage) -> tuple[Figure, ...]:
    return (
        Figure("calls lost", sum(bool(outcome.problem) for outcome in outcomes), "", 0, len(outcomes)),
        _growth(settled.rss_mb, final.rss_mb, "idle"),
        Figure("threads left", final.threads - settled.threads, "", 0, 1, f"{settled.threads} to {final.threads}"),
        Figure("sockets left", final.sockets - settled.sockets, "", 0, 1, f"{settled.sockets} to {final.sockets}"),
        Figure("processes", final.processes, "", settled.processes),
    )


def _growth_under_load(samples: list[Usage], settled: bool) -> Figure:
    """Between the medians of the first and the last 20 samples."""
    if not settled or len(samples) < 40:
        name = f"RSS growth after the first {SETTLED_AFTER} calls, under load"
        return Figure(name, float("inf"), "%", None, 0, "the run was too short to tell")
    first, last = (statistics.median(one.rss_mb for one in some) for some in (samples[:20], samples[-20:]))
    return _growth(first, last, "under load")


def _shares(used: Usage) -> str:
    shares = ", ".join(f"{name} {size:.0f}" for name, size in used.shares)
    return f"{shares}; shared pages counted once: {used.pss_mb:.0f}"


def _growth(before: float, after: float, when: str) -> Figure:
    percent = round(100.0 * (after - before) / max(before, 1.0), 2)
    name = f"RSS growth after the first {SETTLED_AFTER} calls, {when}"
    return Figure(name, percent, "%", GROWTH_PERCENT, 1, f"{before:.0f} to {after:.0f} MB")


def _right_replies(transcriber: Transcriber, outcome: Outcome, asked: list[Question]) -> list[float]:
    """Times to first audio of the replies that were the stock answer to their question."""
    right = []
    for heard, question in zip(outcome.heard[1:], asked, strict=False):
        if outcome.recording is None or heard.to_first_audio is None:
            continue
        sound = outcome.recording.bot[heard.spans[0].start : heard.spans[-1].end + SAMPLE_RATE // 5]
        if is_answer(transcriber.transcribe(sound), question.answer):
            right.append(heard.to_first_audio)
    return right


async def _frame_path() -> Figure:
    """Python's share of a 20 ms frame in the line process, both ways and to the agent; without the speech detector."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "telephony.line.frame_cost",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    costs = re.search(r"costs ([\d.]+) us in, ([\d.]+) us out, ([\d.]+) us to send", output.decode())
    if costs is None:
        raise BotFailed(f"telephony.line.frame_cost ended with {process.returncode} and no figure")
    total = sum(float(cost) for cost in costs.groups())
    return Figure("frame path", round(total, 1), "us", FRAME_US, 5_000, costs[0].removeprefix("costs "))


def _first_word(transcriber: Transcriber, setting: Setting, outcomes: list[Outcome]) -> Figure:
    """In how many calls the greeting's first word could not be recognised from the recording."""
    word = "".join(char for char in load(setting.dialplan).greeting.split()[0].lower() if char.isalpha())
    missing = 0
    heard = ""
    for outcome in outcomes:
        if outcome.recording is None or not outcome.heard[0].spans:
            missing += 1
            continue
        spans = outcome.heard[0].spans
        sound = outcome.recording.bot[: spans[-1].end + SAMPLE_RATE // 5]
        heard = transcriber.transcribe(sound)
        missing += heard.split()[:1] != [word]
    return Figure("greetings without their first word", missing, "", 0, len(outcomes), f"heard: {heard[:40]}")


def problems_of(outcomes: list[Outcome]) -> tuple[str, ...]:
    return tuple(f"call {n}: {one.problem}" for n, one in enumerate(outcomes, 1) if one.problem)
