"""Replies made before it is sure that the caller is done: at most two alive, thrown away where nobody needs them.

::

    words so far ─► copy of the conversation ─► reply ─► first clause as sound, at a draft's urgency
                                                  │
    commit with the same words (articles and "um" aside) ─► the draft is the reply
    commit with other words, whose reply says the same   ─► its sound is used
    another draft, whose reply says the same             ─► goes on with its sound

A draft moves a copy of the conversation only, so it has no effect until it is taken. The strong model is not asked for
a draft: each question costs something, and tells somebody what the caller may be about to ask.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Generic, Protocol, TypeVar

import msgspec

from agent.engines.contract import Priority, Urgency
from agent.reply.conversation import Conversation
from agent.reply.reply import ModelPart, Part, Reply, StockPart
from agent.reply.tier import Tier
from agent.reply.utterance import Utterance

ALIVE = 2
_closing: set[asyncio.Task[None]] = set()  # a loop holds its tasks weakly
_IDLE_WORDS = frozenset({"a", "an", "the", "um", "uh", "er", "erm", "hmm", "please"})

Piece = TypeVar("Piece")


class _Nothing(Exception):
    """A reply without a piece: StopAsyncIteration cannot leave a task."""


async def _next(pieces: AsyncGenerator[Piece]) -> Piece:
    try:
        return await anext(pieces)
    except StopAsyncIteration:
        raise _Nothing from None


History = Sequence[tuple[str, str]]
Speak = Callable[[Reply, History, Urgency], AsyncGenerator[Piece]]
Lent = Callable[["Draft[Piece]", Reply, History], "Sound[Piece] | None"]
Answer = Callable[[str], tuple[Conversation, Reply]]


class Watch(Protocol):
    """Is told how a draft comes along."""

    def made(self) -> None:
        """The reply is known."""

    def sounded(self) -> None:
        """Its first piece is there."""

    def dropped(self) -> None:
        """Nobody needed it."""


def key_of(said: str) -> str:
    """What two transcripts must share for one reply to answer both."""
    return " ".join(word for word in Utterance(said).words if word not in _IDLE_WORDS) or said


def content(reply: Reply) -> tuple[bool, tuple[Part, ...]]:
    """What makes two replies sound the same: of a fact that the model words, not how it was asked for."""
    parts = tuple(
        msgspec.structs.replace(part, said="") if isinstance(part, ModelPart) and part.fact else part
        for part in reply.parts
    )
    return reply.slow, parts


class Sound(Generic[Piece]):
    """A reply's pieces, the first of them in the making from the start. Iterate once, then close."""

    def __init__(self, pieces: AsyncGenerator[Piece], urgency: Urgency) -> None:
        self.urgency = urgency
        self._pieces = pieces
        self._first: asyncio.Task[Piece] | None = asyncio.create_task(_next(pieces), name="first piece")

    @property
    def ready(self) -> bool:
        """Whether the first piece is there, or is known not to be had."""
        return self._first is None or self._first.done()

    def when_ready(self, told: Callable[[], None]) -> None:
        """Have `told` called when the first piece is there, or is not to be had."""
        if self._first is not None:
            self._first.add_done_callback(lambda _: told())

    def __aiter__(self) -> Sound[Piece]:
        return self

    async def __anext__(self) -> Piece:
        first, self._first = self._first, None
        try:
            return await (first or anext(self._pieces))
        except _Nothing:
            raise StopAsyncIteration from None

    async def close(self) -> None:
        """Stop the model and the voice."""
        first, self._first = self._first, None
        if first is not None:
            first.cancel()
            await asyncio.wait([first])
            if not first.cancelled():
                first.exception()  # seen: nobody needs the piece
        await self._pieces.aclose()


