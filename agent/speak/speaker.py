"""A reply becomes sound, piece by piece, the first as early as can be.

::

    StockPart ─────────────────────────────────────────────► its id
    TextPart ──► chunker ─► normalise ─► voice ─┐
    ModelPart ─► tokens ─► clauses ─► fence ────┤  one piece rendered ahead of the one taken
                    └ fails, hangs, leaves the fence before its first clause ─► `instead`
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence

import msgspec
import structlog

from agent.engines.contract import LanguageModel, Priority, SpokenWord, VoiceEngine
from agent.reply.reply import ModelPart, Part, Reply, StockPart, TextPart
from agent.speak.chunker import Chunker
from agent.speak.library import PromptLibrary
from agent.speak.model_clauses import Allows, model_clauses
from agent.speak.normalise import normalise
from telephony.audio import SAMPLE_RATE

log = structlog.get_logger()

AFTER_CLAUSE = 0.12  # s of pause behind a piece that another follows
AFTER_SENTENCE = 0.25
BETWEEN_PARTS = 0.20


class SpeechPiece(msgspec.Struct, frozen=True):
    """A piece of a reply as sound. Stock audio carries its id, to be played by that; `pcm` (16 kHz) and `words`, in
    samples from the piece's start, are there for both. A pause has neither text nor words."""

    stock: str
    pcm: bytes
    text: str
    words: tuple[SpokenWord, ...] = ()


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
        self, reply: Reply, call: str, history: Sequence[tuple[str, str]] = ()
    ) -> AsyncGenerator[SpeechPiece, None]:
        """Yield the pieces of `reply` in order. One more is rendered while the last one yielded plays.

        `history` is what was said before the turn that is answered, as (role, text) with the roles "user" and
        "assistant". Raises VoiceError after the pieces that could be rendered. Closing the iterator stops the model
        and the voice.
        """
        ahead: asyncio.Queue[SpeechPiece | _Failed | None] = asyncio.Queue(maxsize=1)
        producer = asyncio.create_task(self._produce(reply, call, history, ahead), name=f"speak {call}")
        try:
            while (item := await ahead.get()) is not None:
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
        ahead: asyncio.Queue[SpeechPiece | _Failed | None],
    ) -> None:
        try:
            for number, part in enumerate(reply.parts):
                if number:
                    await ahead.put(SpeechPiece("", _pause(BETWEEN_PARTS), ""))
                async with contextlib.aclosing(self._part(part, call, history)) as pieces:
                    async for piece in pieces:
                        await ahead.put(piece)
        except Exception as error:  # noqa: BLE001 - it is raised again where the pieces are taken
            await ahead.put(_Failed(error))
        else:
            await ahead.put(None)

    async def _part(
        self, part: Part, call: str, history: Sequence[tuple[str, str]]
    ) -> AsyncGenerator[SpeechPiece, None]:
        match part:
            case StockPart(text=text):
                pieces = self._stock(text, call)
            case TextPart(text=text):
                pieces = self._text(text)
            case ModelPart():
                pieces = self._worded(part, call, history)
        async with contextlib.aclosing(pieces):
            async for piece in pieces:
                yield piece

    async def _stock(self, text: str, call: str) -> AsyncGenerator[SpeechPiece, None]:
        if not self._library.has(text):
            log.warning("a stock text is not in the library and is rendered in the call", call=call)
            async for piece in self._text(text):
                yield piece
            return
        id = self._library.id_of(text)
        yield SpeechPiece(id, self._library.pcm(id), text, self._library.words(id))

    async def _text(self, text: str) -> AsyncGenerator[SpeechPiece, None]:
        chunker = Chunker()
        clauses = [*chunker.push(text), *chunker.finish()]
        for clause in clauses[:-1]:
            if piece := await self._clause(clause, more=True):
                yield piece
        if clauses and (piece := await self._clause(clauses[-1], more=False)):
            yield piece

    async def _worded(
        self, part: ModelPart, call: str, history: Sequence[tuple[str, str]]
    ) -> AsyncGenerator[SpeechPiece, None]:
        spoke = False
        if self._model is not None:
            turns = [*history, ("user", part.said)]
            async with contextlib.aclosing(model_clauses(self._model, part, turns, call, self._allows)) as clauses:
                async for clause in clauses:
                    if piece := await self._clause(clause, more=True):
                        spoke = True
                        yield piece
        if not spoke:
            async for piece in self._stock(part.instead, call):
                yield piece

    async def _clause(self, clause: str, more: bool) -> SpeechPiece | None:
        """Render one clause; None where it has nothing to say."""
        spoken = await self._voice.render(normalise(clause), Priority.COMMITTED)
        if not spoken.pcm:
            return None
        ends_sentence = clause.rstrip("\"'”’)*_ ").endswith((".", "!", "?", "…"))
        pause = _pause(AFTER_SENTENCE if ends_sentence else AFTER_CLAUSE) if more else b""
        return SpeechPiece("", spoken.pcm + pause, clause, spoken.words)


def _pause(seconds: float) -> bytes:
    return bytes(2 * int(seconds * SAMPLE_RATE))
