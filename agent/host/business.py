"""One dialplan, ready to answer: what its calls share, and the sounds that lines keep for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from agent.dialplan.schema import Dialplan
from agent.host.kit import Kit
from agent.speak.hold import hold_pcm
from agent.speak.library import PromptLibrary
from telephony.audio import SAMPLE_RATE

WARM_UP = 10 * SAMPLE_RATE * 2  # bytes of speech that a recogniser hears before a call


class Sound(msgspec.Struct, frozen=True):
    """Stock audio for the line's memory."""

    id: str
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Business:
    """A dialplan's kit, texts and sounds."""

    kit: Kit
    library: PromptLibrary
    texts: tuple[str, ...]
    apology_id: str
    hold_id: str
    hold: bytes

    @property
    def plan(self) -> Dialplan:
        """The dialplan itself."""
        return self.kit.responder.plan

    async def close(self) -> None:
        """No call is answered by it any more: give back what only it had."""
        await self.kit.tools.close()
        await self.kit.results.close()
        if self.kit.strong is not None:
            await self.kit.strong.close()


def make_business(kit: Kit, plan: Dialplan, library: PromptLibrary) -> Business:
    """A dialplan whose prompts are rendered, ready to answer."""
    hold_id = library.id_of(plan.hold)
    return Business(
        kit=kit,
        library=library,
        texts=tuple(plan.stock_texts()),
        apology_id=library.id_of(plan.apology),
        hold_id=f"hold-{hold_id}",
        hold=hold_pcm(library.pcm(hold_id)),
    )


def stock(businesses: Iterable[Business]) -> Iterator[Sound]:
    """All the audio that a line keeps, each id once."""
    seen: set[str] = set()
    for business in businesses:
        yield Sound(business.hold_id, business.hold)
        music = business.kit.music
        for piece in (*business.kit.murmurs.values(), *([] if music is None else [music])):
            if piece.stock not in seen:
                seen.add(piece.stock)
                yield Sound(piece.stock, piece.pcm)
        for text in business.texts:
            sound = business.library.id_of(text)
            if sound not in seen:
                seen.add(sound)
                yield Sound(sound, business.library.pcm(sound))


def warm_up(business: Business) -> list[bytes]:
    """Speech for recognisers to hear before a call: what the dialplan says has many of the words it is asked with."""
    speech: list[bytes] = []
    for text in business.texts:
        if sum(map(len, speech)) >= WARM_UP:
            break
        speech.append(business.library.pcm(business.library.id_of(text)))
    return speech
