"""What drafts cost, and what they leave behind: the model's prefix after a cancelled one, and who waits for whom.

No calls: the engines alone, one question after the other. A round is a caller whose words are drafted as far as they
are known and answered when they are complete.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from time import perf_counter

from agent.bench.figures import Figure, percentiles
from agent.engines.contract import Priority
from agent.engines.llama import LlamaModel
from agent.engines.piper import PiperEngine
from agent.models.store import ModelStore

_SYSTEM = (
    "You are the assistant of Harbour Bikes, a bicycle shop with a workshop near the harbour. You are on the "
    "telephone. Answer in one short, polite sentence. Don't promise anything, and don't make up facts about the shop."
)
_HISTORY = (
    ("user", "hello there how are you today"),
    ("assistant", "I'm doing well, thank you. How can I help?"),
    ("user", "oh i was just wondering whether you are a real person"),
    ("assistant", "I'm an automated assistant, but I'll do my best."),
)
_KNOWN = "that is fine i was thinking about going for a ride along the coast this weekend if the weather is good"
_REST = "what do you think"
_CLAUSE = "You can park behind the shop."
_DRAFT_CLAUSE = "Of course you can leave it here until Monday,"

Progress = Callable[[str], None]


async def measure(rounds: int = 20, progress: Progress = lambda what: None) -> tuple[Figure, ...]:
    """Load the default model and voice and measure. Raises ModelError, LanguageModelError, VoiceError."""
    store = ModelStore()
    model = await asyncio.to_thread(LlamaModel.load, store.path("smollm2-135m"))
    try:
        progress("the model's prefix after a cancelled draft")
        figures = await _prefixes(model, rounds)
        progress("a reply of the model while drafts run")
        figures += await _beside_drafts(model, rounds)
    finally:
        await asyncio.to_thread(model.close)
    voice = await asyncio.to_thread(PiperEngine.load, store.path("piper-en-us-joe"))
    try:
        progress("a render while drafts are rendered")
        figures += await _renders(voice, rounds)
    finally:
        await asyncio.to_thread(voice.close)
    return figures


async def _prefixes(model: LlamaModel, rounds: int) -> tuple[Figure, ...]:
    """Time to the first token of the reply to the whole words: their beginning drafted and cancelled; with only the
    system prompt kept; with nothing kept."""
    await model.prepare(_SYSTEM)
    kept, shared, nothing = [], [], []
    for number in range(rounds):
        draft = model.generate("kept", _SYSTEM, _turns(_KNOWN), 40, Priority.DRAFT)
        await anext(draft)
        await draft.aclose()
        kept.append(await _first_token(model, "kept", _SYSTEM))
        await model.forget("kept")
        shared.append(await _first_token(model, "shared", _SYSTEM))
        await model.forget("shared")
        nothing.append(await _first_token(model, "nothing", f"{number}. {_SYSTEM}"))
        await model.forget("nothing")
    return (
        percentiles("first token, prefix kept after a cancelled draft", kept),
        percentiles("first token, only the system prompt kept", shared),
        percentiles("first token, everything computed anew", nothing),
        Figure("tokens of cancelled drafts", round(model.wasted / rounds, 1), "a draft", None, rounds),
    )


async def _beside_drafts(model: LlamaModel, rounds: int) -> tuple[Figure, ...]:
    """Time to the first token of a reply whose prompt is known, with and without two drafts in the middle of reading
    their prompts or writing."""
    alone, beside = [], []
    await _first_token(model, "reply", _SYSTEM)
    for number in range(rounds):
        alone.append(await _first_token(model, "reply", _SYSTEM))
        async with _drafting(model, number):
            beside.append(await _first_token(model, "reply", _SYSTEM))
        for call in ("drafts 0", "drafts 1"):
            await model.forget(call)
    await model.forget("reply")
    return (
        percentiles("first token of a reply, no draft running", alone),
        percentiles("first token of a reply, two drafts running", beside),
    )


async def _renders(voice: PiperEngine, rounds: int) -> tuple[Figure, ...]:
    await voice.render(_CLAUSE)  # the first is slower: memory is laid out
    alone, beside = [], []
    for _ in range(rounds):
        alone.append(await _timed(voice.render(_CLAUSE)))
        drafts = [asyncio.create_task(voice.render(_DRAFT_CLAUSE, Priority.DRAFT)) for _ in range(2)]
        await asyncio.sleep(0.03)  # into the first of them
        beside.append(await _timed(voice.render(_CLAUSE)))
        for draft in drafts:
            draft.cancel()
        await asyncio.gather(*drafts, return_exceptions=True)
    return (
        percentiles("clause of five words rendered, no draft waiting", alone),
        percentiles("clause of five words rendered, two drafts in the queue", beside),
    )


@contextlib.asynccontextmanager
async def _drafting(model: LlamaModel, number: int) -> AsyncIterator[None]:
    """Two drafts at work, taken as fast as they come."""

    async def draft(call: str, words: str) -> None:
        async for _ in model.generate(call, f"{number}. {_SYSTEM}", _turns(words), 200, Priority.DRAFT):
            pass

    tasks = [asyncio.create_task(draft(f"drafts {at}", _KNOWN[at:])) for at in range(2)]
    await asyncio.sleep(0.05)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _first_token(model: LlamaModel, call: str, system: str) -> float:
    """Milliseconds."""
    reply = model.generate(call, system, _turns(f"{_KNOWN} {_REST}"), 8, Priority.COMMITTED)
    try:
        return await _timed(anext(reply))
    finally:
        await reply.aclose()


def _turns(words: str) -> Sequence[tuple[str, str]]:
    return (*_HISTORY, ("user", words))


async def _timed(work: Awaitable[object]) -> float:
    begun = perf_counter()
    await work
    return (perf_counter() - begun) * 1000.0
