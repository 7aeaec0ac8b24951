"""`offhook bench echo`: the line's echo canceller and speech detector without calls, on many replies and echo paths.

What the bot says comes back by synthetic paths (`telephony.testing.echo_path`), stratified by kind, level and delay; on
half of the lines a caller speaks over every second reply, on the others nobody does, and on half of either the jitter
buffer slips a frame every four seconds. Counted are voices where nobody spoke, callers who were not heard, and what the
recogniser makes of the callers behind the canceller.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import msgspec
import numpy as np

from agent.bench import cast
from agent.bench.bargein_script import DELAYS, LEVELS
from agent.bench.clip import Clip, Said, joined
from agent.bench.ears import Transcriber
from agent.bench.figures import Figure, Run, quantiles, share
from agent.bench.identity import identify
from agent.bench.listening import errors_in
from agent.bench.machine import describe
from agent.bench.suites import Setting
from agent.dialplan.load import load
from agent.models.store import ModelStore
from telephony.audio import FRAME_SAMPLES, SAMPLE_RATE, Samples, ms, samples, samples_of, to_pcm
from telephony.testing.echo_path import KINDS, EchoPath, Floats, Kind, Slipping
from telephony.testing.echo_rehearsal import Rehearsed, on_the_line, rehearse

REPLIES = 5  # on a line
GAP_S = (0.8, 1.6)  # between replies
OVER_S = (0.6, 1.4)  # from a reply's begin to the caller's over it
NOTICED = samples(1.0)  # after which a caller was not heard
SLIPS = Slipping(samples(4.0))
HEARD_AT_S = (1.0, 3.0, 5.0)  # of the bot's speech, where the ERLE is read
CAUGHT_PERCENT, WER_LINES = 95.0, 24
BOT, CALLER = cast.VOICES[3], cast.VOICES[0]
QUESTIONS = 12


class Line(msgspec.Struct, frozen=True):
    """What came of one line; times in ms, ERLE in dB after so many seconds of the bot's speech."""

    kind: Kind
    level_db: float
    delay_ms: float
    replies: int
    slips: bool
    alone: int  # voices where nobody spoke
    callers: int
    noticed: tuple[float, ...]  # ms after their first voiced sample, of those that were
    erle_db: tuple[float, ...]


@dataclass(frozen=True)
class _Scene:
    """A line to be rehearsed."""

    path: EchoPath
    talk: bool
    slips: bool  # the jitter buffer does
    seed: int


