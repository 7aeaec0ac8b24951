"""Beside our own figures: the same parts in a row (`agent.bench.serial`), on the same clips, in the same run."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from agent.bench.bot import BotFailed
from agent.bench.cast import Sounds
from agent.bench.figures import Figure, quantiles
from agent.bench.latency_figures import NAMES, ONE, times
from agent.bench.questions import Question, clip_of
from agent.bench.serial import Order, Steps
from agent.bench.turn_record import TurnRecord

TRANSPORT_MS = 50.0  # in and out, taken for the serial pipeline where the bot's ledger tells nothing


async def serially(dialplan: Path, asked: Sequence[Question], sounds: Sounds, count: int) -> dict[str, list[float]]:
    """Kind -> ms from the end of speech to the first sample, for about `count` of the questions in the same mix.
    Raises BotFailed."""
    kinds = {kind: [one for one in asked if one.kind == kind] for kind in NAMES}
    some = [one for kind in kinds.values() for one in kind[: max(1, count * len(kind) // max(1, len(asked)))]]
    with tempfile.TemporaryDirectory(prefix="offhook-serial-") as scratch:
        file = Path(scratch) / "clips.npz"
        clips = {f"clip {number}": clip_of(question, sounds) for number, question in enumerate(some)}
        arrays: dict[str, Any] = {name: clip.samples[: clip.voiced.end] for name, clip in clips.items()}
        np.savez(file, **arrays)
        order = Order(dialplan, file, tuple(clips))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "agent.bench.serial",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        output, _ = await process.communicate(msgspec.json.encode(order, enc_hook=str))
    if process.returncode:
        raise BotFailed(f"the serial pipeline ended with {process.returncode}")
    steps = [msgspec.json.decode(line, type=Steps) for line in output.splitlines()]
    found: dict[str, list[float]] = {kind: [] for kind in NAMES}
    for question, one in zip(some, steps, strict=True):
        found[question.kind].append(one.total)
    return found


def compared(records: Sequence[TurnRecord], serial: Mapping[str, Sequence[float]]) -> tuple[Figure, ...]:
    """The serial pipeline's figures, the transport added, and how much slower it is."""
    transport = transport_ms(records)
    found: list[Figure] = []
    for kind, name in NAMES.items():
        whole = [value + transport for value in serial[kind]]
        ours = times([one for one in records if one.phase == ONE and one.kind == kind])
        found += quantiles(f"serial pipeline, {name}: first audio", whole, ((0.5, None), (0.95, None)))
        if whole and ours:
            slower = round(float(np.median(whole) / np.median(ours)), 2)
            found.append(Figure(f"serial pipeline to offhook, {name}", slower, "x", None, len(whole), "p50 to p50"))
    return tuple(found)


def transport_ms(records: Sequence[TurnRecord]) -> float:
    """ms that the line and the wire take in and out: what is heard less what was done when sound was handed over."""
    taken = [
        one.first_audio - one.ledger.marks["sound"]
        for one in records
        if one.phase == ONE and one.ledger and one.first_audio is not None and "sound" in one.ledger.marks
    ]
    return float(np.median(taken)) if taken else TRANSPORT_MS
