"""Whether the caller's thought is finished, asked of the language model without generating anything.

The model reads a transcript of telephone calls, the bot's last question and the caller's words so far. What it would
put next tells: a full stop, a question mark, an exclamation mark or the end of the line says that they are done. One
`llama_decode` of the words that are new since the last question of the call is all that it costs (15 ms for one).

The transcript in front is computed once and shared by all calls, as a system prompt is.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np
import numpy.typing as npt

from agent.engines.contract import Priority
from agent.engines.kept_prefixes import Held, KeptPrefixes
from agent.engines.llama_native import BATCH, LlamaContext
from agent.engines.llama_template import Segment
from agent.errors import EngineError, LanguageModelError

# Lower case and punctuated, as no recogniser writes: the model shall think of marks, and the caller's words have none.
# One of each kind of turn, short ones too, or the model takes a bare "hello" or "four" for a beginning.
TRANSCRIPT = """\
agent: hello, how can i help you?
caller: hello.
agent: hello. what can i do for you?
caller: hi, i'd like to know what time you open on saturday.
agent: at nine.
caller: okay.
agent: is there anything else?
caller: i need to change my appointment.
agent: how many people is it for?
caller: four.
agent: could you spell your name for me?
caller: m i l l e r.
agent: thank you. what number can we call you back on?
caller: it's two oh two, five five five, zero one three nine.
agent: is that right?
caller: yes, that's right.
agent: what is your name, please?
caller: daniel foster.
agent: and what is it about?
caller: my washing machine is broken.
agent: is there anything else i can help with?
caller: well, i was wondering whether the price for the large one, the blue one, includes delivery.
agent: it does.
caller: does it come with a warranty?
agent: yes, two years.
caller: can i return it?
agent: of course.
caller: all right, thank you.
"""
_SHARED = "endings"
_ENDS = (".", "?", "!", "\n")
_QUESTION_WORDS = 30  # of the bot's last words
_SAID_WORDS = 60  # of the caller's: what is further back says nothing about the end

Answer = Callable[[float | EngineError], None]


class Asked(msgspec.Struct, frozen=True):
    """The caller's words `said` (no punctuation) after the bot's `question`, "" when it asked nothing."""

    call: str
    question: str
    said: str

    @property
    def text(self) -> str:
        """What follows the transcript, up to the caller's last word."""
        asked = " ".join(self.question.lower().split()[-_QUESTION_WORDS:])
        words = self.said.lower().split()[-_SAID_WORDS:]
        return (f"agent: {asked}\n" if asked else "") + " ".join(("caller:", *words))


class Question:
    """A job for the scheduler: the log odds that `asked.said` is finished; or, without `answer`, only the reading of
    words that are already known."""

    def __init__(
        self,
        context: LlamaContext,
        kept: KeptPrefixes,
        asked: Asked | None,
        priority: Priority,
        answer: Answer,
        *,
        threads: int = 1,
    ) -> None:
        """`asked` None: only the transcript is computed. `answer` is called once, on the scheduler's thread."""
        self.priority = priority
        self.cancelled = False
        self.pausing = False
        self._context = context
        self._kept = kept
        self._asked = asked
        self._answer = answer
        self._threads = threads
        self._shared: list[int] = []
        self._tokens: list[int] = []

    def cancel(self) -> None:
        """Stop at the next step; from any thread."""
        self.cancelled = True

    def fail(self, error: EngineError) -> None:
        self._answer(error)

    def step(self) -> bool:
        """One llama_decode of at most BATCH tokens. Raises LanguageModelError."""
        self._context.use(self._threads)
        if not self._shared:
            self._shared = self._context.tokens((Segment(TRANSCRIPT, False),))
            if self._asked:
                self._tokens = self._shared + self._context.tokens((Segment(self._asked.text, False),))
        if not self._kept.holds(_SHARED, self._shared):
            self._advance(self._kept.align(_SHARED, self._shared), self._shared)
            return False
        if self._asked:
            held = self._kept.align(sequence_of(self._asked.call), self._tokens, _SHARED, len(self._shared))
            if not self._advance(held, self._tokens):
                return False
        self._answer(self._odds() if self._asked else 0.0)
        return True

    def _advance(self, held: Held, tokens: list[int]) -> bool:
        start = len(held.tokens)
        batch = tokens[start : start + BATCH]
        self._context.decode(held.number, start, batch)
        held.tokens += batch
        return len(held.tokens) == len(tokens)

    def _odds(self) -> float:
        ends = [self._context.tokens((Segment(mark, False),))[0] for mark in _ENDS]
        odds = log_odds(self._context.logits(), [*ends, *self._context.enders])
        if not np.isfinite(odds):
            raise LanguageModelError("the model gave no finite probability: its file may be damaged")
        return odds


def sequence_of(call: str) -> str:
    """The owner of the tokens that are kept for a call's questions."""
    return f"ending of {call}"


def log_odds(logits: npt.NDArray[np.float32], chosen: list[int]) -> float:
    """Log of P(chosen) / P(anything else) under the softmax of `logits`, shape (vocabulary,)."""
    shifted = logits.astype(np.float64) - float(np.max(logits))
    rest = np.ones(len(shifted), dtype=bool)
    rest[chosen] = False
    return float(np.logaddexp.reduce(shifted[~rest]) - np.logaddexp.reduce(shifted[rest]))
