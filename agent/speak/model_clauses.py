"""The language model's words as clauses fit to be said: in time, inside the fence, nothing twice."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence

import structlog

from agent.engines.contract import LanguageModel, Priority, Urgency
from agent.errors import LanguageModelError
from agent.reply.reply import ModelPart
from agent.reply.wording import faithful
from agent.speak.chunker import Chunker, ends_sentence
from agent.speak.normalise import normalise
from agent.speak.promotion import when_promoted

log = structlog.get_logger()

FIRST_CLAUSE_BUDGET = 0.8  # s to the first whole clause, from the question or from when the draft was committed
CLAUSE_BUDGET = 2.0  # s for each of the others
ENOUGH = 45  # words after which the sentence is the last one
TOO_MANY = 70  # words after which the clause is the last one

Allows = Callable[[str, str], bool]  # (clause, what the caller said): may the bot say this?


async def model_clauses(
    model: LanguageModel,
    part: ModelPart,
    turns: Sequence[tuple[str, str]],
    call: str,
    *,
    allows: Allows,
    urgency: Urgency,
    chunker: Chunker,
) -> AsyncGenerator[str, None]:
    """Clauses of the reply, cut by `chunker`, as they become whole. Ends early, with nothing if it must, when the model
    fails, hangs, repeats itself, leaves the fence or talks too long; why is logged once. A last clause that ran into
    `max_tokens` is left out where something was said before. Closing the iterator stops the model."""
    promoted = asyncio.Event()
    when_promoted(urgency, promoted.set)
    said: set[str] = set()
    writing = Urgency(urgency.priority)  # the first clause as urgently as the reply, the others while it plays

    def follow() -> None:
        writing.priority = Priority.AHEAD if said and urgency.priority == Priority.COMMITTED else urgency.priority

    urgency.watch(follow)
    tokens = model.generate(call, part.system, turns, part.max_tokens, writing)
    words = 0
    sentences = _sentences(part.fact) if part.fact else TOO_MANY  # of a note; what comes after as many adds to it
    why = ""
    try:
        async with contextlib.aclosing(_chunked(tokens, chunker, part.max_tokens)) as clauses:
            while True:
                budget = CLAUSE_BUDGET if said else FIRST_CLAUSE_BUDGET
                clause = await _in_time(clauses, budget, promoted)
                if clause is None:
                    break
                plain = normalise(clause)
                if why := _unfit(clause, plain, part, said, allows):
                    break
                said.add(plain)
                follow()
                words += len(clause.split())
                yield clause
                sentences -= ends_sentence(clause)
                why = _too_long(words, clause)
                if why or sentences == 0:
                    break
    except TimeoutError:
        why = "it was too slow"
    except LanguageModelError as error:
        why = str(error)
    if not said:
        log.warning("the model gave nothing to say", call=call, reason=why or "its reply was empty")
    elif why:
        log.info("the model's reply was cut", call=call, reason=why, clauses=len(said))


def _too_long(words: int, clause: str) -> str:
    """Why nothing may follow a clause with which so many words were said."""
    return "it talks too long" if words >= TOO_MANY or (words >= ENOUGH and ends_sentence(clause)) else ""


def _sentences(text: str) -> int:
    chunker = Chunker()
    return max(1, sum(map(ends_sentence, (*chunker.push(text), *chunker.finish()))))


def _unfit(clause: str, plain: str, part: ModelPart, said: set[str], allows: Allows) -> str:
    """Why the clause, spoken as `plain`, must not be said; "" when it may be."""
    if not plain:
        return "it said nothing that can be spoken"
    if plain in said:
        return "it repeats itself"
    allowed = faithful(clause, part.said, part.fact) if part.fact else allows(clause, part.said)
    return "" if allowed else "the fence refused a clause"


async def _in_time(clauses: AsyncGenerator[str, None], budget: float, promoted: asyncio.Event) -> str | None:
    """The next clause, None at the end. A draft may take its time. Raises TimeoutError."""
    clause = asyncio.ensure_future(anext(clauses, None))
    committed = asyncio.ensure_future(promoted.wait())
    try:
        await asyncio.wait({clause, committed}, return_when=asyncio.FIRST_COMPLETED)
        return await asyncio.wait_for(clause, budget)
    finally:
        committed.cancel()
        if not clause.done():
            clause.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await clause
        elif not clause.cancelled():
            clause.exception()  # seen: whoever was to hear of it may be gone


async def _chunked(tokens: AsyncIterator[str], chunker: Chunker, most: int) -> AsyncGenerator[str, None]:
    count, spoke = 0, False
    try:
        async for token in tokens:
            count += 1
            for clause in chunker.push(token):
                spoke = True
                yield clause
        for clause in chunker.finish():
            if count < most or ends_sentence(clause) or not spoke:
                yield clause
    finally:
        if close := getattr(tokens, "aclose", None):
            await close()
