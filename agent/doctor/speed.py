"""Times what a caller waits for, with the engines and models of the configuration: a flush, a clause, a draft."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from agent.engines.contract import Embedder, Final, LanguageModel, Priority, Recognised, RecogniserEngine, VoiceEngine

_CLAUSE = "We are open from nine to five."
_QUESTION = "could you tell me when you are open and whether there is parking near the shop"
_SYSTEM = "You answer the telephone of a small shop. Be short, friendly and honest."
_FRAME = 640  # bytes: 20 ms at 16 kHz
_REPEATS = 5
_DRAFT_TOKENS = 16
_FLUSH_LIMIT_S = 10.0

Engine = TypeVar("Engine")


class Timing(msgspec.Struct, frozen=True):
    """Wall-clock `median` and `worst` of a step in seconds, and the processor seconds that one takes."""

    median: float
    worst: float
    processor: float


class Speed(msgspec.Struct, frozen=True):
    """`listening` is processor seconds for a second of audio; `load` seconds to load every engine."""

    flush: Timing
    clause: Timing
    embedding: Timing
    first_token: Timing | None
    tokens_per_s: float
    listening: float
    load: float


class Paths(msgspec.Struct, frozen=True):
    """What to load; `language_model` None where the configuration has none."""

    recogniser: Path
    voice: Path
    embeddings: Path
    language_model: Path | None


def measure(paths: Paths, threads: int) -> Speed:
    """Load the engines and time them, 10-20 s. Raises ModelError and EngineError."""
    from agent.engines.llama import LlamaModel
    from agent.engines.minilm import MiniLm
    from agent.engines.piper import PiperEngine
    from agent.engines.vosk import VoskEngine

    began = time.perf_counter()
    recogniser = VoskEngine.load(paths.recogniser)
    voice = PiperEngine.load(paths.voice, threads=threads)
    embedder = MiniLm.load(paths.embeddings)
    model = LlamaModel.load(paths.language_model) if paths.language_model else None
    load = time.perf_counter() - began
    try:
        return asyncio.run(time_engines(recogniser, voice, embedder, model, load))
    finally:
        recogniser.close()
        voice.close()
        embedder.close()
        if model:
            model.close()


async def time_engines(
    recogniser: RecogniserEngine, voice: VoiceEngine, embedder: Embedder, model: LanguageModel | None, load: float
) -> Speed:
    """The timings alone, on engines that are loaded already in `load` seconds."""
    await voice.render(_CLAUSE)  # the first is slower: memory is laid out
    clause = await _timed(lambda: voice.render(_CLAUSE))
    spoken = (await voice.render(_QUESTION)).pcm
    listening, flushes = await _listen(recogniser, spoken)
    embedding = await _timed(lambda: asyncio.to_thread(embedder.embed, [_QUESTION]))
    first, rate = await _draft(model) if model else (None, 0.0)
    return Speed(_summary(flushes), clause, embedding, first, rate, listening, load)


async def _timed(work: Callable[[], object]) -> Timing:
    samples = []
    for _ in range(_REPEATS):
        wall, processor = time.perf_counter(), time.process_time()
        result = work()
        if asyncio.iscoroutine(result):
            await result
        samples.append((time.perf_counter() - wall, time.process_time() - processor))
    return _summary(samples)


def _summary(samples: list[tuple[float, float]]) -> Timing:
    walls = [wall for wall, _ in samples]
    return Timing(statistics.median(walls), max(walls), statistics.median(processor for _, processor in samples))


async def _listen(engine: RecogniserEngine, pcm: bytes) -> tuple[float, list[tuple[float, float]]]:
    """Processor seconds a second of speech, and the flushes' (wall, processor) seconds."""
    finals: asyncio.Queue[Final] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def on_result(result: Recognised) -> None:
        if isinstance(result, Final) and result.flushed:
            loop.call_soon_threadsafe(finals.put_nowait, result)

    recogniser = engine.open(on_result)
    flushes, spent = [], 0.0
    try:
        for turn in range(_REPEATS):
            before = time.process_time()
            for at in range(0, len(pcm), _FRAME):
                recogniser.feed((turn * len(pcm) + at) // 2, pcm[at : at + _FRAME])
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.3)  # whatever is queued is recognised before the flush is timed
            fed, wall = time.process_time(), time.perf_counter()
            recogniser.flush()
            await asyncio.wait_for(finals.get(), _FLUSH_LIMIT_S)
            flushes.append((time.perf_counter() - wall, time.process_time() - fed))
            spent += fed - before
    finally:
        recogniser.close()
    return spent / (_REPEATS * len(pcm) / 32_000), flushes


async def _draft(model: LanguageModel) -> tuple[Timing, float]:
    """Time to the first token with the shared prefix kept, and tokens a second after it."""
    samples, rates = [], []
    for number in range(_REPEATS):
        wall, processor = time.perf_counter(), time.process_time()
        first, count = 0.0, 0
        async for _ in model.generate(
            f"doctor {number}", _SYSTEM, [("user", _QUESTION)], _DRAFT_TOKENS, Priority.DRAFT
        ):
            first = first or time.perf_counter() - wall
            count += 1
        samples.append((first, time.process_time() - processor))
        rates.append(max(0, count - 1) / max(1e-6, time.perf_counter() - wall - first))
        await model.forget(f"doctor {number}")
    return _summary(samples[1:]), statistics.median(rates)  # the first fills the prefix
