"""The tests of dialplans by voice: each is a real call over SIP to a bot of their own, which rehearses
(`agent.host.rehearsed`). What the bot heard and said it tells itself; how soon it was heard the recording tells.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.bench.aloud import aloud
from agent.bench.asked_back import YES
from agent.bench.bot import Bot
from agent.bench.bot_log import BotLog
from agent.bench.cast import Sounds, rendered
from agent.bench.casting import part
from agent.bench.voice_call import REPLY_S, VoiceCall
from agent.dialplan.load import Read
from agent.dialplan.rehearsal import Failure, Outcome, number_of
from agent.dialplan.schema import Dialplan, Rehearsal
from telephony.audio import Samples
from telephony.errors import CallFailed
from telephony.testing.caller import UserAgent
from telephony.testing.relay import Impairment, Relay

A_LINE = 3  # calls of a line process at once
READY_S = 600.0  # prompts of a new dialplan are rendered first

Progress = Callable[[str], None]
GOOD = Impairment()  # a network
ENVIRONMENT = {"OFFHOOK_AGENT_REHEARSES": "true", "OFFHOOK_AGENT_LOG_TRANSCRIPTS": "true"}


@dataclass(frozen=True)
class Casting:
    """A test to run: the `place`-th of the dialplan in a file."""

    path: Path
    plan: Dialplan
    place: int

    @property
    def test(self) -> Rehearsal:
        """What is to come of it."""
        return self.plan.tests[self.place]

    def address(self, target: str) -> str:
        """Where it calls: one of the dialplan's numbers, at the line that `target` names."""
        called = next((number for number in self.plan.numbers if number != "*"), "bench")
        return f"sip:{called}@{target.rpartition('@')[2]}"

    @property
    def spoken(self) -> Iterator[tuple[str, str]]:
        """What its caller says: (voice, text)."""
        voice = part(self.test.name).voice.name
        texts = (cue.caller for cue in self.test.turns if cue.caller is not None)
        return ((voice, aloud(text)) for text in (*texts, YES))


class Tally:
    """What comes of tests that are rung. `again`: `due` are those that failed in their first call."""

    def __init__(self, again: bool) -> None:
        self._again = again
        self._before: dict[tuple[Path, int], Failure] = {}  # what failed then, by file and place
        self.due: list[Casting] = []

    def take(self, casting: Casting, failure: Failure | None) -> Outcome | None:
        """A call is over; the test's outcome, None while it is due once more."""
        key = casting.path, casting.place
        if self._again and failure is not None and key not in self._before:
            self._before[key] = failure
            self.due.append(casting)
            return None
        return Outcome(casting.place, casting.test.name, failure, self._before.get(key))


async def rehearse_by_voice(
    reads: Sequence[Read],
    chosen: Callable[[str], bool],
    directory: Path,
    *,
    calls: int = 2,
    again: bool = False,
    network: Impairment = GOOD,
    progress: Progress = lambda text: None,
    over: Callable[[Path, Outcome], None] = lambda path, outcome: None,
) -> dict[Path, list[Outcome]]:
    """The outcomes by file of the tests whose names are `chosen`, `calls` at once; those that are `text_only` are not
    run. `again`: one that fails is rung once more when all have been, in another rendering of what its caller says, and
    has failed when it does so then. `network` is how bad it is both ways; `over` is told of each test at its end. The
    bot's data and log are under `directory`. Raises BotFailed, ModelError and EngineError."""
    castings = [
        Casting(one.path, one.plan, place)
        for one in reads
        if one.plan is not None
        for place, test in enumerate(one.plan.tests)
        if chosen(test.name) and not test.text_only
    ]
    outcomes: dict[Path, list[Outcome]] = {one.path: [] for one in reads}
    if not castings:
        return outcomes
    tally = Tally(again)

    def rung(casting: Casting, failure: Failure | None) -> None:
        outcome = tally.take(casting, failure)
        if outcome is not None:
            outcomes[casting.path].append(outcome)
            over(casting.path, outcome)

    sounds = await _said(castings, progress)
    with Relay(network, seed=1) if network != GOOD else contextlib.nullcontext() as via:
        async with _bot(reads, directory, calls) as bot, UserAgent() as ua:
            targets = [bot.targets[number % len(bot.targets)] for number in range(calls)]
            sound = next(iter(sounds.values()), None)
            await asyncio.gather(*(_warm(ua, castings[0].address(target), sound) for target in targets))
            stage = _Stage(ua, targets, BotLog(bot.log), via, progress)
            await stage.ring(castings, sounds, rung)
            if tally.due:
                await stage.ring(tally.due, await _said(tally.due, progress), rung)
    return {path: sorted(found, key=lambda one: one.place) for path, found in outcomes.items()}


async def _said(castings: Sequence[Casting], progress: Progress) -> Sounds:
    """What the tests' callers say, rendered; no two renderings are alike."""
    return await rendered([wanted for one in castings for wanted in one.spoken], progress)


@dataclass(frozen=True)
class _Stage:
    """Where tests are rung: a caller for each of `targets`, which may name a line more than once."""

    ua: UserAgent
    targets: Sequence[str]
    log: BotLog
    via: Relay | None
    progress: Progress

    async def ring(
        self, castings: Sequence[Casting], sounds: Sounds, rung: Callable[[Casting, Failure | None], None]
    ) -> None:
        """Each test once; `rung` is told of each at its end."""
        waiting, done = iter(castings), itertools.count(1)

        async def caller(target: str) -> None:
            for casting in waiting:
                call = VoiceCall(casting.plan, casting.test, sounds, self.log)
                rung(casting, await call.run(self.ua, casting.address(target), number_of(casting.place), self.via))
                self.progress(f"{next(done)} of {len(castings)} tests")

        async with asyncio.TaskGroup() as group:
            for target in self.targets:
                group.create_task(caller(target))


def _bot(reads: Sequence[Read], directory: Path, calls: int) -> Bot:
    """One that rehearses these files. Its configuration is empty, whatever lies where the command is run."""
    directory.mkdir(parents=True, exist_ok=True)
    config = directory / "offhook.toml"
    config.touch()
    first, *others = (one.path.resolve() for one in reads)
    lines = -(-calls // A_LINE)
    return Bot(directory, config, first, lines, ENVIRONMENT, within_s=READY_S, beside=others)


async def _warm(ua: UserAgent, address: str, sound: Samples | None) -> None:
    """A call before the tests: the first words that a recogniser ever hears come late."""
    with contextlib.suppress(CallFailed, TimeoutError):
        call = await ua.call(address, answer_within=20)
        await call.bot_speaks()
        await call.bot_quiet()
        if sound is not None:
            await call.play(sound)
            await call.bot_speaks(REPLY_S)
        await call.hang_up()
