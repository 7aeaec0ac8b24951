"""The stock answers of a dialplan as the bot says them: their sound is known before the call, and where each word is.

They are read from the prompts that the bot under test has rendered, so this comes after its start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.bench.clip import in_band
from agent.bench.questions import answer_of, kind_of
from agent.config import load as load_config
from agent.dialplan.schema import Dialplan, Fact, Intent
from agent.engines.contract import SpokenWord
from agent.engines.piper import PiperEngine
from agent.host.generation import heard_of
from agent.models.store import ModelStore
from agent.speak.library import PromptLibrary
from telephony.audio import Samples, samples_of


@dataclass(frozen=True)
class StockAnswer:
    """What a topic is answered with: 16 kHz as it sounds behind a telephone's codec, shape (n,), and its words."""

    topic: str
    wave: Samples
    words: tuple[SpokenWord, ...]

    def count(self, samples: int) -> int:
        """How many of its words were heard of one that was cut after so many samples."""
        return len(heard_of(self.words, samples))

    def counted(self, history: str) -> int | None:
        """The same by what the bot remembers having said, which may begin with other words; None where none of the
        answer is in it."""
        said, mine = history.split(), [word.text for word in self.words]
        if any(said[at : at + len(mine)] == mine for at in range(len(said))):
            return len(mine)
        counts = range(min(len(said), len(mine)), 0, -1)
        return next((count for count in counts if said[-count:] == mine[:count]), None)


def longest(plan: Dialplan, count: int) -> list[Intent | Fact]:
    """The topics with the longest answers among those that have a stock answer and do nothing else."""
    stock = [topic for topic in plan.topics if kind_of(topic) == "stock" and not getattr(topic, "acts", False)]
    return sorted(stock, key=lambda topic: -len(answer_of(topic)))[:count]


async def stock_answers(plan: Dialplan, topics: Sequence[Intent | Fact], config: Path | None) -> dict[str, StockAnswer]:
    """Of each of `topics`, by its name. Raises ConfigError, ModelError; KeyError where the bot has not rendered one."""
    engine = await asyncio.to_thread(PiperEngine.load, ModelStore().path(plan.voice))
    try:
        library = PromptLibrary(load_config(config).agent.prompts_dir, engine)
        found = {}
        for topic in topics:
            prompt = library.id_of(answer_of(topic))
            wave = in_band(samples_of(library.pcm(prompt)))
            found[topic.name] = StockAnswer(topic.name, wave, library.words(prompt))
        return found
    finally:
        engine.close()
