"""`offhook bench slots`: callers who are asked for numbers, days and more over SIP, and what the bot settles."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, deque
from collections.abc import Mapping, Sequence

from agent.bench.bot import Bot
from agent.bench.bot_log import BotLog
from agent.bench.cast import rendered
from agent.bench.casting import part
from agent.bench.figures import Figure, Run, share
from agent.bench.identity import identify
from agent.bench.machine import describe
from agent.bench.slot_call import Settled, SlotCall, Verdict, sayings
from agent.bench.slot_plan import write
from agent.bench.slot_words import SLOTS, wanted
from agent.bench.suites import Setting
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
_RIGHT = (Verdict.AT_ONCE, Verdict.READ_BACK, Verdict.AGAIN)


async def slots(
    setting: Setting, calls: int, seed: int, at_once: int = 2, only: Sequence[str] = SLOTS
) -> tuple[Run, tuple[Settled, ...]]:
    """`calls` callers, `at_once` of them at a time, who are asked for the slots `only` one after the other; who was
    given up calls again for the rest. Raises BotFailed, ModelError and EngineError."""
    machine = describe()
    setting.directory.mkdir(parents=True, exist_ok=True)
    plan = setting.directory / "slots.yaml"
    write(plan, only)
    names = [f"{seed} {number}" for number in range(calls)]
    parts = {name: part(name) for name in names}
    script = {name: [wanted(slot, random.Random(f"{name} {slot}")) for slot in only] for name in names}
    sounds = await rendered([said for name in names for said in sayings(parts[name], script[name])], setting.progress)
    lines = -(-at_once // _A_LINE)
    waiting, settled = deque((name, 0) for name in names), list[Settled]()
    async with Bot(setting.directory, setting.config, plan, lines, ENVIRONMENT) as bot, UserAgent() as ua:
        log = BotLog(bot.log)

        async def caller(target: str) -> None:
            while waiting:
                name, place = waiting.popleft()
                key, rest = str(place + 1), script[name][place:]
                call = SlotCall(name, parts[name], rest, key=key, sounds=sounds, log=log)
                came = await call.run(ua, target, number_of(0))
                settled.extend(came)
                if len(came) < len(rest):
                    waiting.append((name, place + len(came)))
                setting.progress(f"{len(settled)} of {len(names) * len(only)} slots")

        async with asyncio.TaskGroup() as group:
            for number in range(at_once):
                group.create_task(caller(bot.targets[number % lines]))
    figures = [figure for name, (of, limit) in ROWS.items() for figure in _figures(name, of, limit, settled)]
    settings = {"calls": calls, "seed": seed, "at once": at_once}
    identity = identify(setting.config, plan, settings)
    run = Run("slots", machine, None, tuple(figures), tuple(_problems(settled)), identity)
    return run, tuple(settled)


def _figures(name: str, slots: Sequence[str], limit: float | None, settled: Sequence[Settled]) -> list[Figure]:
    of = [one for one in settled if one.wanted.slot in slots]
    if not of:
        return []
    came = Counter(one.verdict for one in of)
    detail = ", ".join(f"{verdict} {came[verdict]}" for verdict in Verdict if came[verdict])
    missed = sum(one.verdict not in _RIGHT for one in of)
    return [
        share(f"{name}: not right", missed, len(of), limit, detail),
        Figure(f"{name}: another value settled", came[Verdict.WRONG], "", 0, len(of)),
    ]


def _problems(settled: Sequence[Settled]) -> list[str]:
    """The calls that were lost: a failed call is a problem, a slot that was given up a figure."""
    return [f"call {one.call}: {one.lines[-1]}" for one in settled if one.verdict is Verdict.LOST and one.lines]
