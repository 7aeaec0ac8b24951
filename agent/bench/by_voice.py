"""The tests of dialplans by voice: each is a real call over SIP to a bot of their own, which rehearses
(`agent.host.rehearsed`). What the bot heard and said it tells itself; how soon it was heard the recording tells.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.bench.bot import Bot
from agent.bench.bot_log import BotLog, Entry, answered, heard, reply
from agent.bench.casting import Spoken, part, spoken
from agent.bench.clip import evened
from agent.dialplan.load import Read
from agent.dialplan.rehearsal import Failure, Outcome, missed, number_of
from agent.dialplan.schema import Cue, Dialplan, Rehearsal
from agent.reply.utterance import Utterance
from telephony.audio import SAMPLE_RATE, Samples
from telephony.errors import CallFailed
from telephony.testing.caller import Call, UserAgent
from telephony.testing.measure import Span, audible_spans
from telephony.testing.recorder import Recording
from telephony.testing.relay import Impairment, Relay

A_LINE = 3  # calls of a line process at once
READY_S = 600.0  # prompts of a new dialplan are rendered first
GREETING_S = 10.0
REPLY_S = 12.0
ASKS_S = 25.0  # until the bot asks a caller who says nothing, or tells that nobody has answered
TYPING_S = 0.2  # between two keys of a number
QUIET_MS = 600.0  # the bot is done
LONGEST_S = 45.0  # reply
_LOOK_S = 0.05

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
    def texts(self) -> Iterator[str]:
        """What its caller says."""
        return (cue.caller for cue in self.plan.tests[self.place].turns if cue.caller is not None)


async def rehearse_by_voice(
    reads: Sequence[Read],
    only: str,
    directory: Path,
    *,
    calls: int = 2,
    network: Network = Network(),
    progress: Progress = lambda text: None,
    over: Callable[[Path, Outcome], None] = lambda path, outcome: None,
) -> dict[Path, list[Outcome]]:
    """The outcomes by file of the tests with `only` in their names, `calls` at once; those that are `text_only` are not
    run. The bot's data and log are under `directory`. Raises BotFailed, ModelError and EngineError."""
    castings = {
        (one.path, place): Casting(one.plan, place)
        for one in reads
        if one.plan is not None
        for place, test in chosen(one.plan, only)
        if not test.text_only
    }
    outcomes: dict[Path, list[Outcome]] = {one.path: [] for one in reads}
    if not castings:
        return outcomes
    wanted = [(part(_name(one)), text) for one in castings.values() for text in one.texts]
    sounds = await spoken(wanted, progress)
    waiting = iter(list(castings.items()))
    relay = Relay(Impairment(network.loss, network.jitter_ms), seed=1)
    paths = [one.path.resolve() for one in reads]
    bot = Bot(
        directory, dialplan=paths[0], beside=paths[1:], lines=-(-calls // A_LINE), environment=ENVIRONMENT,
        within_s=READY_S,
    )  # fmt: skip
    with relay if network != Network() else contextlib.nullcontext() as via:
        async with bot, UserAgent() as ua:
            log = BotLog(bot.log)
            for target in bot.targets:
                await _warm(ua, target, next(iter(sounds.values())))
            done = 0

            async def caller(target: str) -> None:
                nonlocal done
                for (path, place), casting in waiting:
                    made = _Rehearsing(casting, sounds, log)
                    failure = await made.run(ua, target, via)
                    outcomes[path].append(Outcome(place, _name(casting), failure))
                    over(path, outcomes[path][-1])
                    done += 1
                    progress(f"{done} of {len(castings)} tests")

            async with asyncio.TaskGroup() as group:
                for number in range(calls):
                    group.create_task(caller(bot.targets[number % len(bot.targets)]))
    return {path: sorted(found, key=lambda one: one.place) for path, found in outcomes.items()}


def chosen(plan: Dialplan | None, only: str) -> Iterator[tuple[int, Rehearsal]]:
    """The tests with `only` in their names, whatever its case, each with its place in the file."""
    for place, test in enumerate(plan.tests if plan is not None else ()):
        if only.lower() in test.name.lower():
            yield place, test


def _name(casting: Casting) -> str:
    return casting.plan.tests[casting.place].name


async def _warm(ua: UserAgent, target: str, sound: Samples) -> None:
    """A call before the tests: the first words that a recogniser ever hears come late."""
    with contextlib.suppress(CallFailed, TimeoutError):
        call = await ua.call(target, answer_within=20)
        await call.bot_speaks()
        await call.bot_quiet()
        await call.play(sound)
        await call.bot_speaks(REPLY_S)
        await call.hang_up()


class _Rehearsing:
    """One test's call."""

    def __init__(self, casting: Casting, sounds: Spoken, log: BotLog) -> None:
        self._test = casting.plan.tests[casting.place]
        self._caller = number_of(casting.place)
        self._called = next((number for number in casting.plan.numbers if number != "*"), "bench")
        self._part = part(self._test.name)
        self._sounds = sounds
        self._log = log

    async def run(self, ua: UserAgent, target: str, via: Relay | None) -> Failure | None:
        """The first turn that comes otherwise; None for none."""
        host = target.rpartition("@")[2]
        try:
            call = await ua.call(f"sip:{self._called}@{host}", caller=self._caller, answer_within=20, via=via)
        except CallFailed as failure:
            return Failure(0, (f"the call to be answered ({failure})",), None)
        try:
            background = self._part.background
            if background is not None:
                call.stream.surround(background)
            await self._over(call, 0, GREETING_S)
            for turn, cue in enumerate(self._test.turns):
                failure_ = await self._turn(call, turn, cue)
                if failure_ is not None:
                    return failure_
        finally:
            await call.hang_up()
        return None

    async def _turn(self, call: Call, turn: int, cue: Cue) -> Failure | None:
        turns = self._test.turns
        last = turn + 1 == len(turns)
        known = len(self._log.entries(call.dialog.call_id))
        try:
            span = await self._do(call, cue)
        except CallFailed:
            return Failure(turn, ("the call to go on",), None)
        if cue.key is not None and not last and turns[turn + 1].key is not None and not _wants(cue):
            await asyncio.sleep(TYPING_S)
            return None
        asks = cue.silence or cue.no_answer
        entries = await self._over(call, known, ASKS_S if asks else REPLY_S)
        came = reply(entries)
        wanted = missed(cue, came, last) + (_late(cue, call.recording, span) if span is not None else ())
        if not wanted:
            return None
        return Failure(turn, wanted, came, cue.caller or "", _misheard(cue, heard(entries)))

    async def _do(self, call: Call, cue: Cue) -> Span | None:
        """What the caller does; where the sound lies on the recording, if they speak. Raises CallFailed."""
        if cue.key is not None:
            await call.dtmf(cue.key)
        if cue.caller is None:
            return None
        clean = self._sounds[self._part.voice.name, cue.caller]
        samples = evened(clean, self._part.dbfs)
        said = await call.play(samples)
        voiced = _voiced(samples)
        return Span(said.start + voiced.start, said.start + voiced.end)

    async def _over(self, call: Call, known: int, within: float) -> Sequence[Entry]:
        """What the bot tells of a turn, as soon as it is done; `known` entries are of turns before. A bot that says
        nothing in `within` s is done, too."""
        deadline = time.monotonic() + within
        while True:
            entries = self._log.entries(call.dialog.call_id)[known:]
            if call.over or time.monotonic() > deadline:
                await asyncio.sleep(_LOOK_S)
                return self._log.entries(call.dialog.call_id)[known:]
            if not answered(entries):
                await asyncio.sleep(_LOOK_S)
                continue
            with contextlib.suppress(TimeoutError):
                await call.bot_quiet(QUIET_MS, LONGEST_S)
            if len(self._log.entries(call.dialog.call_id)[known:]) == len(entries):
                return entries


def _voiced(samples: Samples) -> Span:
    spans = audible_spans(samples)
    return Span(spans[0].start, spans[-1].end) if spans else Span(0, len(samples))


def _wants(cue: Cue) -> bool:
    """Whether something must come of the turn."""
    return cue != Cue(key=cue.key)


def _late(cue: Cue, recording: Recording, voiced: Span) -> tuple[str, ...]:
    """Where the bot was not heard in time."""
    if cue.within is None:
        return ()
    first = next((span.start for span in audible_spans(recording.bot) if span.start >= voiced.start), None)
    took = None if first is None else (first - voiced.end) / SAMPLE_RATE
    if took is not None and took <= cue.within:
        return ()
    return (f"within {cue.within:g} s ({'never' if took is None else f'after {took:.2f} s'})",)


def _misheard(cue: Cue, heard_: str) -> str | None:
    """What was heard, where that is not what was said."""
    if cue.caller is None or Utterance(cue.caller).raw == Utterance(heard_).raw:
        return None
    return heard_
