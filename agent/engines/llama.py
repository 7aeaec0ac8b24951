"""The border to llama.cpp: replies streamed token by token, from prefixes that are kept between turns.

::

    generate() ─► Generation (job) ─► LlamaScheduler (one thread, most urgent step first)
        ▲                                 │ Lanes, KeptPrefixes: sequences of a call, the system prompt computed once
        └── asyncio.Queue ◄── pieces ◄────┘ LlamaContext: llama_decode in small batches
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from agent.engines.contract import Priority, Urgency
from agent.engines.kept_prefixes import KeptPrefixes
from agent.engines.lanes import LANES, Lanes
from agent.engines.llama_generation import Generation, Prompt
from agent.engines.llama_native import LlamaContext
from agent.engines.llama_question import Asked, Question, sequence_of
from agent.engines.llama_scheduler import LlamaScheduler
from agent.engines.llama_template import Template, template_for
from agent.errors import EngineError

QUEUE_LIMIT = 32
A_CALL = LANES + 1  # sequences: those of its replies, one for whether its caller is done
SHARED = 3  # sequences set aside for what calls share: system prompts, the transcript before endpoint questions
CELLS = 1_280  # tokens of all calls together: 30 MB with SmolLM2-135M; four calls of the workshop took 397


class LlamaModel:
    """The loaded model. `generate` and `forget` belong to an event loop; the work is done on one thread."""

    def __init__(self, context: LlamaContext, template: Template, threads: int = 1, alone: int = 1) -> None:
        self._context = context
        self._template = template
        self._kept = KeptPrefixes(context, context.sequences, context.cells)
        self._lanes = Lanes(self._kept)
        self._scheduler = LlamaScheduler(QUEUE_LIMIT)
        self._calls: set[str] = set()
        self._few, self._many = threads, alone
        self.wasted = 0  # tokens that were computed for drafts which nobody wanted in the end

    @classmethod
    def load(
        cls, path: Path, threads: int = 1, sequences: int = 8, cells: int = CELLS, alone: int | None = None
    ) -> LlamaModel:
        """Load the GGUF `path` for `sequences` calls at once (blocking, 0.3 s for 100 MB). Raises ModelError.

        llama.cpp's threads wait for each other spinning: with two of them on two cores that others use too, 55
        tokens a second become 2. So one thread is the default. Only a committed reply to the one call there is has
        `alone` threads (two where there are two cores): on an idle machine 31 tokens read and 12 written take 180 ms
        then instead of 330, in a call little less than before.
        """
        many = alone if alone is not None else min(2, os.cpu_count() or 1)
        context = LlamaContext(path, threads, A_CALL * sequences + SHARED, cells)
        try:
            template = template_for(context.meta("tokenizer.chat_template"))
        except Exception:  # whatever it is goes on; the context must not outlive it
            context.close()
            raise
        return cls(context, template, threads, max(threads, many))

    async def generate(
        self, call: str, system: str, turns: Sequence[tuple[str, str]], max_tokens: int, priority: Priority | Urgency
    ) -> AsyncGenerator[str, None]:
        """Stream the reply to `turns` ((role, text)), greedily. Closing the iterator stops the work at the next
        batch. A draft goes only a few tokens further than they are taken. Raises ContextFull, LanguageModelError."""
        self._calls.add(call)
        prompt = Prompt(call, self._template.system(system), self._template.turns(turns), max_tokens)
        async with contextlib.aclosing(self._stream(prompt, Urgency.of(priority))) as pieces:
            async for piece in pieces:
                yield piece

    async def prepare(self, system: str) -> None:
        """Compute the prefix that calls with this system prompt share (about 2 ms a token), and that of the endpoint
        questions, in the background of everything else. Raises LanguageModelError."""
        async for _ in self._stream(Prompt("", self._template.system(system), (), 0), Urgency(Priority.BACKGROUND)):
            pass
        await self._ask(None, Priority.BACKGROUND)

    async def odds(self, call: str, question: str, said: str) -> float:
        """Log odds that a caller who said `said` (no punctuation) after the bot's `question` is done. 15 ms for a
        new word, more for more, before everything else. Raises LanguageModelError."""
        return await self._ask(Asked(call, question, said), Priority.ENDPOINT)

    async def expect(self, call: str, question: str, said: str) -> None:
        """Read words that are already known, so that `odds` of these and more has little to read. Raises
        LanguageModelError."""
        await self._ask(Asked(call, question, said), Priority.DRAFT)

    async def forget(self, call: str) -> None:
        """Free the call's sequences."""
        self._calls.discard(call)
        self._scheduler.errand(lambda: self._lanes.forget(call))
        self._scheduler.errand(lambda: self._kept.forget(sequence_of(call)))

    def _threads(self, priority: Priority) -> int:
        return self._many if len(self._calls) <= 1 and priority <= Priority.COMMITTED else self._few

    def close(self) -> None:
        """End the thread, which frees the model after the step in work: of a big one that may take longer than this
        waits."""
        self._scheduler.close(self._context.close)

    async def _ask(self, asked: Asked | None, priority: Priority) -> float:
        if asked is not None:
            self._calls.add(asked.call)
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[float | EngineError] = loop.create_future()

        def settle(answer: float | EngineError) -> None:
            if not answered.done():
                answered.set_result(answer)

        def answer(odds: float | EngineError) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed, nobody waits any more
                loop.call_soon_threadsafe(settle, odds)

        job = Question(self._context, self._kept, asked, priority, answer, threads=self._few)
        self._scheduler.submit(job)
        try:
            found = await answered
        finally:
            job.cancel()
        if isinstance(found, EngineError):
            raise found
        return found

    async def _stream(self, prompt: Prompt, urgency: Urgency) -> AsyncGenerator[str, None]:
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[str | EngineError | None] = asyncio.Queue()

        def emit(item: str | EngineError | None) -> None:
            try:
                loop.call_soon_threadsafe(pieces.put_nowait, item)
            except RuntimeError:  # the loop is closed, nobody waits any more
                job.cancel()

        job = Generation(self._context, self._lanes, prompt, urgency, emit, threads=self._threads)
        urgency.watch(self._scheduler.look_again)
        self._scheduler.submit(job)
        try:
            while (item := await pieces.get()) is not None:
                if isinstance(item, EngineError):
                    raise item
                if job.take():
                    self._scheduler.look_again()
                yield item
        finally:
            if not job.over and job.priority >= Priority.DRAFT:
                self.wasted += job.decoded
            job.cancel()
