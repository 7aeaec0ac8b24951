"""`offhook bench bargein`: callers who speak over the bot, with and without the bot's echo on their line.

Every reply is recorded once as nobody disturbs it. Then it is spoken over in its middle: by a question, by a word of
protest, by a listening noise, or by nothing at all, and the recording tells when it was quiet and whether it went on.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from agent.bench import cast
from agent.bench.bot import Bot
from agent.bench.clip import Clip, Said, joined
from agent.bench.figures import Figure, Run, quantiles, share
from agent.bench.identity import identify
from agent.bench.latency_figures import HARNESS_CORES
from agent.bench.machine import Stopwatch, describe
from agent.bench.overlap import gaps, overlap
from agent.bench.questions import answer_of, kind_of
from agent.bench.suites import Setting
from agent.dialplan.load import load
from agent.dialplan.schema import Dialplan
from telephony.audio import Samples, samples
from telephony.errors import CallFailed
from telephony.testing.call import Call
from telephony.testing.caller import UserAgent
from telephony.testing.echo_path import EchoPath
from telephony.testing.measure import Span, audible_spans
from telephony.testing.media_thread import lateness

Kind = Literal["question", "protest", "backchannel", "nothing"]
MIX: Mapping[Kind, int] = {"question": 3, "protest": 3, "backchannel": 4, "nothing": 2}  # of twelve
PROTESTS = ("wait", "stop", "no", "hold on", "excuse me", "no wait a moment", "one moment please", "sorry stop there")
BACKCHANNELS = (
    "mm hmm",
    "uh huh",
    "yeah",
    "right",
    "okay",
    "i see",
    "sure",
    "great",
    "oh really",
    "yes yes",
    "all right",
)
PATHS: Mapping[str, EchoPath | None] = {
    "no echo": None,
    "hybrid, -12 dB, 120 ms": EchoPath(-12, 120, "hybrid", 1),
    "speakerphone, -6 dB, 400 ms": EchoPath(-6, 400, "speakerphone", 2),
    "speakerphone, -20 dB, 780 ms": EchoPath(-20, 780, "speakerphone", 3),
}
TURNS_A_CALL = 8
TOPICS = 8  # with the longest answers
SPOKEN_OVER_S = (0.9, 1.7)  # after the reply began
DUCKED_MS, SILENT_MS, STOPPED_MS = 150.0, 350.0, 700.0
_DONE_MS = 1_600  # the bot is done when it has been quiet for this long: a pause lasts up to 1.5 s


class Spoken(msgspec.Struct, frozen=True):
    """One turn as it is kept; times in ms, see `agent.bench.overlap.Overlap`. `judged`: it was the reply asked for."""

    path: str
    kind: Kind
    said: str
    topic: str
    judged: bool
    ducked: float | None = None
    silent: float | None = None
    resumed: float | None = None
    whole: bool = False
    dips: int = 0  # windows of a reply that nobody spoke over and that were quieter than they should be


@dataclass(frozen=True)
class _Over:
    """What to say over the answer to which topic."""

    topic: str
    ask: Clip
    kind: Kind
    clip: Clip | None
    after_s: float


@dataclass(frozen=True)
class _Turn:
    """Where it all lies on a recording."""

    over: _Over
    reply: Span
    voice: int | None


async def bargein(setting: Setting, turns: int, seed: int) -> tuple[Run, tuple[Spoken, ...]]:
    """`turns` on each kind of line. Raises AgentError, TelephonyError."""
    machine = describe()
    plan = load(setting.dialplan)
    identity = identify(setting.config, setting.dialplan, {"seed": seed, "turns": turns, "paths": list(PATHS)})
    asks = _asks(plan)
    voices = [voice.name for voice in cast.VOICES[:3]]
    wanted = [(voice, text) for voice in voices for text in (*asks.values(), *PROTESTS, *BACKCHANNELS)]
    sounds = await cast.rendered(wanted, setting.progress)
    chance = random.Random(seed)
    found: list[Spoken] = []
    streams = []
    async with Bot(setting.directory, setting.config, setting.dialplan) as bot, UserAgent() as ua:
        watch = Stopwatch()
        setting.progress("every reply once, undisturbed")
        plain = [_Over(topic, _clip(sounds, voices[0], text), "nothing", None, 0.0) for topic, text in asks.items()]
        references: dict[str, Samples] = {}
        for at in range(0, len(plain), TURNS_A_CALL):
            call, made = await _call(ua, bot.targets[0], plain[at : at + TURNS_A_CALL], None)
            streams.append(call.stream)
            track = call.recording.bot
            references |= {turn.over.topic: _sounding(track[turn.reply.start : turn.reply.end]) for turn in made}
        for name, path in PATHS.items():
            dealt = _dealt(asks, sounds, voices, turns, chance)
            for at in range(0, turns, TURNS_A_CALL):
                setting.progress(f"{name}: turn {at + 1} of {turns}")
                call, made = await _call(ua, bot.targets[0], dealt[at : at + TURNS_A_CALL], path)
                streams.append(call.stream)
                track = call.recording.bot
                found += [_judged(name, turn, references[turn.over.topic], track) for turn in made]
        harness = watch.harness(lateness(streams))
    figures = (*figures_of(found), Figure("CPU of the harness", harness.cores, "cores", HARNESS_CORES))
    return Run("bargein", machine, harness, figures, (), identity, NOTES), tuple(found)


NOTES = (
    "times from the caller's first voiced sample by its label; an echo is made of what the caller's end receives and "
    "is sent back with the caller's voice",
)


def figures_of(spoken: Sequence[Spoken]) -> tuple[Figure, ...]:
    """Of all lines together, then what was interrupted by nobody. Pure."""
    judged = [one for one in spoken if one.judged]
    meant = [one for one in judged if one.kind in ("question", "protest")]
    noises = [one for one in judged if one.kind == "backchannel"]
    alone = [one for one in judged if one.kind == "nothing"]
    found: list[Figure] = []
    ducked = [one.ducked for one in (*meant, *noises) if one.ducked is not None]
    silent = [one.silent for one in meant if one.silent is not None]
    found += quantiles("15 dB quieter after the caller's voice", ducked, ((0.5, None), (0.95, DUCKED_MS)))
    found += quantiles("silent for a question or a protest", silent, ((0.5, None), (0.95, SILENT_MS)))
    talked_on = [one for one in meant if one.silent is None or one.silent > STOPPED_MS or one.resumed is not None]
    found.append(share("talked on over a question or a protest", len(talked_on), len(meant), 0.0))
    ended = [one for one in noises if not one.whole]
    found.append(share("replies that a listening noise ended", len(ended), len(noises), 5.0))
    interrupted = [one for one in alone if not one.whole]
    found.append(share("replies that nobody spoke over and that did not end", len(interrupted), len(alone), 0.0))
    dipped = [one for one in alone if one.dips]
    found.append(share("replies that nobody spoke over and that were quieter for a while", len(dipped), len(alone)))
    for name in PATHS:
        some = [one for one in meant if one.path == name]
        caught = [one for one in some if one not in talked_on]
        if some:
            found.append(share(f"{name}: questions and protests caught", len(caught), len(some)))
    found.append(Figure("turns with another reply", len(spoken) - len(judged), "", None, len(spoken)))
    return tuple(found)


def _asks(plan: Dialplan) -> dict[str, str]:
    """The topics with the longest stock answers, and how each is asked for."""
    stock = [topic for topic in plan.topics if kind_of(topic) == "stock" and getattr(topic, "action", None) is None]
    longest = sorted(stock, key=lambda topic: -len(answer_of(topic)))[:TOPICS]
    return {topic.name: topic.asked[0] for topic in longest}


def _clip(sounds: cast.Sounds, voice: str, text: str) -> Clip:
    return joined([Said(text, sounds[voice, text])], voice=voice)


def _dealt(
    asks: Mapping[str, str], sounds: cast.Sounds, voices: Sequence[str], turns: int, chance: random.Random
) -> list[_Over]:
    kinds = [kind for kind, count in MIX.items() for _ in range(count)]
    found = []
    for number in range(turns):
        if number % len(kinds) == 0:
            chance.shuffle(kinds)
        kind, voice, topic = kinds[number % len(kinds)], chance.choice(voices), chance.choice(list(asks))
        other = chance.choice([text for name, text in asks.items() if name != topic])
        said = {"question": other, "protest": chance.choice(PROTESTS), "backchannel": chance.choice(BACKCHANNELS)}
        clip = _clip(sounds, voice, said[kind]) if kind in said else None
        found.append(_Over(topic, _clip(sounds, voice, asks[topic]), kind, clip, chance.uniform(*SPOKEN_OVER_S)))
    return found


async def _call(ua: UserAgent, target: str, overs: Sequence[_Over], path: EchoPath | None) -> tuple[Call, list[_Turn]]:
    call = await ua.call(target, caller="5550100", answer_within=20, reply_within=10)
    if path is not None:
        call.stream.reflect(path)
    made: list[_Turn] = []
    try:
        await call.bot_speaks()
        for over in overs:
            await call.bot_quiet(for_ms=_DONE_MS)
            made.append(await _turn(call, over))
    except (CallFailed, TimeoutError):
        pass  # what came before it counts; the turns that are missing are seen by their number
    await call.hang_up()
    return call, made


async def _turn(call: Call, over: _Over) -> _Turn:
    await call.play(over.ask.samples)
    asked = call.now
    began = await call.bot_speaks(8.0)
    voice = None
    if over.clip is not None:
        await asyncio.sleep(over.after_s)
        voice = (await call.play(over.clip.samples)).start + over.clip.voiced.start
    await call.bot_quiet(for_ms=_DONE_MS)
    return _Turn(over, Span(max(asked - samples(0.5), began - samples(0.3)), call.now), voice)


def _sounding(track: Samples) -> Samples:
    spans = audible_spans(track, bridge_ms=_DONE_MS)
    return track[spans[0].start : spans[-1].end] if spans else track[:0]


def _judged(path: str, turn: _Turn, reference: Samples, bot: Samples) -> Spoken:
    over = turn.over
    said = over.clip.text if over.clip is not None else ""
    if turn.voice is None:
        lost = gaps(reference, bot, turn.reply)
        whole = overlap(reference, bot, turn.reply, turn.reply.start + samples(0.6))
        if lost is None or whole is None:
            return Spoken(path, over.kind, said, over.topic, judged=False)
        return Spoken(path, over.kind, said, over.topic, True, whole=whole.whole, dips=lost)
    found = overlap(reference, bot, turn.reply, turn.voice)
    if found is None:
        return Spoken(path, over.kind, said, over.topic, judged=False)
    return Spoken(
        path, over.kind, said, over.topic, True, found.ducked, found.silent, found.resumed, found.whole
    )  # fmt: skip
