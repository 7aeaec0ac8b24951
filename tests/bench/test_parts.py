"""A part that cannot be measured is said, and does not cost the others."""

from __future__ import annotations

from agent.bench.figures import Figure
from agent.bench.parts import PARTS, Progress, parts
from agent.errors import ModelError

FIGURE = Figure("cut-ins", 0.1, "")


async def well(progress: Progress) -> tuple[Figure, ...]:
    progress("halfway")
    return (FIGURE,)


async def without_model(progress: Progress) -> tuple[Figure, ...]:
    raise ModelError("no model; fetch one")


async def without_package(progress: Progress) -> tuple[Figure, ...]:
    raise FileNotFoundError("clips are missing")


async def test_what_fails_is_a_problem_and_the_rest_is_measured() -> None:
    told: list[str] = []
    figures, problems = await parts(told.append, {"a": without_model, "b": well, "c": without_package})
    assert figures == (FIGURE,)
    assert problems == ("a: no model; fetch one", "c: clips are missing")
    assert told == ["b: halfway"]


def test_endpointing_and_drafts_are_among_them() -> None:
    assert {"endpointing", "drafts"} <= set(PARTS)
