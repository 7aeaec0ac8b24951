"""The parts that decide a turn, measured without calls: what drafts cost, behind the calls of `offhook bench turns`."""

from __future__ import annotations

from collections.abc import Callable

from agent.bench import prefixes
from agent.bench.figures import Figure


async def parts(progress: Callable[[str], None]) -> tuple[Figure, ...]:
    """Every part's figures. Raises ModelError, LanguageModelError, VoiceError."""
    return await prefixes.measure(progress=progress)
