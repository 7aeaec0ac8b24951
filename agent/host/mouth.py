"""The bot's mouth in one call: turns replies into generations on the line, under the line's credit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Protocol

from agent.engines.contract import SpokenWord, Urgency
from agent.errors import VoiceError
from agent.host.generation import Generation
from agent.host.link import Line
from agent.reply.draft import Sound
from agent.reply.reply import Reply
from agent.speak.speaker import SpeechPiece
from telephony.audio import samples
from telephony.messages import Paused, Played

_FURTHEST_BACK = 9_600  # samples; a longer word goes on from where it was cut
_KEPT = 4  # generations whose end the line may still report
# What was said since then may come back as an echo and be heard as words: a pause of the bot's of 1.5 s in between,
# an echo 1 s behind, a recogniser 0.5 s behind that, and a word or two before.
_ECHOED = samples(5.0)
_SOON = samples(0.3)  # a word that is about to be said: places are not exact to the syllable


class Speech(Protocol):
    """Makes sound of replies: `agent.speak.speaker.Speaker`."""

    def pieces(
        self, reply: Reply, call: str, history: Sequence[tuple[str, str]], urgency: Urgency
    ) -> AsyncGenerator[SpeechPiece]: ...


class Prompts(Protocol):
    """Pre-rendered texts: `agent.speak.library.PromptLibrary`."""

    def has(self, text: str) -> bool: ...
    def id_of(self, text: str) -> str: ...
    def pcm(self, id: str) -> bytes: ...
    def words(self, id: str) -> tuple[SpokenWord, ...]: ...


class Mouth:
    """Says generations; the event loop owns it. `sounded(number, pcm, before)` is called at a reply's
    own first sound, behind `before` samples of others, `fed(number)` when sound follows after the line had run dry."""

    def __init__(
        self,
        call: str,
        epoch: int,
        line: Line,
        prompts: Prompts,
        *,
        sounded: Callable[[int, bytes, int], None],
        fed: Callable[[int], None],
        text_grew: Callable[[Generation], None],
    ) -> None:
        self._call = call
        self._epoch = epoch
        self._line = line
        self._prompts = prompts
        self._sounded = sounded
        self._fed = fed
        self._text_grew = text_grew
        self._generations: dict[int, Generation] = {}
        self._paused = (0, 0)  # generation, samples sent of it
        self._room = asyncio.Event()

    def open(self, number: int) -> Generation:
        """Start a generation; the oldest known ones are forgotten."""
        generation = Generation(self._call, self._epoch, number)
        self._generations[number] = generation
        for old in sorted(self._generations)[:-_KEPT]:
            del self._generations[old]
        return generation

    async def say(self, number: int, sound: Sound[SpeechPiece]) -> None:
        """Hand a reply's sound over as it is made; returns when the line has all of it. Raises what the speech raises,
        and VoiceError for a reply without any sound: somebody waits for one."""
        generation = self._generations[number]
        first = True
        try:
            async for piece in sound:
                await self._hand(generation, piece, first)
                first = False
        finally:
            await sound.close()
        if first:
            raise VoiceError("the reply has nothing in it that can be spoken")
        self._close(generation)

    def interpose(self, number: int, text: str, last: bool) -> bool:
        """Say a stock text as the generation's next part; `last` closes it. False when there is no such sound."""
        generation = self._generations[number]
        if generation.closed:
            return False
        known = self._prompts.has(text)
        if known:
            id = self._prompts.id_of(text)
            for say in generation.take(SpeechPiece(id, self._prompts.pcm(id), text, self._prompts.words(id))):
                self._line.say(say)
            self._text_grew(generation)
        if last:
            self._close(generation)
        return known

    def silent(self, number: int) -> bool:
        """Whether nothing of the generation was handed over yet."""
        return self._generations[number].samples == 0

    def murmur(self, number: int, piece: SpeechPiece, times: int = 1) -> None:
        """Say something that is no reply: it ends at the caller's voice, and what the line tells of it is no news."""
        generation = self.open(number)
        generation.yields = True
        for _ in range(times):
            for say in generation.take(piece):
                self._line.say(say)
        self._close(generation)

    def murmured(self, number: int) -> bool:
        """Whether the generation is no reply."""
        generation = self._generations.get(number)
        return generation is not None and generation.yields

    def protect(self, number: int) -> None:
        """What is said of the generation from now on is not made quieter for the caller's voice."""
        self._generations[number].protected = True

    def played(self, message: Played) -> bool:
        """The line is through with a piece. True when it has run dry in the middle of the generation."""
        generation = self._generations.get(message.generation)
        if generation is None:
            return False
        generation.played(message.piece)
        self._room.set()
        generation.dry = generation.dry or generation.starved
        return generation.starved

    def heard(self, number: int, samples: int) -> tuple[str, bool]:
        """The words that were heard when `samples` of the generation were sent, and whether that is all of them."""
        generation = self._generations.get(number)
        if generation is None:
            return "", True
        heard = generation.heard(samples)
        return heard, generation.closed and samples >= generation.samples

    def unheard(self, number: int, samples: int) -> str:
        """The words that were handed over and not heard when `samples` of the generation were sent."""
        generation = self._generations.get(number)
        return "" if generation is None else generation.unheard(samples)

    def paused(self, message: Paused) -> None:
        """The line has stopped in the middle of a generation."""
        self._paused = message.generation, message.samples

    def rewind(self, number: int) -> int:
        """How many samples to go back when a paused generation goes on: to the begin of the word that was cut."""
        paused, samples = self._paused
        generation = self._generations.get(number)
        return 0 if generation is None or paused != number else min(generation.cut(samples), _FURTHEST_BACK)

    def began(self, number: int, at: int) -> None:
        """The line sent a generation's first sample at the call clock `at`."""
        if number in self._generations:
            self._generations[number].began = at

    def recent(self, now: int, within: int = _ECHOED) -> str:
        """The words that were said `within` samples before now, by the call clock: what may come back as echo."""
        spoken = [self._generations[number].between(now - within, now + _SOON) for number in sorted(self._generations)]
        return " ".join(filter(None, spoken))

    async def _hand(self, generation: Generation, piece: SpeechPiece, first: bool) -> None:
        dry, generation.dry = generation.dry and not first, False
        before = generation.samples
        for say in generation.take(piece):
            self._line.say(say)
            if first:
                first = False
                self._sounded(generation.number, piece.pcm, before)
            elif dry:
                dry = False
                self._fed(generation.number)
            while not generation.has_room():
                self._room.clear()
                await self._room.wait()
        self._text_grew(generation)

    def _close(self, generation: Generation) -> None:
        if not generation.closed:
            self._line.say(generation.close())
