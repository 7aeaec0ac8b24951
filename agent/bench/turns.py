"""`offhook bench turns`: whole simulated calls with people's pauses. Who spoke into whose thought, and who was kept
waiting.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import get_args

import msgspec

from agent.bench import cast
from agent.bench.asking import lateness
from agent.bench.bot import Bot
from agent.bench.exchange import Answered, Situation, exchange
from agent.bench.figures import Figure, Run, quantiles, share
from agent.bench.identity import identify
from agent.bench.latency_figures import CUT_INS_PERCENT, HARNESS_CORES
from agent.bench.machine import Stopwatch, describe
from agent.bench.parts import parts
from agent.bench.script import MEDIAN_S, PAUSE_S, Manner, Script, clips_of, scripts
from agent.bench.suites import Setting
from agent.dialplan.load import load
from telephony.audio import SAMPLE_RATE
from telephony.testing.caller import UserAgent

MISSED_MS = 3_000.0  # a caller who waits for longer thinks that nobody is there
THINKS_S = (0.2, 1.2)


class SpokenTurn(msgspec.Struct, frozen=True):
    """One turn as it is kept. `pauses` in ms, inside the turn; `ms` from its end to the reply, None without one.
    `behind`: of a turn that the bot spoke into, the piece behind which, and how many ms behind."""

    call: int
    turn: int
    manner: str
    said: str
    voice: str
    pauses: tuple[int, ...]
    verdict: str
    ms: float | None
    behind: tuple[str, float] | None = None


async def turns(setting: Setting, calls: int, seed: int, alone: bool = False) -> tuple[Run, tuple[SpokenTurn, ...]]:
    """The run, and its turns one by one; with `alone` without the parts behind the calls. Raises AgentError,
    TelephonyError."""
    machine = describe()
    written = scripts(load(setting.dialplan), calls, seed)
    identity = identify(setting.config, setting.dialplan, {"seed": seed, "calls": calls})
    wanted = list(dict.fromkeys(sound for script in written for sound in script.sounds))
    sounds = await cast.rendered(wanted, setting.progress)
    found: list[SpokenTurn] = []
    problems: list[str] = []
    made = []
    async with Bot(setting.directory, setting.config, setting.dialplan) as bot, UserAgent() as ua:
        watch = Stopwatch()
        for number, script in enumerate(written, start=1):
            setting.progress(f"call {number} of {calls}: {len(script.turns)} turns")
            chance = random.Random(f"{seed}/{number}")
            clips = [clip.delayed(round(chance.uniform(*THINKS_S) * SAMPLE_RATE)) for clip in clips_of(script, sounds)]
            situation = Situation(bot.targets[0], f"555{number:04d}", may_hang_up=True)
            call = await exchange(ua, situation, clips)
            made.append(call)
            problems += [f"call {number}: {call.problem}"] if call.problem else []
            found += [_spoken(number, at, script, answer) for at, answer in enumerate(call.answers)]
        harness = watch.harness(lateness(made))
    others, failures = ((), ()) if alone else await parts(setting.progress)
    problems += failures
    figures = (*figures_of(found), *others, Figure("CPU of the harness", harness.cores, "cores", HARNESS_CORES))
    notes = (
        f"pauses inside a thought {PAUSE_S[0]:g} to {PAUSE_S[1]:g} s, half of them below {MEDIAN_S:g}; a cut-in is "
        "sound of the bot before the caller's last thought ended, unless it came behind a thought that was finished",
    )
    return Run("turns", machine, harness, figures, tuple(problems), identity, notes), tuple(found)


def figures_of(spoken: Sequence[SpokenTurn]) -> tuple[Figure, ...]:
    """Cut-ins and missed turns, in all and by manner, and how long callers waited. Pure."""
    begun = [one for one in spoken if one.verdict != "not begun"]
    found = [
        share("cut-ins", _count(begun, "cut in"), len(begun), CUT_INS_PERCENT),
        share("no answer within 3 s", sum(_missed(one) for one in begun), len(begun)),
        share("answered behind an earlier, finished thought", _count(begun, "between"), len(begun)),
        Figure("turns that were not begun", len(spoken) - len(begun), "", None, len(spoken), "the bot had hung up"),
    ]
    waited = [one.ms for one in begun if one.ms is not None]
    found += quantiles("from the caller's last word to the reply", waited, ((0.5, None), (0.95, None)))
    for manner in get_args(Manner):
        some = [one for one in begun if one.manner == manner]
        if some:
            missed = sum(_missed(one) for one in some)
            found.append(share(f"{manner}: cut-ins", _count(some, "cut in"), len(some), None, f"{missed} missed"))
            waited = [one.ms for one in some if one.ms is not None]
            found += quantiles(f"{manner}: reply", waited, ((0.5, None),))
    return tuple(found)


def _missed(one: SpokenTurn) -> bool:
    return one.verdict == "unanswered" or (one.ms is not None and one.ms > MISSED_MS)


def _count(spoken: Sequence[SpokenTurn], verdict: str) -> int:
    return sum(one.verdict == verdict for one in spoken)


def _spoken(call: int, at: int, script: Script, answer: Answered) -> SpokenTurn:
    turn = script.turns[at]
    pauses = tuple(round(line.pause_ms) for line in turn.lines[:-1])
    said = " ".join(line.text for line in turn.lines)
    waited = None if answer.ms is None else round(answer.ms, 1)
    behind = None if answer.behind is None else (turn.lines[answer.behind[0]].text, answer.behind[1])
    return SpokenTurn(call, at + 1, turn.manner, said, script.voice, pauses, answer.verdict, waited, behind)
