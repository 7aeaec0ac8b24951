"""What the rest of the agent knows of an engine: small frozen values in and out, and no foreign type.

The real ones are `vosk.py`, `llama.py`, `piper.py` and `minilm.py`; `fakes.py` has one of each for tests.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import msgspec
import numpy as np
import numpy.typing as npt

Embeddings = npt.NDArray[np.float32]  # shape (n, 384), rows of unit length


class Word(msgspec.Struct, frozen=True):
    """One recognised word; `start` and `end` on the call clock (16 kHz samples)."""

    text: str
    start: int
    end: int
    confidence: float


class Partial(msgspec.Struct, frozen=True):
    """What the recogniser believes so far of the utterance; `at` is the call clock of the last sample it was fed. Told
    again with the same text when it has decoded more. `asked`: it answers a peek."""

    text: str
    at: int
    words: tuple[Word, ...] = ()  # with places, as far as the recogniser gives them
    asked: bool = False


class Final(msgspec.Struct, frozen=True):
    """A closed utterance. `flushed` when we asked for it, else the recogniser's own endpoint."""

    text: str
    words: tuple[Word, ...]
    at: int
    flushed: bool


class RecogniserFailed(msgspec.Struct, frozen=True):
    """The recogniser of this call failed once; it was opened anew if `recovered`."""

    reason: str
    at: int
    recovered: bool


Recognised = Partial | Final | RecogniserFailed


class Recogniser(Protocol):
    """One call's recogniser, on a thread of its own. All methods are thread-safe and never wait."""

    def feed(self, at: int, pcm: bytes) -> None:
        """Audio at call clock `at`; what was fed before, since the last flush or drop, is left out."""

    def peek(self) -> None:
        """Ask for a Partial of all that was fed so far; always answered. The utterance goes on, as if behind a short
        silence."""

    def flush(self) -> None:
        """Ask for a Final of what was fed so far; always answered, with empty text where there was none."""

    def drop(self) -> None:
        """Forget the utterance that was fed so far; always answered by a Final without words, flushed."""

    def settle(self, within: float) -> bool:
        """Wait until all is told that was fed and asked for before this call; False when `within` s are not enough. A
        call never does: it is for what is to come out the same however quickly it is fed."""

    def close(self) -> None: ...


UNKNOWN = "[unk]"


class PhraseRecogniser(Protocol):
    """A recogniser of a few known phrases and nothing else. Thread-safe."""

    def hear(self, pcm: bytes) -> tuple[Word, ...]:
        """The words in a short piece of 16 kHz PCM, places in samples from its begin; UNKNOWN for what is none of the
        phrases. Blocking, some 20 ms for a word or two. Raises RecogniserError."""


class RecogniserEngine(Protocol):
    """The loaded acoustic model. `on_result` is called from the recogniser's thread."""

    def warm(self, speech: Sequence[bytes]) -> None:
        """Have recognisers ready that have heard `speech` (utterances, 16 kHz PCM): the first words are quicker."""

    def open(self, on_result: Callable[[Recognised], None], grammar: Sequence[str] | None = None) -> Recogniser: ...

    def phrases(self, phrases: Sequence[str]) -> PhraseRecogniser:
        """One that knows these phrases; those with words that the model does not know are left out. Some 10 ms. Raises
        RecogniserError."""


class SpokenWord(msgspec.Struct, frozen=True):
    """Where a word lies in rendered audio, in 16 kHz samples."""

    text: str
    start: int
    end: int


class Spoken(msgspec.Struct, frozen=True):
    """Rendered speech: 16 kHz PCM with at most 10 ms of leading silence, and its words. A slice of it has the words
    that begin in it, even where they end in the next; `last` is false where another follows."""

    pcm: bytes
    words: tuple[SpokenWord, ...] = ()
    last: bool = True


class Priority(IntEnum):
    """Who goes first at an engine's queue; lower first."""

    ENDPOINT = 0
    COMMITTED = 1
    AHEAD = 2  # the rest of a committed reply, while what was made of it still plays
    DRAFT = 3
    BACKGROUND = 4


