"""The tests of dialplans by voice: each is a real call over SIP to a bot of their own, which rehearses
(`agent.host.rehearsed`). What the bot heard and said it tells itself; how soon it was heard the recording tells.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.bench.bot import Bot
from agent.bench.bot_log import BotLog
from agent.bench.casting import part, spoken
from agent.bench.voice_call import REPLY_S, VoiceCall
from agent.dialplan.load import Read
from agent.dialplan.rehearsal import Outcome, number_of
from agent.dialplan.schema import Dialplan, Rehearsal
from telephony.audio import Samples
from telephony.errors import CallFailed
from telephony.testing.caller import UserAgent
from telephony.testing.relay import Impairment, Relay

A_LINE = 3  # calls of a line process at once
READY_S = 600.0  # prompts of a new dialplan are rendered first

Progress = Callable[[str], None]
ENVIRONMENT = {"OFFHOOK_AGENT_REHEARSES": "true", "OFFHOOK_AGENT_LOG_TRANSCRIPTS": "true"}


@dataclass(frozen=True)
class Network:
    """How bad it is, both ways: `loss` of packets, from 0 to 1, and each up to so many ms later."""

    loss: float = 0.0
    jitter_ms: float = 0.0


@dataclass(frozen=True)
class Casting:
    """A test to run: the `place`-th of a dialplan."""

    plan: Dialplan
    place: int

    @property
    def test(self) -> Rehearsal:
        return self.plan.tests[self.place]

    def address(self, target: str) -> str:
        """Where it calls: one of the dialplan's numbers, at the line that `target` names."""
        called = next((number for number in self.plan.numbers if number != "*"), "bench")
        return f"sip:{called}@{target.rpartition('@')[2]}"

    @property
    def texts(self) -> Iterator[str]:
        """What its caller says."""
        return (cue.caller for cue in self.test.turns if cue.caller is not None)


async def rehearse_by_voice(
    reads: Sequence[Read],
    chosen: Callable[[str], bool],
    directory: Path,
    *,
    calls: int = 2,
    network: Network = Network(),
    progress: Progress = lambda text: None,
    over: Callable[[Path, Outcome], None] = lambda path, outcome: None,
) -> dict[Path, list[Outcome]]:
    """The outcomes by file of the tests whose names are `chosen`, `calls` at once; those that are `text_only` are not
    run. `over` is told of each at its end. The bot's data and log are under `directory`. Raises BotFailed,
    ModelError and EngineError."""
    castings = {
        (one.path, place): Casting(one.plan, place)
        for one in reads
        if one.plan is not None
        for place, test in enumerate(one.plan.tests)
        if chosen(test.name) and not test.text_only
    }
    outcomes: dict[Path, list[Outcome]] = {one.path: [] for one in reads}
    if not castings:
        return outcomes
    wanted = [(part(one.test.name), text) for one in castings.values() for text in one.texts]
    sounds = await spoken(wanted, progress)
    waiting = iter(list(castings.items()))
    relay = Relay(Impairment(network.loss, network.jitter_ms), seed=1)
    paths = [one.path.resolve() for one in reads]
    config = _no_trunks(directory)
    bot = Bot(
        directory, config, dialplan=paths[0], beside=paths[1:], lines=-(-calls // A_LINE), environment=ENVIRONMENT,
        within_s=READY_S,
    )  # fmt: skip
    with relay if network != Network() else contextlib.nullcontext() as via:
        async with bot, UserAgent() as ua:
            log = BotLog(bot.log)
            first = next(iter(castings.values()))
            targets = [bot.targets[number % len(bot.targets)] for number in range(calls)]
            sound = next(iter(sounds.values()), None)
            await asyncio.gather(*(_warm(ua, first.address(target), sound) for target in targets))
            done = 0

            async def caller(target: str) -> None:
                nonlocal done
                for (path, place), casting in waiting:
                    made = VoiceCall(casting.test, sounds, log)
                    failure = await made.run(ua, casting.address(target), number_of(place), via)
                    outcomes[path].append(Outcome(place, casting.test.name, failure))
                    over(path, outcomes[path][-1])
                    done += 1
                    progress(f"{done} of {len(castings)} tests")

            async with asyncio.TaskGroup() as group:
                for target in targets:
                    group.create_task(caller(target))
    return {path: sorted(found, key=lambda one: one.place) for path, found in outcomes.items()}


def _no_trunks(directory: Path) -> Path:
    """A configuration without anything, in place of the one that may be where the command is run."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "offhook.toml"
    path.touch()
    return path


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