class Draft(Generic[Piece]):
    """One reply in the making, to `said`, from the conversation's state number `version`."""

    def __init__(
        self, said: str, version: int, answer: Answer, speak: Speak[Piece], *, watch: Watch, lent: Lent[Piece]
    ) -> None:
        self.watch = watch
        self.said = said
        self.key = key_of(said)
        self.version = version
        self.made: asyncio.Future[tuple[Conversation, Reply]] = asyncio.ensure_future(asyncio.to_thread(answer, said))
        self._speak = speak
        self._lent = lent
        self._sound: Sound[Piece] | None = None
        self._history: tuple[tuple[str, str], ...] = ()
        self._task = asyncio.create_task(self._work(), name="draft")

    def says(self, reply: Reply, history: History) -> bool:
        """Whether its sound is that of `reply`."""
        if self._sound is None:  # which is begun when the reply is known
            return False
        _, own = self.made.result()
        return content(own) == content(reply) and self._history == tuple(history)

    def lend(self) -> Sound[Piece] | None:
        """Give its sound to another draft."""
        sound, self._sound = self._sound, None
        return sound

    def sound(self) -> Sound[Piece] | None:
        """Give its sound away, promoted; None where none was begun."""
        sound = self.lend()
        self._task.cancel()
        if sound is not None:
            sound.urgency.priority = Priority.COMMITTED
        return sound

    def drop(self) -> None:
        """Nobody needs it any more."""
        self._task.cancel()
        self.watch.dropped()
        self.made.add_done_callback(lambda made: made.cancelled() or made.exception())  # seen: nobody needs it
        sound, self._sound = self._sound, None
        if sound is not None:
            closing = asyncio.create_task(sound.close(), name="drop draft")
            _closing.add(closing)
            closing.add_done_callback(_closing.discard)

    async def _work(self) -> None:
        try:
            conversation, reply = await asyncio.shield(self.made)
        except Exception:  # noqa: BLE001 - the reply that counts is made again and fails where it is reported
            return
        self.watch.made()
        if reply.parts and isinstance(reply.parts[0], StockPart):
            self.watch.sounded()
        elif reply.parts and reply.tier is not Tier.STRONG:
            self._history = tuple(conversation.model_turns)
            urgency = Urgency(Priority.DRAFT)
            lent = self._lent(self, reply, self._history)
            self._sound = lent or Sound(self._speak(reply, self._history, urgency), urgency)
            self._sound.when_ready(self.watch.sounded)


class Drafts(Generic[Piece]):
    """The drafts of one call. Belongs to the event loop. `made` and `used` count."""

    def __init__(self, answer: Answer, speak: Speak[Piece], watch: Callable[[], Watch]) -> None:
        self._answer = answer
        self._speak = speak
        self._watch = watch
        self._alive: list[Draft[Piece]] = []
        self.made = 0
        self.used = 0

    def begin(self, said: str, version: int) -> Draft[Piece]:
        """A draft of the reply to `said`: the one that is alive, or a new one in the place of the oldest."""
        draft = self._find(said, version)
        if draft is None:
            while len(self._alive) >= ALIVE:
                self._alive.pop(0).drop()
            draft = Draft(said, version, self._answer, self._speak, watch=self._watch(), lent=self._lent)
            self._alive.append(draft)
            self.made += 1
        return draft

    def take(self, said: str, version: int) -> Draft[Piece] | None:
        """The draft that answers `said`, no longer one of these."""
        draft = self._find(said, version)
        if draft is not None:
            self._alive.remove(draft)
            self.used += 1
        return draft

    def saying(self, reply: Reply, history: History) -> Draft[Piece] | None:
        """A draft with a sound that says what `reply` says, no longer one of these."""
        draft = next((draft for draft in self._alive if draft.says(reply, history)), None)
        if draft is not None:
            self._alive.remove(draft)
            self.used += 1
        return draft

    def _lent(self, asking: Draft[Piece], reply: Reply, history: History) -> Sound[Piece] | None:
        """The sound of another draft that says what `reply` says."""
        others = (draft for draft in self._alive if draft is not asking)
        return next((draft.lend() for draft in others if draft.says(reply, history)), None)

    def drop(self) -> None:
        """Drop all of them."""
        for draft in self._alive:
            draft.drop()
        self._alive.clear()

    def _find(self, said: str, version: int) -> Draft[Piece] | None:
        key = key_of(said)
        return next((draft for draft in self._alive if (draft.key, draft.version) == (key, version)), None)
