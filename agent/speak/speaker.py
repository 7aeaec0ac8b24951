"""A reply becomes sound, piece by piece, the first as early as can be.

::

    StockPart ─────────────────────────────────────────────► its id
    TextPart ──► chunker ─► normalise ─► voice ─┐
    ModelPart ─► tokens ─► clauses ─► fence ────┤  some seconds rendered ahead of what is taken
                    └ fails, hangs, leaves the fence before its first clause ─► `instead`

A draft makes what it is asked for and no more, at the end of every queue, until it is promoted.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from typing import Literal

import msgspec
import structlog

from agent.engines.contract import LanguageModel, Priority, SpokenWord, Urgency, VoiceEngine
from agent.reply.reply import ModelPart, Part, Reply, StockPart, TextPart
from agent.speak.chunker import Chunker
from agent.speak.library import PromptLibrary
from agent.speak.model_clauses import Allows, model_clauses
from agent.speak.normalise import normalise
from agent.speak.promotion import when_promoted
from agent.speak.shelf import Shelf
from telephony.audio import SAMPLE_RATE

log = structlog.get_logger()

AFTER_CLAUSE = 0.12  # s of pause behind a piece that another follows
AFTER_SENTENCE = 0.25
BETWEEN_PARTS = 0.20
AHEAD = 1.5  # s of sound that are ready before somebody takes them


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
    """Turns replies into sound for all calls of one dialplan. Without a model its parts say their `instead`."""

    def __init__(
        self,
        library: PromptLibrary,
        voice: VoiceEngine,
        model: LanguageModel | None = None,
        allows: Allows = lambda clause, said: True,
    ) -> None:
        self._library = library
        self._voice = voice
        self._model = model
        self._allows = allows

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
        shelf: Shelf[SpeechPiece | _Failed | None] = Shelf(_wants_more)
        when_promoted(urgency, shelf.release)
        producer = asyncio.create_task(self._produce(reply, call, history, urgency, shelf), name=f"speak {call}")
        try:
            while (item := await shelf.take()) is not None:
                if isinstance(item, _Failed):
                    raise item.error
                yield item
        finally:
            producer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await producer

    async def _produce(
        self,
        reply: Reply,
        call: str,
        history: Sequence[tuple[str, str]],
        urgency: Urgency,
        shelf: Shelf[SpeechPiece | _Failed | None],
    ) -> None:
        try:
            for number, part in enumerate(reply.parts):
                if number:
                    shelf.put(SpeechPiece("", _pause(BETWEEN_PARTS), "", kind="pause"))
                    await shelf.room()
                async with contextlib.aclosing(self._part(part, call, history, urgency)) as pieces:
                    async for piece in pieces:
                        shelf.put(piece)
                        await shelf.room()
        except Exception as error:  # noqa: BLE001 - it is raised again where the pieces are taken
            shelf.put(_Failed(error))
        else:
            shelf.put(None)

    async def _part(
        self, part: Part, call: str, history: Sequence[tuple[str, str]], urgency: Urgency
    ) -> AsyncGenerator[SpeechPiece, None]:
        match part:
            case StockPart(text=text):
                pieces = self._stock(text, call, urgency)
            case TextPart(text=text):
                pieces = self._text(text, urgency)
            case ModelPart():
                pieces = self._worded(part, call, history, urgency)
        async with contextlib.aclosing(pieces):
            async for piece in pieces:
                yield piece

    async def _stock(self, text: str, call: str, urgency: Urgency) -> AsyncGenerator[SpeechPiece, None]:
        if not self._library.has(text):
            log.warning("a stock text is not in the library and is rendered in the call", call=call)
            async for piece in self._text(text, urgency):
                yield piece
            return
        id = self._library.id_of(text)
        yield SpeechPiece(id, self._library.pcm(id), text, self._library.words(id))

    async def _text(self, text: str, urgency: Urgency) -> AsyncGenerator[SpeechPiece, None]:
        chunker = Chunker()
        clauses = [*chunker.push(text), *chunker.finish()]
        for clause in clauses[:-1]:
            if piece := await self._clause(clause, urgency, more=True):
                yield piece
        if clauses and (piece := await self._clause(clauses[-1], urgency, more=False)):
            yield piece

    async def _worded(
        self, part: ModelPart, call: str, history: Sequence[tuple[str, str]], urgency: Urgency
    ) -> AsyncGenerator[SpeechPiece, None]:
        spoke = False
        if self._model is not None:
            turns = [*(() if part.fact else history), ("user", part.asked)]
            worded = model_clauses(self._model, part, turns, call, allows=self._allows, urgency=urgency)
            async with contextlib.aclosing(worded) as clauses:
                async for clause in clauses:
                    if piece := await self._clause(clause, urgency, more=True):
                        spoke = True
                        yield piece
        if not spoke:
            async for piece in self._stock(part.instead, call, urgency):
                yield piece

    async def _clause(self, clause: str, urgency: Urgency, more: bool) -> SpeechPiece | None:
        """Render one clause; None where it has nothing to say."""
        spoken = await self._voice.render(normalise(clause), urgency)
        if not spoken.pcm:
            return None
        ends_sentence = clause.rstrip("\"'”’)*_ ").endswith((".", "!", "?", "…"))
        pause = _pause(AFTER_SENTENCE if ends_sentence else AFTER_CLAUSE) if more else b""
        return SpeechPiece("", spoken.pcm + pause, clause, spoken.words)


def _wants_more(ready: deque[SpeechPiece | _Failed | None]) -> bool:
    return sum(len(piece.pcm) for piece in ready if isinstance(piece, SpeechPiece)) < 2 * AHEAD * SAMPLE_RATE


def _pause(seconds: float) -> bytes:
    return bytes(2 * int(seconds * SAMPLE_RATE))
