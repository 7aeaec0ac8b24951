"""`offhook bench slots`: callers who are asked for numbers, days and more over SIP, and what the bot settles."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.bench.bot import Bot
from agent.bench.bot_log import BotLog
from agent.bench.cast import Sounds, rendered
from agent.bench.casting import Part, part
from agent.bench.figures import Figure, Run, share
from agent.bench.identity import identify
from agent.bench.machine import describe
from agent.bench.slot_call import RIGHT, Settled, SlotCall, Verdict, Way, sayings
from agent.bench.slot_plan import KEYED, write
from agent.bench.slot_words import SLOTS, Wanted, wanted
from agent.bench.stopping import Ended, within
from agent.bench.suites import Progress, Setting
from agent.dialplan.rehearsal import number_of
from telephony.testing.caller import UserAgent

ENVIRONMENT = {"OFFHOOK_AGENT_REHEARSES": "true", "OFFHOOK_AGENT_LOG_TRANSCRIPTS": "true"}
ROWS: Mapping[str, tuple[tuple[str, ...], float | None]] = {  # slots, and the most in a hundred that may not be right
    "telephone numbers": (("phone", "mobile"), 5.0),
    "dates and times": (("day", "born", "hour"), 10.0),
    "license plates": (("plate",), None),
    "amounts": (("amount",), None),
    "yes or no": (("agreed",), None),
    "names": (("name",), None),
}
_A_LINE = 3  # calls of a line process at once


@dataclass
class _Caller:
    """Who calls, and calls again for the rest when a slot was given up. `settled`: what came of the slots so far."""

    name: str
    wanted: Sequence[Wanted]
    settled: list[Settled] = field(default_factory=list)

    @property
    def part(self) -> Part:
        return part(self.name)

    @property
    def sayings(self) -> Sequence[tuple[str, str]]:
        """All that they may say: (voice, text)."""
        return tuple(sayings(self.part, self.wanted))

    async def call(self, ua: UserAgent, target: str, sounds: Sounds, log: BotLog) -> bool:
        """Whether all was asked for."""
        key, rest = str(len(self.settled) + 1), self.wanted[len(self.settled) :]
        call = SlotCall(self.name, self.part, rest, key=key, sounds=sounds, log=log)
        await call.run(ua, target, number_of(0), self.settled.append)
        return len(self.settled) == len(self.wanted)

    def told(self, since: int, seconds: float) -> str:
        """One call in a line, where `since` slots were settled before it."""
        came = "; ".join(_told(one) for one in self.settled[since:])
        return f"{self.name} ({self.part.voice.name}, {seconds:.0f} s): {came}"


@dataclass
class _Stage:
    """Where the callers ring, `waiting` until it is their turn."""

    ua: UserAgent
    sounds: Sounds
    log: BotLog
    waiting: deque[_Caller]
    tell: Progress

    async def ring(self, targets: Sequence[str]) -> None:
        """All of them, one at a time on each of the targets."""
        async with asyncio.TaskGroup() as group:
            for target in targets:
                group.create_task(self._one_by_one(target))

    async def _one_by_one(self, target: str) -> None:
        while self.waiting:
            caller = self.waiting.popleft()
            since, began = len(caller.settled), time.monotonic()
            if not await caller.call(self.ua, target, self.sounds, self.log):
                self.waiting.appendleft(caller)
            self.tell(caller.told(since, time.monotonic() - began))


async def slots(
    setting: Setting,
    calls: int,
    seed: int,
    *,
    at_once: int = 4,
    only: Sequence[str] = SLOTS,
    limit_s: float | None = None,
) -> tuple[Run, tuple[Settled, ...]]:
    """`calls` callers, `at_once` of them at a time, who are asked for the slots `only` one after the other; who was
    given up calls again for the rest. When `limit_s` of calls are over or the task is cancelled, what was settled
    until then is the result, and the run says so. Raises BotFailed, ModelError and EngineError."""
    machine = describe()
    setting.directory.mkdir(parents=True, exist_ok=True)
    plan = setting.directory / "slots.yaml"
    write(plan, only)
    callers = [_caller(f"{seed} {number}", only) for number in range(calls)]
    sounds = await rendered([said for caller in callers for said in caller.sayings], setting.progress)
    lines = -(-at_once // _A_LINE)
    async with Bot(setting.directory, setting.config, plan, lines, ENVIRONMENT) as bot, UserAgent() as ua:
        setting.progress(f"{calls} calls, {at_once} at once")
        stage = _Stage(ua, sounds, BotLog(bot.log), deque(callers), setting.tell)
        ended = await within(limit_s, stage.ring([bot.targets[number % lines] for number in range(at_once)]))
    settled = tuple(one for caller in callers for one in caller.settled)
    figures = [figure for name, (of, limit) in ROWS.items() for figure in figures_of(name, of, limit, settled)]
    identity = identify(setting.config, plan, {"calls": calls, "seed": seed, "at once": at_once})
    told = f"{ended} before its end: {len(settled)} of {calls * len(only)} slots; those under way are in no figure"
    problems = (*_problems(settled), *((told,) if ended is Ended.TOLD else ()))
    notes = (told,) if ended is Ended.LIMIT else ()
    return Run("slots", machine, None, tuple(figures), problems, identity, notes), settled


def _caller(name: str, only: Sequence[str]) -> _Caller:
    return _Caller(name, [wanted(slot, random.Random(f"{name} {slot}")) for slot in only])


def _told(one: Settled) -> str:
    return f"{one.wanted.slot} {one.verdict}" + (f" ({one.value})" if one.verdict is Verdict.WRONG else "")


def figures_of(name: str, slots: Sequence[str], limit: float | None, settled: Sequence[Settled]) -> list[Figure]:
    """Of what was settled for the `slots`; what keys can tell also by how its caller gives it when told how. `limit`:
    the percent that may not be right. Pure."""
    of = [one for one in settled if one.wanted.slot in slots]
    if not of:
        return []
    came = Counter(one.verdict for one in of)
    detail = ", ".join(f"{verdict} {came[verdict]}" for verdict in Verdict if came[verdict])
    return [
        share(f"{name}: not right", _missed(of), len(of), limit, detail),
        *(_by_way(name, of) if KEYED.issuperset(slots) else ()),
        Figure(f"{name}: another value settled", came[Verdict.WRONG], "", 0, len(of)),
    ]


def _by_way(name: str, of: Sequence[Settled]) -> list[Figure]:
    ways = {way: [one for one in of if one.way is way] for way in Way}
    return [share(f"{name}: not right, asked again: {way}", _missed(some), len(some)) for way, some in ways.items()]


def _missed(of: Sequence[Settled]) -> int:
    return sum(one.verdict not in RIGHT for one in of)


def _problems(settled: Sequence[Settled]) -> list[str]:
    """The calls that were lost: a failed call is a problem, a slot that was given up a figure."""
    return [f"call {one.call}: {one.lines[-1]}" for one in settled if one.verdict is Verdict.LOST and one.lines]
