"""The strong model's words for an answer: asked where the policy lets it, in time, inside the fence, sentence by
sentence.

::

    ModelPart ─► denied? ─► writer ─► tokens ─► sentences ─► fence ─► said
                   │          └ late, fails, leaves the fence: nothing was said ─► nothing, so the answer is said as
                   └─► nothing                                │                    written
                                                              └ something was  ─► the note's sentences that it lacks

Nobody hears that it was asked in vain. Where it fails in a row it is left alone for a while (`agent.tools.breaker`),
and with an answer for which the fence refuses what it says (`agent.reply.refusals`), so that callers do not wait for
it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable

import msgspec
import structlog

from agent.dialplan.models import Strong
from agent.engines.contract import Priority, Writer
from agent.errors import LanguageModelError
from agent.reply.allowance import Allowance
from agent.reply.outgoing import outgoing
from agent.reply.refusals import Refusals
from agent.reply.reply import ModelPart
from agent.reply.supported import supported
from agent.reply.tier import Means, denied
from agent.reply.wording import covers
from agent.speak.normalise import normalise
from agent.speak.sentences import Sentences, sentences_of
from agent.speak.standing import Standing
from agent.tools.breaker import Breaker

log = structlog.get_logger()

NEXT_SENTENCE_S = 2.0  # for each after the first, which plays meanwhile


class _Unfit(Exception):
    """What it said may not be spoken; why."""


class _Trial:
    """A question to it that began at `began`, s, as the breakers of the model and of the answer count it."""

    def __init__(self, model: Breaker, refusals: Refusals, note: str, began: float) -> None:
        self._model = model
        self._refusals = refusals
        self._note = note
        self._began = began
        model.closed(began)  # the one trial after a rest is this
        refusals.tried(note, began)

    def answered(self) -> None:
        self._model.succeeded()
        self._refusals.succeeded(self._note)

    def refused(self, now: float) -> None:
        self._model.succeeded()
        self._refusals.failed(self._note, now)

    def failed(self, now: float) -> None:
        self._model.failed(now)
        self._refusals.abandoned(self._note, self._began)

    def abandoned(self) -> None:
        self._model.abandoned(self._began)
        self._refusals.abandoned(self._note, self._began)


class StrongModel:
    """One dialplan's; the event loop owns it."""

    def __init__(
        self,
        settings: Strong,
        writer: Writer,
        breaker: Breaker,
        allowance: Allowance,
        refusals: Refusals,
        *,
        now: Callable[[], float],
        release: Callable[[], None] = lambda: None,
    ) -> None:
        """`now`: s; `release` is called when no call has it any more."""
        self._settings = settings
        self._writer = writer
        self._breaker = breaker
        self._allowance = allowance
        self._refusals = refusals
        self._now = now
        self._release = release

    async def sentences(self, part: ModelPart, call: str, waited_s: float = 0.0) -> AsyncGenerator[str, None]:
        """What is said of the answer; nothing where it is to be said as written, why is logged. `waited_s`: what the
        turn has had of its time. Closing the iterator stops the model."""
        began = self._now()
        limit = self._settings.budget_ms / 1000 - waited_s
        if reason := denied(self._means(call, part.fact, limit)):
            log.info("the strong model is not asked", call=call, reason=reason)
            return
        trial = _Trial(self._breaker, self._refusals, part.fact, began)
        self._allowance.spend(call, began)
        told: list[str] = []
        try:
            async with contextlib.aclosing(self._fenced(part, call)) as sentences:
                while (sentence := await asyncio.wait_for(anext(sentences, None), limit)) is not None:
                    if not told:
                        log.info("the strong model words it", call=call, ms=round(1000 * (self._now() - began)))
                    told.append(sentence)
                    limit = NEXT_SENTENCE_S
                    yield sentence
            if not told:
                raise LanguageModelError("its reply was empty")
            trial.answered()
            return
        except _Unfit as unfit:
            reason = str(unfit)
            trial.refused(self._now())
        except (TimeoutError, LanguageModelError) as error:
            reason = str(error) or "it was too slow"
            trial.failed(self._now())
        except (GeneratorExit, asyncio.CancelledError):  # whoever listened had heard enough
            if told:
                trial.answered()
            else:
                trial.abandoned()
            raise
        log.warning("the strong model's words are not said", call=call, reason=reason, sentences=len(told))
        for sentence in untold(part.fact, " ".join(told)) if told else ():
            yield sentence

    async def forget(self, call: str) -> None:
        """A call is over."""
        self._allowance.forget(call)
        await self._writer.forget(call)

    def standing(self) -> Standing:
        """As it is now."""
        now, settings = self._now(), self._settings
        model = settings.name or settings.gguf or ""
        return Standing(model, self._breaker.rests(now), self._allowance.in_hour(now), settings.an_hour)

    async def close(self) -> None:
        """No call is answered with it any more."""
        self._release()

    def _means(self, call: str, note: str, limit: float) -> Means:
        now = self._now()
        return Means(
            left_in_call=self._settings.a_call - self._allowance.in_call(call),
            left_in_hour=self._settings.an_hour - self._allowance.in_hour(now),
            time_ms=1000 * limit,
            closed=not self._breaker.rests(now),
            able=not self._refusals.rests(note, now),
        )

    async def _fenced(self, part: ModelPart, call: str) -> AsyncGenerator[str, None]:
        """Whole sentences that may be said. Raises LanguageModelError and _Unfit."""
        said = part.said if self._settings.url is None else outgoing(part.said)
        asked = msgspec.structs.replace(part, said=said).asked
        tokens = self._writer.generate(call, part.system, [("user", asked)], part.max_tokens, Priority.COMMITTED)
        spoken: set[str] = set()
        note = sentences_of(part.fact)
        async with contextlib.aclosing(_sentences(tokens)) as sentences:
            async for sentence in sentences:
                plain = normalise(sentence)
                if not plain or plain in spoken:
                    raise _Unfit("it repeats itself" if plain else "it said nothing that can be spoken")
                if not supported(sentence, note):
                    raise _Unfit("the fence refused a sentence")
                spoken.add(plain)
                yield sentence


def untold(fact: str, told: str) -> list[str]:
    """The sentences of a fact of which something was not told."""
    return [sentence for sentence in sentences_of(fact) if not covers(told, sentence)]


async def _sentences(tokens: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    sentences = Sentences()
    try:
        async for token in tokens:
            for sentence in sentences.push(token):
                yield sentence
        for sentence in sentences.finish():
            yield sentence
    finally:
        if close := getattr(tokens, "aclose", None):
            await close()
