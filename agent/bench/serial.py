"""The same parts one after another, as a pipeline without our own ideas would run them: for comparison.

::

    end of speech ─► 700 ms of silence ─► recognise the utterance ─► the whole reply ─► all of its sound ─► first sample

Same models, same settings and threads as the bot, no prompts rendered before, no drafts, no clauses. It is favoured:
the end of speech is the label, known at once; the machine does nothing else. `python -m agent.bench.serial` reads an
Order as JSON on standard input and writes a Steps a clip, as JSON lines.
"""

from __future__ import annotations

import asyncio
import queue
import re
import sys
import time
from pathlib import Path

import msgspec
import numpy as np

from agent.bench.clip import in_band
from agent.dialplan.load import load
from agent.engines.contract import Final, Priority, Recognised
from agent.engines.llama import LlamaModel
from agent.engines.minilm import MiniLm
from agent.engines.piper import PiperEngine
from agent.engines.vosk import VoskEngine
from agent.errors import RecogniserError
from agent.models.store import ModelStore
from agent.reply.fence import Fence
from agent.reply.reply import ModelPart, Part, Reply
from agent.reply.responder import Responder
from agent.reply.wording import faithful
from agent.speak.normalise import normalise
from telephony.audio import Samples, to_pcm

SILENCE_MS = 700.0
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")


class Order(msgspec.Struct, frozen=True):
    """What to run: `clips` are the names of the arrays in the file `sounds` (npz, int16, 16 kHz)."""

    dialplan: Path
    sounds: Path
    clips: tuple[str, ...]
    recogniser: str = "vosk-small-en-us"
    language_model: str = "smollm2-135m"
    embeddings: str = "minilm-l6"
    threads: int = 2  # of the voice, as in the bot


class Steps(msgspec.Struct, frozen=True):
    """Where one reply's time went, ms."""

    clip: str
    silence: float
    recognise: float
    reply: float
    synthesise: float

    @property
    def total(self) -> float:
        """From the end of speech to the first sample of the reply, before any transport."""
        return self.silence + self.recognise + self.reply + self.synthesise


class SerialBot:
    """The parts, loaded. Blocking where the parts block."""

    def __init__(self, order: Order) -> None:
        store = ModelStore()
        plan = load(order.dialplan)
        self._voice = PiperEngine.load(store.path(plan.voice), threads=order.threads)
        self._recogniser = VoskEngine.load(store.path(order.recogniser))
        self._model = LlamaModel.load(store.path(order.language_model))
        self._responder = Responder(plan, MiniLm.load(store.path(order.embeddings), order.embeddings))
        self._allows = Fence(plan).allows

    async def open(self) -> None:
        """The prefix of the model's prompts, as the bot prepares it."""
        for prompt in self._responder.prompts:
            await self._model.prepare(prompt)

    async def steps(self, clip: str, samples: Samples) -> Steps:
        """One clip as the only turn of a call."""
        begun = time.perf_counter()
        said = await asyncio.to_thread(self._recognise, in_band(samples))
        known = time.perf_counter()
        talk = self._responder.conversation("5550100")
        talk.greet()
        text = await self._words(talk.answer(said), clip)
        worded = time.perf_counter()
        await self._voice.render(normalise(text))
        spoken = time.perf_counter()
        await self._model.forget(clip)
        return Steps(clip, SILENCE_MS, 1e3 * (known - begun), 1e3 * (worded - known), 1e3 * (spoken - worded))

    def close(self) -> None:
        """Free the parts."""
        for part in (self._voice, self._recogniser, self._model):
            part.close()

    def _recognise(self, samples: Samples) -> str:
        results: queue.SimpleQueue[Recognised] = queue.SimpleQueue()
        recogniser = self._recogniser.open(results.put)
        try:
            recogniser.feed(0, to_pcm(samples))
            recogniser.flush()
            words: list[str] = []
            while True:
                result = results.get(timeout=30.0)
                if isinstance(result, Final):
                    words.append(result.text)
                    if result.flushed:
                        return " ".join(filter(None, words))
        except queue.Empty:
            raise RecogniserError("the recogniser did not answer within 30 s") from None
        finally:
            recogniser.close()

    async def _words(self, reply: Reply, call: str) -> str:
        return " ".join([await self._part(part, call) for part in reply.parts])

    async def _part(self, part: Part, call: str) -> str:
        if not isinstance(part, ModelPart):
            return part.text
        turns = [("user", part.asked)]
        tokens = self._model.generate(call, part.system, turns, part.max_tokens, Priority.COMMITTED)
        whole = "".join([token async for token in tokens])
        said = [
            sentence.strip()
            for sentence in _SENTENCE.findall(whole)
            if (faithful(sentence, part.said, part.fact) if part.fact else self._allows(sentence, part.said))
        ]
        return " ".join(said) or part.instead


async def _main() -> None:
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order, dec_hook=lambda kind, value: kind(value))
    bot = SerialBot(order)
    await bot.open()
    with np.load(order.sounds) as sounds:
        await bot.steps("warm-up", sounds[order.clips[0]])
        for clip in order.clips:
            steps = await bot.steps(clip, sounds[clip])
            sys.stdout.buffer.write(msgspec.json.encode(steps) + b"\n")
            sys.stdout.flush()
    bot.close()


if __name__ == "__main__":
    asyncio.run(_main())
