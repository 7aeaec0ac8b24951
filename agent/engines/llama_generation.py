"""One reply being generated: a job that advances by one small prefill batch or one token a step.

Each step first aligns its sequence with the tokens so far, so a job may be overtaken at any step, even by another in
the same sequence, and goes on from what is left of its prefix. A draft pauses when nobody takes what it has made.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable

import msgspec
import numpy as np

from agent.engines.contract import Priority, Urgency
from agent.engines.kept_prefixes import Held
from agent.engines.lanes import Lanes
from agent.engines.llama_native import LlamaContext
from agent.engines.llama_template import Segment
from agent.errors import ContextFull, EngineError, LanguageModelError

STEP = 8  # tokens of one llama_decode: what more urgent work waits for; 32 cost a twentieth less a token
AHEAD = 4  # pieces that a draft makes before somebody takes them

Threads = Callable[[Priority], int]  # for a step of that priority
Emit = Callable[[str | EngineError | None], None]  # a piece of text, the error that ended it, None at the end


class Prompt(msgspec.Struct, frozen=True):
    """What is asked of the model for one call; calls share the computed `system` part. Without `turns` only that is
    computed."""

    call: str
    system: tuple[Segment, ...]
    turns: tuple[Segment, ...]
    max_tokens: int


class Generation:
    """Greedy decoding of the reply to a prompt."""

    def __init__(
        self, context: LlamaContext, lanes: Lanes, prompt: Prompt, urgency: Urgency, emit: Emit, *, threads: Threads
    ) -> None:
        self.cancelled = False
        self._context = context
        self._kept = lanes.kept
        self._lanes = lanes
        self._prompt = prompt
        self._urgency = urgency
        self._threads = threads
        self._left = prompt.max_tokens
        self._emit = emit
        self._lane = ""
        self._tokens: list[int] = []
        self._shared: list[int] = []
        self._prefix = ""
        self._text = codecs.getincrementaldecoder("utf-8")("replace")
        self._made = 0  # pieces
        self._taken = 0
        self._done = False
        self.decoded = 0  # tokens of the turns and of the reply, not of what calls share

    @property
    def priority(self) -> Priority:
        """How urgent it is now."""
        return self._urgency.priority

    @property
    def pausing(self) -> bool:
        """A draft that is as far ahead as it may be."""
        return self._made - self._taken >= AHEAD and self.priority >= Priority.DRAFT

    @property
    def over(self) -> bool:
        """Nothing will be decoded any more."""
        return self._done or self.cancelled

    def take(self) -> bool:
        """A piece was taken; whether the job paused until now."""
        paused = self.pausing
        self._taken += 1
        return paused

    def cancel(self) -> None:
        """Stop at the next step; from any thread."""
        self.cancelled = True

    def fail(self, error: EngineError) -> None:
        self._done = True
        self._emit(error)

    def step(self) -> bool:
        """One llama_decode of at most STEP tokens. Raises LanguageModelError."""
        self._context.use(self._threads(self.priority))
        self._done = self._step()
        return self._done

    def _step(self) -> bool:
        if not self._tokens:
            self._tokenise()
        if not self._kept.holds(self._prefix, self._shared):
            self._advance(self._kept.align(self._prefix, self._shared), self._shared)
            return False
        if not self._prompt.turns:
            self._emit(None)
            return True
        self._lane = self._lane or self._lanes.take(self._prompt.call, self._tokens, self)
        held = self._kept.align(self._lane, self._tokens, self._prefix, len(self._shared))
        before = len(held.tokens)
        whole = self._advance(held, self._tokens)
        self.decoded += len(held.tokens) - before
        return self._choose() if whole else False

    def _tokenise(self) -> None:
        self._shared = self._context.tokens(self._prompt.system)
        self._prefix = f"system {hash(tuple(self._shared)):x}"
        self._tokens = self._shared + self._context.tokens(self._prompt.turns)
        if len(self._tokens) + self._left > self._context.cells:
            raise ContextFull(
                f"a prompt of {len(self._tokens)} tokens and a reply of {self._left} do not fit into a context of "
                f"{self._context.cells}"
            )

    def _advance(self, held: Held, tokens: list[int]) -> bool:
        """Decode the next batch; True when all of `tokens` is in the sequence and its logits are there."""
        start = len(held.tokens)
        batch = tokens[start : start + STEP]
        self._context.decode(held.number, start, batch)
        held.tokens += batch
        return len(held.tokens) == len(tokens)

    def _choose(self) -> bool:
        logits = self._context.logits()
        token = int(np.argmax(logits))
        if not np.isfinite(logits[token]):
            raise LanguageModelError("the model gave no finite probability: its file may be damaged")
        self._left -= 1
        over = self._context.ends(token)
        if not over:
            self._tokens.append(token)
        over = over or self._left <= 0
        piece = self._text.decode(b"" if self._context.ends(token) else self._context.piece(token), final=over)
        if piece:
            self._made += 1
            self._emit(piece)
        if over:
            self._emit(None)
        return over
