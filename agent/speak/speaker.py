"""A reply becomes sound, piece by piece, the first as early as can be.

::

    StockPart ─────────────────────────────────────────────► its id
    TextPart ──► chunker ─► normalise ─► voice ─┐                      (all of it stretched where it is to be slow)
    ModelPart ─► tokens ─► clauses ─► fence ────┤  some seconds rendered ahead of what is taken
        │           └ fails, hangs, leaves the fence before its first clause ─► `instead`
        └ of the strong model ─► sentences, or `instead`                      (`strong.py`)

A draft makes what it is asked for and no more, at the end of every queue, until it is promoted; the strong model is not
asked for one. What follows a reply's
first piece gives way to other calls' first pieces as long as there is sound to play.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Literal

import msgspec
import structlog

from agent.engines.contract import LanguageModel, Priority, SpokenWord, Urgency, VoiceEngine
from agent.reply.reply import ModelPart, Part, Reply, StockPart, TextPart
from agent.reply.tier import Tier
from agent.speak.chunker import Chunker, ends_clause, ends_sentence
from agent.speak.library import PromptLibrary
from agent.speak.model_clauses import Allows, model_clauses
from agent.speak.normalise import normalise
from agent.speak.pace import Pace
from agent.speak.promotion import promoted, when_promoted
from agent.speak.shelf import Shelf
from agent.speak.stretch import stretched
from agent.speak.strong import StrongModel
from telephony.audio import SAMPLE_RATE

log = structlog.get_logger()

AFTER_CLAUSE = 0.12  # s of pause behind a piece that another follows
AFTER_SENTENCE = 0.25
BETWEEN_PARTS = 0.20
SLOWER = 1.3  # times as long


class SpeechPiece(msgspec.Struct, frozen=True):
    """A piece of a reply as sound. Stock audio carries its id, to be played by that; `pcm` (16 kHz) and `words`, in
    samples from the piece's start, are there for both. A pause has neither text nor words; `kind` is "ack" for an
    acknowledgement, "filler" for what is said while something takes its time."""

    stock: str
    pcm: bytes
    text: str
    words: tuple[SpokenWord, ...] = ()
    kind: Literal["answer", "ack", "filler", "pause"] = "answer"


class _Failed(msgspec.Struct, frozen=True):
    error: Exception


class Speaker:
    """Turns replies into sound for all calls of one dialplan. Without its model a part says its `instead`."""

    def __init__(
        self,
        library: PromptLibrary,
        voice: VoiceEngine,
        model: LanguageModel | None = None,
        allows: Allows = lambda clause, said: True,
        pace: Pace | None = None,
        *,
        strong: StrongModel | None = None,
    ) -> None:
        self._library = library
        self._voice = voice
        self._model = model
        self._allows = allows
        self._strong = strong
        self._pace = pace or Pace()

    async def pieces(
        self, reply: Reply, call: str, history: Sequence[tuple[str, str]] = (), urgency: Urgency | None = None
    ) -> AsyncGenerator[SpeechPiece, None]:
        """Yield the pieces of `reply` in order, rendering ahead while the last one yielded plays.

        `history` is what was said before the turn that is answered, as (role, text) with the roles "user" and
        "assistant". With the `urgency` of a draft nothing is made ahead of what is asked for until it is set to
        COMMITTED. Raises VoiceError after the pieces that could be rendered. Closing the iterator stops the model and
        the voice.
        """
        urgency = urgency or Urgency(Priority.COMMITTED)
        making = _Making(reply, call, history, urgency, self._pace)
        producer = asyncio.create_task(self._produce(making), name=f"speak {call}")
        try:
            while (item := await making.shelf.take()) is not None:
                if isinstance(item, _Failed):
                    raise item.error
                making.given(item)
                yield item
        finally:
            producer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await producer

    async def _produce(self, making: _Making) -> None:
        try:
            for number, part in enumerate(making.reply.parts):
                if number:
                    await making.add(SpeechPiece("", _pause(BETWEEN_PARTS), "", kind="pause"))
                async with contextlib.aclosing(self._part(part, making)) as pieces:
                    async for piece in pieces:
                        await making.add(await _slowed(piece) if making.reply.slow else piece)
        except Exception as error:  # noqa: BLE001 - it is raised again where the pieces are taken
            making.end(_Failed(error))
        else:
            making.end(None)

    def _part(self, part: Part, making: _Making) -> AsyncGenerator[SpeechPiece, None]:
        match part:
            case StockPart(text=text):
                return self._stock(text, making)
            case TextPart(text=text):
                return self._text(text, making)
            case ModelPart(tier=tier):
                return self._strongly(part, making) if tier is Tier.STRONG else self._worded(part, making)

    async def _stock(self, text: str, making: _Making) -> AsyncGenerator[SpeechPiece, None]:
        if not self._library.has(text):
            log.warning("a stock text is not in the library and is rendered in the call", call=making.call)
            async for piece in self._text(text, making):
                yield piece
            return
        id = self._library.id_of(text)
        yield SpeechPiece(id, self._library.pcm(id), text, self._library.words(id))

    async def _text(self, text: str, making: _Making) -> AsyncGenerator[SpeechPiece, None]:
        chunker = making.chunker()
        chunker.feed(text)
        chunker.end()
        while (clause := chunker.next()) is not None:
            making.words_left = chunker.words_left
            async for piece in self._clause(clause, making, more=not chunker.empty):
                yield piece

    async def _worded(self, part: ModelPart, making: _Making) -> AsyncGenerator[SpeechPiece, None]:
        spoke = False
        if self._model is not None:
            turns = [*(() if part.fact else making.history), ("user", part.asked)]
            worded = model_clauses(
                self._model, part, turns, making.call,
                allows=self._allows, urgency=making.urgency, chunker=making.chunker(phrases=False),
            )  # fmt: skip
            async with contextlib.aclosing(worded) as clauses:
                async for clause in clauses:
                    async for piece in self._clause(clause, making, more=True):
                        spoke = True
                        yield piece
        if not spoke:
            async for piece in self._stock(part.instead, making):
                yield piece

    async def _strongly(self, part: ModelPart, making: _Making) -> AsyncGenerator[SpeechPiece, None]:
        spoke = False
        if self._strong is not None:
            await promoted(making.urgency)
            worded = self._strong.sentences(part, making.call, making.waited())
            async with contextlib.aclosing(worded) as sentences:
                async for sentence in sentences:
                    if spoke:
                        yield SpeechPiece("", _pause(AFTER_SENTENCE), "", kind="pause")
                    async for piece in self._text(sentence, making):
                        spoke = True
                        yield piece
        if not spoke:
            async for piece in self._stock(part.instead, making):
                yield piece

    async def _clause(self, clause: str, making: _Making, more: bool) -> AsyncGenerator[SpeechPiece, None]:
        """Render one clause, slice by slice; nothing where it has nothing to say."""
        text, goes_on = normalise(clause), more and not ends_sentence(clause)
        if not text:
            return
        said = _staying_up(text) if goes_on else text
        pause = AFTER_SENTENCE if not goes_on else AFTER_CLAUSE if ends_clause(clause) else 0.0
        left, behind = len(text.split()), making.words_left
        work = sound = 0.0
        with making.due(left) as urgency:
            async with contextlib.aclosing(self._voice.speak(said, urgency)) as slices:
                begun = making.now()
                async for spoken in slices:
                    work, sound = work + making.now() - begun, sound + _seconds(spoken.pcm)
                    left -= len(spoken.words)
                    making.words_left = behind + left
                    silence = _pause(pause) if more and spoken.last else b""
                    yield SpeechPiece("", spoken.pcm + silence, clause, _as_written(spoken.words, said, text))
                    clause = ""  # it is told once
                    begun = making.now()
        if urgency.priority < Priority.DRAFT:
            self._pace.took(work, sound)


async def _slowed(piece: SpeechPiece) -> SpeechPiece:
    """The piece as it is said to who did not follow; a stock text is then no more what the line has under its id."""
    pcm = await asyncio.to_thread(stretched, piece.pcm, SLOWER)
    ratio = len(pcm) / max(1, len(piece.pcm))
    words = (SpokenWord(word.text, round(word.start * ratio), round(word.end * ratio)) for word in piece.words)
    return SpeechPiece("", pcm, piece.text, tuple(words), piece.kind)


def _staying_up(text: str) -> str:
    """With a mark at its end that keeps the voice up: more follows."""
    return re.sub(r"\w\.?$", lambda last: f"{last.group()[0]},", text)


def _as_written(words: tuple[SpokenWord, ...], said: str, text: str) -> tuple[SpokenWord, ...]:
    """Without the mark that `_staying_up` added."""
    if said == text or not words or words[-1].text != said.rsplit(maxsplit=1)[-1]:
        return words
    return (*words[:-1], msgspec.structs.replace(words[-1], text=text.rsplit(maxsplit=1)[-1]))


class _Making:
    """One reply on its way to sound: what is ready, and when what was given away will have been heard."""

    def __init__(
        self, reply: Reply, call: str, history: Sequence[tuple[str, str]], urgency: Urgency, pace: Pace
    ) -> None:
        self.reply = reply
        self.call = call
        self.history = history
        self.urgency = urgency
        self.words_left = 0  # of the part in work, where that is known
        self.now = asyncio.get_running_loop().time
        self._pace = pace
        self._made = 0.0  # s of sound
        self._given = 0.0
        self._heard_at = 0.0  # when the sound that was given away is at its end
        self._held: list[SpeechPiece] | None = []  # until the reply may begin
        self._since: float | None = None  # when it was no draft any more
        self.shelf: Shelf[SpeechPiece | _Failed | None] = Shelf(
            lambda items: sum(_seconds(item.pcm) for item in items if isinstance(item, SpeechPiece)) < pace.ahead()
        )
        when_promoted(urgency, self._promoted)

    def waited(self) -> float:
        """Seconds in which the caller has had nothing to hear of it, since it is no draft any more."""
        return max(0.0, self.now() - (self.now() if self._since is None else self._since) - self._made)

    def chunker(self, phrases: bool = True) -> Chunker:
        """Cuts a part so that its first piece is soon there and the others in time."""
        return Chunker(self._pace.first(), lambda: self._pace.limit(self._unheard()), phrases)

    @contextlib.contextmanager
    def due(self, words: int) -> Iterator[Urgency]:
        """How urgent the next piece is: it may wait for other calls as long as what is ready still plays."""
        slack = self._unheard() - self._pace.work(words)
        if self.urgency.priority >= Priority.DRAFT or slack <= 0.0:
            yield self.urgency
            return
        urgency = Urgency(Priority.AHEAD)
        alarm = asyncio.get_running_loop().call_later(slack, setattr, urgency, "priority", Priority.COMMITTED)
        try:
            yield urgency
        finally:
            alarm.cancel()

    async def add(self, piece: SpeechPiece) -> None:
        """Put a piece on the shelf, and wait until the next shall be made."""
        self._made += _seconds(piece.pcm)
        if self._held is not None:
            self._held.append(piece)
            if not self._pace.may_begin(self._made, self.words_left):
                return
            self._release()
        else:
            self.shelf.put(piece)
        await self.shelf.room()

    def given(self, piece: SpeechPiece) -> None:
        """A piece was taken, to be played behind those before it."""
        self._given += _seconds(piece.pcm)
        self._heard_at = max(self._heard_at, self.now()) + _seconds(piece.pcm)

    def end(self, last: _Failed | None) -> None:
        """No more pieces."""
        self._release()
        self.shelf.put(last)

    def _promoted(self) -> None:
        self._since = self.now() if self._since is None else self._since
        self.shelf.release()

    def _release(self) -> None:
        held, self._held = self._held or [], None
        for piece in held:
            self.shelf.put(piece)

    def _unheard(self) -> float:
        """Seconds of sound that are ready or on their way to the caller."""
        return self._made - self._given + max(0.0, self._heard_at - self.now())


def _seconds(pcm: bytes) -> float:
    return len(pcm) / 2 / SAMPLE_RATE


def _pause(seconds: float) -> bytes:
    return bytes(2 * int(seconds * SAMPLE_RATE))
