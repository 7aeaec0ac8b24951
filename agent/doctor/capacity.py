"""From what one call costs to how many this machine will hold. Pure arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec

from agent.doctor.finding import Finding, blocking, good, note, warning
from agent.doctor.speed import Speed, Timing

TURN_EVERY_S = 6.0
"""A caller's turn in a brisk conversation."""
CLAUSES_A_TURN = 2
MEDIA_CORES = 0.06
"""A call's share in the line: 20 ms frames both ways and the voice activity detector (4% of a core)."""
HEADROOM = 0.7
"""Beyond this share of all cores, steps that take 100 ms begin to take 200."""
CALL_MEMORY = 25e6
CALLS_A_LINE = 3

_SLOW = {"flush": 0.075, "clause": 0.25, "draft": 0.25}
"""Seconds beyond which the step alone takes a noticeable part of the pause that a person would leave."""


class Capacity(msgspec.Struct, frozen=True):
    """`calls` at once; `limit` says what runs out first; `cores_a_call` is the average load of one."""

    calls: int
    limit: str
    cores_a_call: float
    lines: int


def capacity(speed: Speed, cores: float, memory: float) -> Capacity:
    """`memory` in bytes is what is left when everything is loaded."""
    draft = speed.first_token.processor if speed.first_token else 0.0
    turn = speed.flush.processor + speed.embedding.processor + CLAUSES_A_TURN * speed.clause.processor + draft
    a_call = speed.listening + MEDIA_CORES + turn / TURN_EVERY_S
    by_cores = math.floor(cores * HEADROOM / a_call)
    by_memory = math.floor(memory / CALL_MEMORY)
    calls = max(0, min(by_cores, by_memory))
    limit = "processor" if by_cores <= by_memory else "memory"
    return Capacity(calls, limit, a_call, max(1, math.ceil(calls / CALLS_A_LINE)))


def explain(speed: Speed, found: Capacity) -> Iterator[Finding]:
    """One finding a step, and the number of calls."""
    yield _step("flush", "recogniser: one flush", speed.flush, "a smaller recogniser")
    yield _step("clause", "voice: one clause of six words", speed.clause, "a voice of quality low or x_low")
    if speed.first_token:
        rate = f", then {speed.tokens_per_s:.0f} tokens/s"
        yield _step("draft", "model: first token of a draft", speed.first_token, "a smaller model", rate)
    each = f"{found.cores_a_call:.2f} core(s) a call; {found.limit} runs out first"
    if found.calls == 0:
        yield blocking("capacity", f"not one call at conversational speed: {each}", "more cores, or smaller models")
    elif found.calls == 1:
        yield warning("capacity", f"1 call at once: {each}", "more cores for more calls")
    elif found.lines > 1:
        what = f"{found.calls} calls at once: {each}"
        yield note("capacity", what, f"one line process holds {CALLS_A_LINE}: offhook serve --lines {found.lines}")
    else:
        yield good("capacity", f"{found.calls} calls at once: {each}")


def _step(key: str, subject: str, timing: Timing, smaller: str, more: str = "") -> Finding:
    what = f"{timing.median * 1000:.0f} ms median, {timing.worst * 1000:.0f} ms worst{more}"
    if timing.median > _SLOW[key]:
        remedy = f"over {_SLOW[key] * 1000:.0f} ms callers notice: stop other work on this machine, or use {smaller}"
        return warning(subject, what, remedy)
    return good(subject, what)
