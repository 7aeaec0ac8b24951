"""One fake of each engine: deterministic, scriptable, able to fail or hang on demand, without a model or a sleep.

They answer at once and on the caller's thread, so a test decides when things happen: `FakeRecogniser.tell` is what a
recogniser's thread would do, and an engine that `hangs` waits for `release`.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence

import numpy as np

from agent.engines.contract import (
    Embeddings,
    Final,
    Partial,
    Priority,
    Read,
    Recognised,
    RecogniserFailed,
    Spoken,
    SpokenWord,
    Urgency,
    Word,
)
from agent.errors import EmbeddingError, LanguageModelError, RecogniserError, VoiceError
from telephony.audio import FRAME_SAMPLES, SAMPLE_RATE, to_pcm

WORD_SAMPLES = SAMPLE_RATE // 4  # a fake word lasts 250 ms


class FakeRecogniser:
    """Keeps what it is fed; a peek or a flush hears the next scripted text ("" when the script is at its end). What is
    fed once more is heard once more."""

    def __init__(self, on_result: Callable[[Recognised], None], script: list[str]) -> None:
        self._on_result = on_result
        self._script = script
        self._heard: list[Word] = []
        self._first = 0  # of `_heard`, how many words are not of this utterance
        self.fed: list[tuple[int, bytes]] = []
        self.at = 0
        self.flushes = 0
        self.closed = False
        self.fails_next = False
        self.mute = False  # hangs: a peek is not answered until `answer`

    def feed(self, at: int, pcm: bytes) -> None:
        self.fed.append((at, pcm))
        if at < self.at:
            self._first = sum(word.end <= at for word in self._heard)
        self.at = at + len(pcm) // 2
        if self.fails_next:
            self.fails_next = False
            self._first = len(self._heard)
            self.tell(RecogniserFailed("scripted failure", self.at, recovered=True))

    def peek(self) -> None:
        if not self.mute:
            self.answer()

    def answer(self) -> None:
        """Answer a peek."""
        self._hear()
        words = tuple(self._heard[self._first :])
        self.tell(Partial(" ".join(word.text for word in words), self.at, words, asked=True))

    def flush(self) -> None:
        self.flushes += 1
        if self._first == len(self._heard):
            self._hear()
        words = tuple(self._heard[self._first :])
        self._first = len(self._heard)
        self.tell(Final(" ".join(word.text for word in words), words, self.at, flushed=True))

    def drop(self) -> None:
        self._first = len(self._heard)
        self.tell(Final("", (), self.at, flushed=True))

    def settle(self, within: float) -> bool:
        return not self.mute

    def partial(self, text: str) -> None:
        self.tell(Partial(text, self.at))

    def tell(self, result: Recognised) -> None:
        if not self.closed:
            self._on_result(result)

    def close(self) -> None:
        self.closed = True

    def _hear(self) -> None:
        self._heard += final(self._script.pop(0) if self._script else "", self.at).words


class LiteralRecogniser:
    """Hears the words that its audio spells (`spelled`), when the test has it `work`: a word is a run of frames of its
    number; silence in it is a dip, but behind a peek the same number is another word."""

    def __init__(self, on_result: Callable[[Recognised], None]) -> None:
        self._on_result = on_result
        self._orders: deque[tuple[str, int, bytes]] = deque()
        self._words: list[Word] = []
        self._broken = False
        self._floor = 0
        self.decoded = 0  # samples
        self.at = 0
        self.closed = False

    def feed(self, at: int, pcm: bytes) -> None:
        self._orders.append(("feed", at, pcm))

    def peek(self) -> None:
        self._orders.append(("peek", 0, b""))

    def flush(self) -> None:
        self._orders.append(("flush", 0, b""))

    def drop(self) -> None:
        self._orders.append(("drop", 0, b""))

    def fail(self) -> None:
        """Have it fail over what is fed next."""
        self._orders.append(("fail", 0, b""))

    def settle(self, within: float) -> bool:
        self.work()
        return True

    def close(self) -> None:
        self.closed = True

    def work(self, orders: int = 1_000_000) -> None:
        """Do what was asked first."""
        while self._orders and orders:
            orders -= 1
            what, at, pcm = self._orders.popleft()
            if not self.closed:
                self._do(what, at, pcm)

    def _do(self, what: str, at: int, pcm: bytes) -> None:
        text = " ".join(word.text for word in self._words)
        words = tuple(self._words)
        match what:
            case "feed":
                self._hear(at, pcm)
            case "peek":
                self._broken = True
                self._on_result(Partial(text, self.at, words, asked=True))
            case "fail":
                self._words = []
                self._on_result(RecogniserFailed("scripted failure", self.at, recovered=True))
            case _:
                self._words, self._floor = [], 0
                kept = what == "flush"
                self._on_result(Final(text if kept else "", words if kept else (), self.at, flushed=True))

    def _hear(self, at: int, pcm: bytes) -> None:
        if at < self._floor:
            return
        self.at = self._floor = at + len(pcm) // 2
        self.decoded += len(pcm) // 2
        number = int.from_bytes(pcm[:2], "little")
        if not number:
            return
        last = self._words[-1] if self._words else None
        if last and last.text == f"w{number}" and not self._broken:
            self._words[-1] = Word(last.text, last.start, self.at, 1.0)
        else:
            self._words.append(Word(f"w{number}", at, self.at, 1.0))
        self._broken = False
        self._on_result(Partial(" ".join(word.text for word in self._words), self.at, tuple(self._words)))


class LiteralRecogniserEngine:
    """Opens recognisers that hear what is spelled."""

    def __init__(self) -> None:
        self.opened: list[LiteralRecogniser] = []

    def open(self, on_result: Callable[[Recognised], None], grammar: Sequence[str] | None = None) -> LiteralRecogniser:
        self.opened.append(LiteralRecogniser(on_result))
        return self.opened[-1]


def spelled(number: int) -> bytes:
    """A frame of the word "w<number>"; 0 is silence."""
    return number.to_bytes(2, "little") * FRAME_SAMPLES


class FakePhrases:
    """Hears the scripted words whatever it is given, each with the scripted confidence."""

    def __init__(self, phrases: Sequence[str], words: str = "", confidence: float = 1.0) -> None:
        self.phrases = tuple(phrases)
        self.words = words
        self.confidence = confidence
        self.fails = False
        self.heard: list[bytes] = []

    def hear(self, pcm: bytes) -> tuple[Word, ...]:
        if self.fails:
            raise RecogniserError("scripted failure")
        self.heard.append(pcm)
        return tuple(Word(text, 0, 0, self.confidence) for text in self.words.split())


class FakeRecogniserEngine:
    """Opens fakes that share one script: what each flush is going to give, in order."""

    def warm(self, speech: Sequence[bytes]) -> None:
        """A fake is never slow."""

    def __init__(self, script: Sequence[str] = ()) -> None:
        self.script = list(script)
        self.opened: list[FakeRecogniser] = []
        self.fails = False

    def open(self, on_result: Callable[[Recognised], None], grammar: Sequence[str] | None = None) -> FakeRecogniser:
        if self.fails:
            raise RecogniserError("scripted failure")
        self.opened.append(FakeRecogniser(on_result, self.script))
        return self.opened[-1]

    def phrases(self, phrases: Sequence[str]) -> FakePhrases:
        return FakePhrases(phrases)

    def close(self) -> None:
        for recogniser in self.opened:
            recogniser.close()


def final(text: str, at: int, flushed: bool = True) -> Final:
    """A Final whose words end at `at`, 250 ms each, all certain."""
    words = text.split()
    start = max(0, at - len(words) * WORD_SAMPLES)
    spans = [(start + n * WORD_SAMPLES, start + (n + 1) * WORD_SAMPLES) for n in range(len(words))]
    return Final(text, tuple(Word(word, a, b, 1.0) for word, (a, b) in zip(words, spans, strict=True)), at, flushed)


class FakeVoice:
    """A tone a word, 250 ms each, its pitch from the word, so that a test can tell two texts apart by ear or sum."""

    def __init__(self, identity: str = "fake-voice-1") -> None:
        self._identity = identity
        self.rendered: list[tuple[str, Priority]] = []
        self.fails_on: set[str] = set()
        self.fails = False
        self.hangs = False
        self.release = asyncio.Event()
        self.busy = 0  # texts that are being rendered

    @property
    def identity(self) -> str:
        return self._identity

    async def render(self, text: str, priority: Priority | Urgency = Priority.COMMITTED) -> Spoken:
        self.rendered.append((text, Urgency.of(priority).priority))
        self.busy += 1
        try:
            if self.hangs:
                await self.release.wait()
        finally:
            self.busy -= 1
        if self.fails or text in self.fails_on:
            raise VoiceError("scripted failure")
        words = text.split()
        spans = tuple(SpokenWord(word, n * WORD_SAMPLES, (n + 1) * WORD_SAMPLES) for n, word in enumerate(words))
        return Spoken(b"".join(map(self.sound, words)), spans)

    async def speak(self, text: str, priority: Priority | Urgency = Priority.COMMITTED) -> AsyncGenerator[Spoken]:
        yield await self.render(text, priority)

    def sound(self, word: str) -> bytes:
        """A word, WORD_SAMPLES long."""
        return _tone(word)

    def close(self) -> None:
        self.release.set()


def _tone(word: str) -> bytes:
    pitch = 200 + int(hashlib.sha256(word.encode()).hexdigest()[:4], 16) % 600
    time = np.arange(WORD_SAMPLES) / SAMPLE_RATE
    return to_pcm(0.2 * np.sin(2 * np.pi * pitch * time))


class FakeModel:
    """Streams scripted replies, word by word: by the last user turn where `replies` has it, else `default`."""

    def __init__(self, replies: Mapping[str, str] | None = None, default: str = "I see.") -> None:
        self.replies = dict(replies or {})
        self.default = default
        self.asked: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        self.forgotten: list[str] = []
        self.prepared: list[str] = []
        self.log_odds: dict[str, float] = {}  # by the caller's words, else `default_odds`
        self.default_odds = 3.0
        self.odds_fail = False
        self.weighed: list[tuple[str, str, str]] = []
        self.expected: list[tuple[str, str, str]] = []
        self.closed_early = 0
        self.streaming = 0  # replies that are neither over nor closed
        self.fails_after: int | None = None  # pieces, then LanguageModelError
        self.hangs_after: int | None = None  # pieces, then wait for `release`
        self.release = asyncio.Event()

    async def generate(
        self, call: str, system: str, turns: Sequence[tuple[str, str]], max_tokens: int, priority: Priority | Urgency
    ) -> AsyncIterator[str]:
        self.asked.append((call, tuple(turns)))
        reply = self.replies.get(turns[-1][1] if turns else "", self.default)
        pieces = [" " * bool(n) + word for n, word in enumerate(reply.split())][:max_tokens]
        done = False
        self.streaming += 1
        try:
            for count, piece in enumerate([*pieces, ""]):
                if self.hangs_after == count:
                    await self.release.wait()
                if self.fails_after == count:
                    done = True
                    raise LanguageModelError("scripted failure")
                if piece:
                    yield piece
            done = True
        finally:
            self.streaming -= 1
            self.closed_early += not done

    async def prepare(self, system: str) -> None:
        self.prepared.append(system)

    async def odds(self, call: str, question: str, said: str) -> float:
        self.weighed.append((call, question, said))
        if self.odds_fail:
            raise LanguageModelError("scripted failure")
        return self.log_odds.get(said, self.default_odds)

    async def expect(self, call: str, question: str, said: str) -> None:
        self.expected.append((call, question, said))
        if self.odds_fail:
            raise LanguageModelError("scripted failure")

    async def forget(self, call: str) -> None:
        self.forgotten.append(call)

    def close(self) -> None:
        self.release.set()


class FakeEmbedder:
    """A bag of words: sentences that share words are near, others are not. Rows of unit length, shape (n, 384)."""

    model = "bag of words"

    def __init__(self) -> None:
        self.fails = False
        self.free = threading.Event()  # it hangs while this is not set
        self.free.set()

    def embed(self, sentences: Sequence[str]) -> Embeddings:
        self.free.wait()
        if self.fails:
            raise EmbeddingError("scripted failure")
        rows = np.zeros((len(sentences), 384), dtype=np.float32)
        for row, sentence in zip(rows, sentences, strict=True):
            for word in sentence.lower().split() or [""]:
                digest = hashlib.sha256(word.strip(".,;:!?'\"").encode()).digest()
                row[int.from_bytes(digest[:4], "big") % 384] += 1.0
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return rows

    def read(self, sentences: Sequence[str]) -> list[Read]:
        """A word means the same wherever it stands."""
        found = []
        for sentence, whole in zip(sentences, self.embed(sentences), strict=True):
            words = tuple(word.strip(".,;:!?'\"") for word in sentence.lower().split())
            rows = self.embed(words)
            found.append(Read(whole, words, rows, rows))
        return found

    def close(self) -> None:
        """Nothing to free."""
