"""The parts that decide a turn, measured without calls, behind the calls of `offhook bench turns`: how well the
endpointer tells a finished turn from a pause, and what drafts cost.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from agent.bench import endpointing, prefixes
from agent.bench.figures import Figure
from agent.errors import AgentError

Progress = Callable[[str], None]
Part = Callable[[Progress], Awaitable[tuple[Figure, ...]]]
PARTS: Mapping[str, Part] = {
    "endpointing": lambda progress: endpointing.run(progress=progress),
    "drafts": lambda progress: prefixes.measure(progress=progress),
}


async def parts(progress: Progress, measured: Mapping[str, Part] = PARTS) -> tuple[tuple[Figure, ...], tuple[str, ...]]:
    """Every part's figures, and in words what could not be measured: one that lacks a model or a Debian package does
    not cost the others."""
    figures: list[Figure] = []
    problems: list[str] = []
    for name, measure in measured.items():
        try:
            figures += await measure(lambda told, name=name: progress(f"{name}: {told}"))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        except (AgentError, OSError) as error:
            problems.append(f"{name}: {error}")
    return tuple(figures), tuple(problems)
