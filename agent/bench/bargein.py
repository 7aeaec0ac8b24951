"""`offhook bench bargein`: callers who speak over the bot, with and without the bot's echo on their line.

A reply is spoken over in its middle: by a question, by a word of protest, by a listening noise, or by nothing at all.
Its sound is known, so the recording tells when it was quiet and whether it went on; the bot's log tells what it made
of the voice, and what it remembers having said.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.bench import cast
from agent.bench.bargein_figures import Spoken, figures_of
from agent.bench.bargein_script import CONDITIONS, ECHOES, Condition, Over, dealt, undisturbed, wanted
from agent.bench.bot import Bot
from agent.bench.figures import Figure, Run
from agent.bench.identity import identify
from agent.bench.judgements import ENVIRONMENT, Judgement, judgements, nearest
from agent.bench.latency_figures import HARNESS_CORES
from agent.bench.machine import Stopwatch, describe
from agent.bench.overlap import Overlap, gaps, overlap
from agent.bench.stage import BAD_NETWORK
from agent.bench.stock_answers import StockAnswer, longest, stock_answers
from agent.bench.suites import Setting
from agent.dialplan.load import load
from telephony.audio import SAMPLE_RATE, Samples, samples
from telephony.errors import CallFailed
from telephony.testing.call import Call
from telephony.testing.caller import UserAgent
from telephony.testing.measure import Span
from telephony.testing.media_thread import lateness
from telephony.testing.relay import Relay

TURNS_A_CALL = 8
AT_ONCE = 2  # calls in which nobody speaks over the bot
TOPICS = 8  # with the longest answers
SHORT = samples(0.6)  # of a reply's end
_DONE_MS = 1_600  # the bot is done when it has been quiet for this long: a pause lasts up to 1.5 s
NOTES = (
    "times from the caller's first voiced sample by its label; an echo is made of what the caller's end receives and "
    "is sent back with the caller's voice",
)


@dataclass(frozen=True)
class _Turn:
    """Where it all lies on a recording."""

    over: Over
    reply: Span
    voice: int | None


@dataclass(frozen=True)
class _Made:
    """A call: what was recorded of the bot, and its turns."""

    condition: Condition
    sip_call_id: str
    bot: Samples
    turns: Sequence[_Turn]


async def bargein(
    setting: Setting, turns: int, seed: int, conditions: Sequence[Condition] = CONDITIONS, alone: int = 0
) -> tuple[Run, tuple[Spoken, ...]]:
    """`turns` on each kind of line, then at least so many replies that nobody speaks over, on lines with every kind of
    echo. Raises AgentError, TelephonyError."""
    machine = describe()
    plan = load(setting.dialplan)
    told = {"seed": seed, "turns": turns, "lines": [one.name for one in conditions], "alone": alone}
    identity = identify(setting.config, setting.dialplan, told)
    topics = longest(plan, TOPICS)
    asks = {topic.name: topic.asked[0] for topic in topics}
    voices = [voice.name for voice in cast.VOICES[:3]]
    sounds = await cast.rendered(wanted(asks, voices), setting.progress)
    chance = random.Random(seed)
    made: list[_Made] = []
    streams = []
    bot = Bot(setting.directory, setting.config, setting.dialplan, environment=ENVIRONMENT)
    async with bot, UserAgent() as ua:
        answers = await stock_answers(plan, topics, setting.config)
        watch = Stopwatch()
        with Relay(BAD_NETWORK, seed=seed) as relay:
            for condition in conditions:
                overs = dealt(asks, sounds, voices, turns, chance)
                for at in range(0, turns, TURNS_A_CALL):
                    setting.progress(f"{condition.name}: turn {at + 1} of {turns}")
                    via = relay if condition.impaired else None
                    call, one = await _call(ua, bot.targets[0], overs[at : at + TURNS_A_CALL], condition, via)
                    streams.append(call.stream)
                    made.append(one)
        lines = list(ECHOES if alone else ())
        for at in range(0, len(lines), AT_ONCE):
            setting.progress(f"lines with an echo, nobody speaks over the bot: {at + 1} of {len(lines)}")
            calls = [
                _call(
                    ua, bot.targets[0], undisturbed(asks, sounds, voices, -(-alone // len(lines)), chance), line, None
                )
                for line in lines[at : at + AT_ONCE]
            ]
            for call, one in await asyncio.gather(*calls):
                streams.append(call.stream)
                made.append(one)
        harness = watch.harness(lateness(streams))
    own = judgements(bot.log)
    found = [_judged(one, turn, answers, own.get(one.sip_call_id, ())) for one in made for turn in one.turns]
    figures = (*figures_of(found), Figure("CPU of the harness", harness.cores, "cores", HARNESS_CORES))
    return Run("bargein", machine, harness, figures, (), identity, NOTES), tuple(found)


async def _call(
    ua: UserAgent, target: str, overs: Sequence[Over], condition: Condition, via: Relay | None
) -> tuple[Call, _Made]:
    call = await ua.call(target, caller="5550100", answer_within=20, reply_within=10, via=via)
    if condition.path is not None:
        call.stream.reflect(condition.path)
    turns: list[_Turn] = []
    try:
        await call.bot_speaks()
        for over in overs:
            await call.bot_quiet(for_ms=_DONE_MS)
            turns.append(await _turn(call, over))
    except (CallFailed, TimeoutError):
        pass  # what came before it counts; the turns that are missing are seen by their number
    await call.hang_up()
    return call, _Made(condition, call.dialog.call_id[:80], call.recording.bot, turns)


async def _turn(call: Call, over: Over) -> _Turn:
    await call.play(over.ask.samples)
    asked = call.now
    began = await call.bot_speaks(8.0)
    voice = None
    if over.clip is not None:
        await asyncio.sleep(over.after_s)
        voice = (await call.play(over.clip.samples)).start + over.clip.voiced.start
    await call.bot_quiet(for_ms=_DONE_MS)
    return _Turn(over, Span(max(asked - samples(0.5), began - samples(0.3)), call.now), voice)


def _judged(made: _Made, turn: _Turn, answers: Mapping[str, StockAnswer], own: Sequence[Judgement]) -> Spoken:
    over, answer = turn.over, answers[turn.over.topic]
    path, said = made.condition.name, over.clip.text if over.clip is not None else ""
    if turn.voice is None:
        lost = gaps(answer.wave, made.bot, turn.reply)
        alone = overlap(answer.wave, made.bot, turn.reply, turn.reply.start + samples(0.6))
        if lost is None or alone is None:
            return Spoken(path, over.kind, said, over.topic, judged=False)
        return Spoken(path, over.kind, said, over.topic, True, whole=alone.whole or not lost, dips=lost)
    found = overlap(answer.wave, made.bot, turn.reply, turn.voice)
    if found is None:
        return Spoken(path, over.kind, said, over.topic, judged=False)
    account = nearest(own, turn.voice / SAMPLE_RATE)
    resumed, whole = _went_on(found, account, len(answer.wave))
    cut = found.cut if resumed is None else None
    remembered = account.said if account is not None and cut is not None else None
    return Spoken(
        path, over.kind, said, over.topic, True, found.ducked, found.silent, resumed, whole,
        hushed=_since(account, account.silent if account else None),
        decided=_since(account, account.decided if account else None),
        words=answer.count(cut) if cut is not None else None,
        fewest=answer.count(found.sure) if cut is not None and found.sure is not None else None,
        remembered=answer.counted(remembered) if remembered else None,
    )  # fmt: skip


def _went_on(found: Overlap, account: Judgement | None, length: int) -> tuple[float | None, bool]:
    """After how many ms of silence the reply went on, and whether it came to its end. What follows one that was dropped
    may have its words and is another; what is left of one that was nearly over is too short to be found again, so the
    bot's word is taken for it."""
    if account is None or found.cut is None:
        return found.resumed, found.whole
    if account.dropped:
        return None, False
    if found.resumed is None and length - found.cut < SHORT and account.silent is not None:
        return 1000 * (account.decided - account.silent), True
    return found.resumed, found.whole


def _since(account: Judgement | None, at: float | None) -> float | None:
    """ms since the bot knew of the voice."""
    return None if account is None or at is None else round(1000 * (at - account.known), 1)