class Urgency:
    """The priority of work that may become urgent while it waits: a draft that is committed. Set from any thread;
    queues look at it whenever they choose what goes next, and are told when it changes."""

    __slots__ = ("_priority", "_told")

    def __init__(self, priority: Priority) -> None:
        self._priority = priority
        self._told: tuple[Callable[[], None], ...] = ()

    @property
    def priority(self) -> Priority:
        """How urgent it is now."""
        return self._priority

    @priority.setter
    def priority(self, priority: Priority) -> None:
        self._priority = priority
        for told in self._told:
            told()

    def watch(self, told: Callable[[], None]) -> None:
        """Have `told` called after each change, on the thread that made it."""
        if told not in self._told:
            self._told += (told,)

    @classmethod
    def of(cls, given: Priority | Urgency) -> Urgency:
        """`given` itself, or one that nobody else holds."""
        return given if isinstance(given, Urgency) else cls(given)


class VoiceEngine(Protocol):
    """The loaded voice. One thread renders; the queue is ordered by priority and bounded."""

    @property
    def identity(self) -> str:
        """Changes whenever the same text would sound different: model hash and settings."""

    async def render(self, text: str, priority: Priority | Urgency = Priority.COMMITTED) -> Spoken:
        """Speak `text` (already normalised for speech). Raises VoiceError. Cancelling the await stops the work. Work
        that is less urgent than COMMITTED makes way for what is more urgent, and is done anew."""

    def speak(self, text: str, priority: Priority | Urgency = Priority.COMMITTED) -> AsyncGenerator[Spoken]:
        """The same in slices, the first long before the last is made. Between two of them others have their turn."""


class Listened(msgspec.Struct, frozen=True):
    """What an audio model made of a turn's end."""

    over: float  # its own P(over)
    pooled: npt.NDArray[np.float32]  # shape (384,), the layer that this comes from


class TurnModel(Protocol):
    """The loaded audio model that hears whether a turn is over."""

    async def listen(self, pcm: bytes) -> Listened:
        """How 16 kHz PCM sounds that ends in the silence after a turn. Before all else; raises EndpointError."""


class Writer(Protocol):
    """A model that writes: here or far away."""

    def generate(
        self, call: str, system: str, turns: Sequence[tuple[str, str]], max_tokens: int, priority: Priority | Urgency
    ) -> AsyncIterator[str]:
        """Stream the reply to `turns` ((role, text), roles "user" and "assistant"), token by token. Closing the
        iterator stops the work at the next small batch; the call's kept prefix survives. Raises LanguageModelError."""

    async def forget(self, call: str) -> None:
        """Free what is kept for the call."""


class LanguageModel(Writer, Protocol):
    """The loaded model. One thread owns the context; a sequence a call."""

    async def prepare(self, system: str) -> None:
        """Compute the prefix that calls with this system prompt share, so that the first of them need not wait."""

    async def odds(self, call: str, question: str, said: str) -> float:
        """Log odds that a caller who said `said` (no punctuation) after the bot's `question` is done. Goes before
        everything else. Raises LanguageModelError."""

    async def expect(self, call: str, question: str, said: str) -> None:
        """Read words that are already known, so that `odds` of these and more has little to read. As urgent as a
        draft. Raises LanguageModelError."""


@dataclass(frozen=True, eq=False)
class Read:
    """A sentence as it is read in one pass: `whole`, its embedding, shape (384,), and its words (lower case), each
    `alone` and in its `context`, shape (words, 384), rows of unit length."""

    whole: Embeddings
    words: tuple[str, ...]
    alone: Embeddings
    context: Embeddings


class Embedder(Protocol):
    """Embeddings of sentences, and of their words."""

    @property
    def model(self) -> str:
        """Its name in the manifest: what was fitted to one model holds for no other."""

    def embed(self, sentences: Sequence[str]) -> Embeddings: ...

    def read(self, sentences: Sequence[str]) -> list[Read]: ...
