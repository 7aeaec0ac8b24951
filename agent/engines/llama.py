"""The border to llama.cpp: replies streamed token by token, from prefixes that are kept between turns.

::

    generate() ─► Generation (job) ─► LlamaScheduler (one thread, most urgent step first)
        ▲                                 │ KeptPrefixes: a sequence a call, the system prompt computed once
        └── asyncio.Queue ◄── pieces ◄────┘ LlamaContext: llama_decode in batches of 32
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from agent.engines.contract import Priority
from agent.engines.kept_prefixes import KeptPrefixes
from agent.engines.llama_generation import Generation, Prompt
from agent.engines.llama_native import LlamaContext
from agent.engines.llama_scheduler import LlamaScheduler
from agent.engines.llama_template import Template, template_for
from agent.errors import EngineError

QUEUE_LIMIT = 32
SHARED = 2  # sequences set aside for system prompts
CELLS = 2_048  # tokens of all calls together: 49 MB with SmolLM2-135M


class LlamaModel:
    """The loaded model. `generate` and `forget` belong to an event loop; the work is done on one thread."""

    def __init__(self, context: LlamaContext, template: Template) -> None:
        self._context = context
        self._template = template
        self._kept = KeptPrefixes(context, context.sequences, context.cells)
        self._scheduler = LlamaScheduler(QUEUE_LIMIT)

    @classmethod
    def load(cls, path: Path, threads: int = 1, sequences: int = 8, cells: int = CELLS) -> LlamaModel:
        """Load the GGUF `path` for `sequences` calls at once (blocking, 0.3 s for 100 MB). Raises ModelError.

        llama.cpp's threads wait for each other spinning: with two of them on two cores that others use too, 55
        tokens a second become 2. So one thread is the default; more only where cores are free.
        """
        context = LlamaContext(path, threads, sequences + SHARED, cells)
        try:
            template = template_for(context.meta("tokenizer.chat_template"))
        except Exception:  # whatever it is goes on; the context must not outlive it
            context.close()
            raise
        return cls(context, template)

    async def generate(
        self, call: str, system: str, turns: Sequence[tuple[str, str]], max_tokens: int, priority: Priority
    ) -> AsyncGenerator[str, None]:
        """Stream the reply to `turns` ((role, text)), greedily. Closing the iterator stops the work at the next
        batch. Raises ContextFull, LanguageModelError."""
        prompt = Prompt(call, self._template.system(system), self._template.turns(turns), max_tokens)
        async with contextlib.aclosing(self._stream(prompt, priority)) as pieces:
            async for piece in pieces:
                yield piece

    async def prepare(self, system: str) -> None:
        """Compute the prefix that calls with this system prompt share (about 2 ms a token), in the background of
        everything else. Raises LanguageModelError."""
        async for _ in self._stream(Prompt("", self._template.system(system), (), 0), Priority.BACKGROUND):
            pass

    async def forget(self, call: str) -> None:
        """Free the call's sequence."""
        self._scheduler.errand(lambda: self._kept.forget(f"call {call}"))

    def close(self) -> None:
        """End the thread and free the model."""
        self._scheduler.close()
        self._context.close()

    async def _stream(self, prompt: Prompt, priority: Priority) -> AsyncGenerator[str, None]:
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[str | EngineError | None] = asyncio.Queue()

        def emit(item: str | EngineError | None) -> None:
            try:
                loop.call_soon_threadsafe(pieces.put_nowait, item)
            except RuntimeError:  # the loop is closed, nobody waits any more
                job.cancel()

        job = Generation(self._context, self._kept, prompt, priority, emit)
        self._scheduler.submit(job)
        try:
            while (item := await pieces.get()) is not None:
                if isinstance(item, EngineError):
                    raise item
                yield item
        finally:
            job.cancel()
