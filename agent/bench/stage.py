"""Where the calls of `offhook bench latency` are made: a phase at a time, so many callers at once, in noise or over a
bad network; and what becomes of them.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from agent.bench import cast, noise
from agent.bench.bot import Bot
from agent.bench.clip import SPEECH_DBFS, Clip
from agent.bench.ears import Transcriber
from agent.bench.exchange import Exchange, Situation, exchange
from agent.bench.ledger import entries, matched, names
from agent.bench.questions import Question, clip_of
from agent.bench.suites import Setting
from agent.bench.turn_record import Place, TurnRecord, record
from agent.models.store import ModelStore
from telephony.audio import SAMPLE_RATE, Samples
from telephony.testing.caller import UserAgent
from telephony.testing.relay import Impairment, Relay

BAD_NETWORK = Impairment(loss=0.03, jitter_ms=30.0, reorder=0.01)
SNR_DB = 15.0
TURNS_A_CALL = 10
THINKS_S = (0.1, 1.0)  # that a caller thinks before the next question, besides QUIET_MS
LINES = 2
_ONE_LINE = 2  # callers at once that share a line


@dataclass(frozen=True)
class Phase:
    """A part of the run."""

    name: str
    turns: int
    at_once: int = 1
    noise: str = ""  # "street" | "babble"
    impaired: bool = False


@dataclass
class Made:
    """A call and what it was about."""

    phase: str
    questions: Sequence[Question]
    exchange: Exchange


class Stage:
    """Where the calls are made."""

    def __init__(self, setting: Setting, sounds: cast.Sounds, seed: int) -> None:
        self.made: list[Made] = []
        self._setting = setting
        self._sounds = sounds
        self._seed = seed
        self._callers = 0
        self._noises: dict[str, Samples] = {}

    async def calls(self, ua: UserAgent, bot: Bot, phase: Phase, questions: Sequence[Question]) -> None:
        """All questions of a phase, ten a call, `at_once` calls at a time."""
        parts = [questions[at : at + TURNS_A_CALL] for at in range(0, len(questions), TURNS_A_CALL)]
        if phase.at_once > 1:  # every caller talks to the end
            parts = [questions[number :: phase.at_once] for number in range(phase.at_once)]
            parts = [part for part in parts if part]
        waiting = list(enumerate(parts))
        with Relay(BAD_NETWORK, seed=self._seed) as relay:

            async def caller(number: int) -> None:
                await asyncio.sleep(0.7 * number)  # people do not dial in step
                while waiting:
                    at, part = waiting.pop(0)
                    self._setting.progress(f"{phase.name}: call {at + 1} of {len(parts)}, {len(part)} questions")
                    target = bot.targets[number % LINES if phase.at_once > _ONE_LINE else 0]
                    await self._call(ua, target, phase, part, relay if phase.impaired else None)

            async with asyncio.TaskGroup() as group:
                for number in range(phase.at_once):
                    group.create_task(caller(number))

    async def _call(
        self, ua: UserAgent, target: str, phase: Phase, questions: Sequence[Question], via: Relay | None
    ) -> None:
        self._callers += 1
        chance = random.Random(f"{self._seed}/{self._callers}")
        background = self._noise(phase.noise) if phase.noise else None
        clips = [self._clip(question, phase, chance) for question in questions]
        where = 0 if background is None else chance.randrange(len(background))
        situation = Situation(target, f"555{self._callers:04d}", via, background, where)
        self.made.append(Made(phase.name, questions, await exchange(ua, situation, clips)))

    def _clip(self, question: Question, phase: Phase, chance: random.Random) -> Clip:
        clip = clip_of(question, self._sounds, SPEECH_DBFS if phase.noise else None)
        return clip.delayed(round(chance.uniform(*THINKS_S) * SAMPLE_RATE))

    def _noise(self, kind: str) -> Samples:
        if kind not in self._noises:
            dbfs = SPEECH_DBFS - SNR_DB
            talk = cast.talk() or list(self._sounds.values())
            made = noise.street(dbfs, self._seed) if kind == "street" else noise.babble(talk, dbfs, self._seed)
            self._noises[kind] = made
        return self._noises[kind]

    def records(self, directory: Path) -> list[TurnRecord]:
        """All turns, with the replies written down and the bot's own account beside them; blocking."""
        transcriber = Transcriber.load(ModelStore())
        known = names(directory / "bot.log")
        kept = sorted(entries(directory / "data"), key=lambda entry: entry.call)
        ledger = {call: list(group) for call, group in groupby(kept, key=lambda entry: entry.call)}
        found = []
        for number, made in enumerate(self.made, start=1):
            self._setting.progress(f"writing down what was heard: call {number} of {len(self.made)}")
            answers = made.exchange.answers
            own = ledger.get(known.get(made.exchange.sip_call_id[:80], ""), [])
            accounts = matched(own, [one.at_ms if one.ms is not None else None for one in answers])
            for turn, (question, one, entry) in enumerate(zip(made.questions, answers, accounts, strict=True), start=1):
                heard = transcriber.transcribe(one.reply) if one.reply is not None else ""
                found.append(record(Place(made.phase, number, turn), question, one, heard, entry))
        return found
