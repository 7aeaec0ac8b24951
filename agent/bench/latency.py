"""`offhook bench latency`: the time from a caller's last word to the bot's first, in one run on one configuration.

::

    callers rendered ─► bot started ─► one call at a time ─► noise ─► bad network ─► two calls ─► four on two lines
                             └ stopped ─► replies written down ─► matched with the ledger ─► the serial pipeline
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from agent.bench import cast
from agent.bench.asking import lateness
from agent.bench.bot import Bot
from agent.bench.comparison import compared, serially, transport_ms
from agent.bench.figures import Figure, Run, quantiles
from agent.bench.identity import identify
from agent.bench.lag import LagWatch
from agent.bench.latency_figures import BABBLE, FOUR, HARNESS_CORES, LOOP_LAG_MS, NETWORK, ONE, STREET, TWO, figures
from agent.bench.ledger import speechless
from agent.bench.machine import Harness, Stopwatch, describe
from agent.bench.questions import deal, sounds_of
from agent.bench.serial import SILENCE_MS
from agent.bench.stage import LINES, Phase, Stage
from agent.bench.suites import Setting
from agent.bench.turn_record import TurnRecord
from agent.dialplan.load import load
from telephony.testing.caller import UserAgent

TRANSCRIPTS = {"OFFHOOK_AGENT_LOG_TRANSCRIPTS": "true"}  # the callers are nobody


@dataclass(frozen=True)
class Sizes:
    """How much is asked in a run."""

    turns: int  # on one call at a time
    beside: int  # in each of the other conditions
    serial: int

    @classmethod
    def of(cls, turns: int) -> Sizes:
        """A fifth as many in each other condition, at least eight, so that each of four callers has two."""
        return cls(turns, max(8, turns // 5), max(5, turns // 5))


def phases(sizes: Sizes) -> tuple[Phase, ...]:
    """In the order in which they run; with nothing asked beside one call, only that."""
    half = -(-sizes.beside // 2)
    found = (
        Phase(ONE, sizes.turns),
        Phase(STREET, half, noise="street"),
        Phase(BABBLE, half, noise="babble"),
        Phase(NETWORK, sizes.beside, impaired=True),
        Phase(TWO, sizes.beside, at_once=2),
        Phase(FOUR, sizes.beside, at_once=4),
    )
    return tuple(phase for phase in found if phase.turns)


async def latency(setting: Setting, sizes: Sizes, seed: int) -> tuple[Run, tuple[TurnRecord, ...]]:
    """The run, and its turns one by one. Raises AgentError, TelephonyError."""
    machine = describe()
    plan = load(setting.dialplan)
    told = {"seed": seed, "turns": sizes.turns, "beside": sizes.beside, "mix": "40/40/20", "lines": LINES}
    identity = identify(setting.config, setting.dialplan, told)
    asked = {
        phase: deal(plan, phase.turns, seed * 100 + number, cast.people())
        for number, phase in enumerate(phases(sizes), start=1)
    }
    first = next(iter(asked.values()))
    wanted = [one for questions in asked.values() for question in questions for one in sounds_of(question)]
    sounds = await cast.rendered(list(dict.fromkeys(wanted)), setting.progress)
    stage = Stage(setting, sounds, seed)
    directory = setting.directory
    async with Bot(directory, setting.config, setting.dialplan, LINES, TRANSCRIPTS) as bot, UserAgent() as ua:
        run_dir = directory / "data" / "run"
        await stage.calls(ua, bot, Phase("warm-up", 2), first[:2])
        stage.made.clear()
        watch = Stopwatch()
        async with LagWatch(run_dir) as lag:
            for phase, questions in asked.items():
                await stage.calls(ua, bot, phase, questions)
        harness = watch.harness(lateness([made.exchange for made in stage.made]))
    records = await asyncio.to_thread(stage.records, directory)
    setting.progress("the serial pipeline")
    serial = await serially(setting.dialplan, first, sounds, sizes.serial)
    found = (*figures(records), *compared(records, serial), *_ours(harness, lag.worst))
    ended = [(number, made.exchange.problem) for number, made in enumerate(stage.made, start=1)]
    problems = tuple(f"call {number}: {problem}" for number, problem in ended if problem)
    return Run(
        "latency", machine, harness, found, problems, identity, _notes(records, speechless(directory / "bot.log"))
    ), tuple(records)


def _ours(harness: Harness, lag: Sequence[float]) -> tuple[Figure, ...]:
    return (
        *quantiles("the bot's event loop, late at worst in a second", lag, ((0.99, LOOP_LAG_MS),)),
        Figure("CPU of the harness", harness.cores, "cores", HARNESS_CORES),
    )


def _notes(records: Sequence[TurnRecord], refused: int) -> tuple[str, ...]:
    human = sum(one.voice == cast.HUMAN for one in records)
    worded = [one for one in records if one.kind == "model" and one.verdict == "right"]
    return (
        f"{len(records)} turns; {human} said by people, the others in {len(cast.VOICES)} rendered voices, a quarter of "
        'them led in by "hi", "um" and the like and a pause',
        f"{len(worded)} right answers were the model's to word; {refused} times, drafts included, it gave nothing that "
        "may be said, and the text was said as written",
        f"serial pipeline: {SILENCE_MS:.0f} ms of silence after the label, then each part as a whole; "
        f"{transport_ms(records):.0f} ms of transport added, as measured here",
    )