def _scene(path: EchoPath, number: int, seed: int) -> _Scene:
    """Every kind of path with and without a caller, and with and without slips."""
    rounds = number // (len(KINDS) * len(LEVELS) * len(DELAYS))
    return _Scene(path, bool((number + rounds) % 2), bool((number // 2 + rounds // 2) % 2), seed * 100_000 + number)


async def echo(setting: Setting, replies: int, seed: int) -> tuple[Run, tuple[Line, ...]]:
    """At least so many replies. Raises AgentError."""
    machine = describe()
    plan = load(setting.dialplan)
    identity = identify(setting.config, setting.dialplan, {"seed": seed, "replies": replies})
    said = [text for text in plan.stock_texts() if len(text.split()) >= 6][:40]
    asked = [text for topic in plan.topics for text in topic.asked if len(text.split()) >= 4][:QUESTIONS]
    sounds = await cast.rendered(
        [*((BOT.name, text) for text in said), *((CALLER.name, text) for text in asked)], setting.progress
    )
    bot = [sounds[BOT.name, text] for text in said]
    callers = [(text, sounds[CALLER.name, text]) for text in asked]
    paths = itertools.cycle(itertools.product(KINDS, LEVELS, DELAYS))
    scenes = [
        _scene(EchoPath(level, delay, kind, number), number, seed)
        for number, (kind, level, delay) in zip(range(-(-replies // REPLIES)), paths, strict=False)
    ]
    found: list[Line] = []
    with ProcessPoolExecutor(os.cpu_count(), initializer=_stage, initargs=(bot, callers)) as pool:
        jobs = [asyncio.wrap_future(pool.submit(_line, scene)) for scene in scenes]
        for number, job in enumerate(jobs, start=1):
            found.append(await job)
            setting.progress(f"line {number} of {len(jobs)}")
    setting.progress("what the recogniser makes of it")
    errors = await asyncio.to_thread(_word_errors, bot, callers, seed)
    figures = (*figures_of(found), *errors)
    return Run("echo", machine, None, figures, (), identity), tuple(found)


def figures_of(lines: Sequence[Line]) -> tuple[Figure, ...]:
    """Of all lines, then by stratum. Pure."""
    quiet = [line for line in lines if not line.callers]
    talked = [line for line in lines if line.callers]
    found = [share("replies that their own echo would have interrupted", _alone(quiet), _replies(quiet), 0.0)]
    slips = [line for line in quiet if line.slips]
    found.append(share("of those, where the jitter buffer slips", _alone(slips), _replies(slips)))
    caught, callers = sum(len(line.noticed) for line in talked), sum(line.callers for line in talked)
    found.append(share("callers over an echo who were not noticed", callers - caught, callers, 100 - CAUGHT_PERCENT))
    noticed = [after for line in talked for after in line.noticed]
    found += quantiles("from a caller's first sound to the detector's", noticed, ((0.5, None), (0.95, None)))
    for kind, level in itertools.product(KINDS, LEVELS):
        some = [line for line in lines if (line.kind, line.level_db) == (kind, level)]
        name = f"{kind}, {level:g} dB"
        none = [line for line in some if not line.callers]
        over = [line for line in some if line.callers]
        if none:
            found.append(share(f"{name}: interrupted by their echo", _alone(none), _replies(none)))
        if over:
            missed = sum(line.callers - len(line.noticed) for line in over)
            found.append(share(f"{name}: callers not noticed", missed, sum(line.callers for line in over)))
        for index, after in enumerate(HEARD_AT_S):
            values = [line.erle_db[index] for line in none if len(line.erle_db) > index]
            found += quantiles(f"{name}: ERLE after {after:g} s of speech", values, ((0.5, None),), "dB")
    return tuple(found)


def _alone(lines: Sequence[Line]) -> int:
    return sum(line.alone for line in lines)


def _replies(lines: Sequence[Line]) -> int:
    return sum(line.replies for line in lines)


# ── in the workers ─────────────────────────────────────────────────────────────────────────────────

_bot: list[Samples] = []
_callers: list[tuple[str, Samples]] = []


def _stage(bot: list[Samples], callers: list[tuple[str, Samples]]) -> None:
    _bot[:], _callers[:] = bot, callers


def _line(scene: _Scene) -> Line:
    chance = random.Random(scene.seed)
    sent, begins = _said(chance)
    caller, voices = _over(chance, sent, begins) if scene.talk else (np.zeros_like(sent), [])
    heard = caller + scene.path.echo(sent)
    if scene.slips:
        heard = SLIPS.heard(heard)
    heard = on_the_line(heard, np.zeros_like(heard), seed=scene.seed)
    found = rehearse(sent, heard, SLIPS.later) if scene.slips else rehearse(sent, heard)
    noticed = [_noticed(found, voice) for voice in voices]
    alone = 0 if voices else len(found.voices)
    return Line(
        scene.path.kind, scene.path.level_db, scene.path.delay_ms, len(begins), scene.slips, alone, len(voices),
        tuple(ms(after) for after in noticed if after is not None), _erle(found, sent),
    )  # fmt: skip


def _said(chance: random.Random) -> tuple[Floats, list[int]]:
    """A bot's side of a call, and where its replies begin."""
    parts: list[Floats] = []
    begins, at = [], 0
    for _ in range(REPLIES):
        for part in (_wave(chance.choice(_bot)), np.zeros(samples(chance.uniform(*GAP_S)), np.float32)):
            begins += [at] if part.any() else []
            parts.append(part)
            at += len(part)
    return np.concatenate(parts), begins


def _over(chance: random.Random, sent: Floats, begins: Sequence[int]) -> tuple[Floats, list[int]]:
    """A caller who speaks over every second reply from the second on, and where the voice begins."""
    wave, voices = np.zeros_like(sent), []
    for begin in begins[1::2]:
        text, sound = chance.choice(_callers)
        clip = joined([Said(text, sound)], chance.uniform(-27.0, -17.0))
        at = begin + samples(chance.uniform(*OVER_S))
        _say(wave, clip, at)
        voices.append(at + clip.voiced.start)
    return wave, voices


def _say(wave: Floats, clip: Clip, at: int) -> int:
    """Put the clip into the caller's sound, as far as there is room; where it ends."""
    part = _wave(clip.samples)[: len(wave) - at]
    wave[at : at + len(part)] += part
    return at + len(part)


def _noticed(found: Rehearsed, voice: int) -> int | None:
    known = [known - voice for at, known in found.voices if voice - samples(0.1) <= at <= voice + NOTICED]
    return known[0] if known else None


def _erle(found: Rehearsed, sent: Floats) -> tuple[float, ...]:
    """What the canceller thinks it takes off, after so many seconds of the bot's speech."""
    frames = sent[: len(found.passed) * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    spoken = np.cumsum(np.mean(frames**2, axis=1) > 1e-5) * FRAME_SAMPLES / SAMPLE_RATE
    return tuple(
        float(found.erle_db[int(np.argmax(spoken >= after))]) for after in HEARD_AT_S if spoken[-1] >= after
    )  # fmt: skip


def _wave(sound: Samples) -> Floats:
    return (sound.astype(np.float32) / 32768).astype(np.float32)


# ── near-end damage ────────────────────────────────────────────────────────────────────────────────


def _word_errors(bot: list[Samples], callers: list[tuple[str, Samples]], seed: int) -> tuple[Figure, ...]:
    """Word errors of callers who speak over a reply: without an echo, with one that is taken out, with one that is
    not."""
    _stage(bot, callers)
    transcriber = Transcriber.load(ModelStore())
    chance = random.Random(seed)
    ways: Mapping[str, tuple[EchoPath, bool]] = {
        "no echo": (EchoPath(-120, 120), True),
        "echo of -12 dB taken out": (EchoPath(-12, 120, "speakerphone", 1), True),
        "echo of -12 dB left in": (EchoPath(-12, 120, "speakerphone", 1), False),
    }
    errors, words = dict.fromkeys(ways, 0), 0
    for number in range(WER_LINES):
        sent, begins = _said(chance)
        text, sound = callers[number % len(callers)]
        clip = joined([Said(text, sound)], -22.0)
        at = begins[-1] + samples(0.5)
        caller = np.zeros_like(sent)
        end = _say(caller, clip, at)
        words += len(text.split())
        for name, (path, cancelled) in ways.items():
            heard = on_the_line(caller, path.echo(sent), seed=number)
            wave = rehearse(sent, heard).wave if cancelled else samples_of(to_pcm(heard))
            said = transcriber.transcribe(wave[max(0, at - samples(0.1)) : end + samples(0.3)])
            errors[name] += min(errors_in(text.split(), said.split()), len(text.split()))
    return tuple(share(f"word errors over a reply, {name}", count, words) for name, count in errors.items())
