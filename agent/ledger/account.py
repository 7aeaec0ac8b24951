"""Where this machine's time goes, from the turns that the ledger keeps, and what would buy how much of it. Pure.

What is advised is computed: each piece says the most that it could save in the mean turn, had its stage taken no time
at all. Savings of stages that follow each other add up; patience and what it hides do not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from agent.ledger.entry import Entry
from agent.ledger.stages import ORDER, shares

WORTH_MS = 3.0  # in the mean turn; less is not worth a setting

COMPARED = 5  # turns on either side of a comparison, at least


class Spread(msgspec.Struct, frozen=True):
    """Percentiles of some milliseconds."""

    name: str
    p50: float
    p95: float
    turns: int


class Spent(msgspec.Struct, frozen=True):
    """What a stage added to the caller's wait, in the mean of all turns."""

    stage: str
    mean: float  # ms
    percent: float  # of the whole wait
    turns: int  # that it held up


class Advice(msgspec.Struct, frozen=True):
    """What could be done, and what it would buy at most: ms off the mean turn."""

    most: float
    text: str


class Account(msgspec.Struct, frozen=True):
    """All that `offhook latency` shows."""

    turns: int
    calls: int
    audible: tuple[Spread, ...]  # all turns, then by kind and by route
    stages: tuple[Spread, ...]  # how long each takes, whether or not it was waited for
    spent: tuple[Spent, ...]
    advice: tuple[Advice, ...]
    drafted_percent: float  # of the replies
    drafts: int
    wasted: int
    wasted_ms: float  # of work, in the mean turn
    starved: int
    cut_in: int  # replies that began before the caller was done
    loop_lag_ms: float  # worst


def account(entries: Sequence[Entry], cores: int = 1) -> Account:
    """Of at least one entry, on a machine of `cores`. Raises ValueError for none."""
    if not entries:
        raise ValueError("no turns, no account")
    spent = _spent(entries)
    return Account(
        turns=len(entries),
        calls=len({entry.call for entry in entries}),
        audible=tuple(_audible(entries)),
        stages=tuple(_stages(entries)),
        spent=spent,
        advice=tuple(sorted((*_advice(entries, spent), *_load(entries, cores)), key=lambda one: -one.most)),
        drafted_percent=round(100.0 * sum(entry.drafted for entry in entries) / len(entries), 1),
        drafts=sum(entry.drafts for entry in entries),
        wasted=sum(entry.wasted for entry in entries),
        wasted_ms=round(sum(entry.wasted_ms for entry in entries) / len(entries), 1),
        starved=sum(entry.starved for entry in entries),
        cut_in=sum(entry.audible < 0 for entry in entries),
        loop_lag_ms=max(entry.loop_lag_ms for entry in entries),
    )


def _audible(entries: Sequence[Entry]) -> Iterable[Spread]:
    yield _spread("all turns", [entry.audible for entry in entries])
    for of in ("kind", "route"):
        groups: dict[str, list[float]] = defaultdict(list)
        for entry in entries:
            groups[getattr(entry, of) or "unknown"].append(entry.audible)
        yield from (_spread(f"{of} {name}".replace("_", " "), groups[name]) for name in sorted(groups))


def _stages(entries: Sequence[Entry]) -> Iterable[Spread]:
    lengths: dict[str, list[float]] = {}
    for entry in entries:
        for stage in entry.stages:
            lengths.setdefault(stage.name, []).append(stage.end - stage.start)
    return (_spread(name, lengths[name]) for name in ORDER if name in lengths)


def _spread(name: str, values: Sequence[float]) -> Spread:
    p50, p95 = np.percentile(values, (50, 95))
    return Spread(name, round(float(p50), 1), round(float(p95), 1), len(values))


def _spent(entries: Sequence[Entry]) -> tuple[Spent, ...]:
    added: dict[str, list[float]] = {}
    for entry in entries:
        for stage, ms in shares(entry.marks).items():
            added.setdefault(stage, []).append(ms)
    whole = sum(sum(values) for values in added.values())
    return tuple(
        Spent(
            stage,
            round(sum(added[stage]) / len(entries), 1),
            round(100.0 * sum(added[stage]) / whole, 1) if whole else 0.0,
            sum(value > 1.0 for value in added[stage]),
        )
        for stage in ORDER
        if stage in added
    )


def _advice(entries: Sequence[Entry], all_spent: Sequence[Spent]) -> Iterable[Advice]:
    turns, spent = len(entries), {one.stage: one for one in all_spent}
    held = [waited for entry in entries if (waited := _waited(entry)) > 0]
    if (most := sum(held) / turns) >= WORTH_MS:
        yield Advice(
            round(most, 1),
            f"{len(held)} of {turns} turns waited for silence, p50 {np.median(held):.0f} ms, after all was known: a "
            "shorter patience in the dialplan. It is paid for with callers who are cut off",
        )
    for stage, what in _REMEDIES.items():
        one = spent.get(stage)
        if one is not None and one.mean >= WORTH_MS:
            yield Advice(one.mean, f"{stage} held up {one.turns} of {turns} turns: {what}")
    late = [entry for entry in entries if not entry.drafted]
    made = [sum(shares(entry.marks).get(stage, 0.0) for stage in _MAKING) for entry in late]
    if (most := sum(made) / turns) >= WORTH_MS:
        yield Advice(
            round(most, 1),
            f"{len(late)} of {turns} replies were not drafted ahead, p50 {np.median(made):.0f} ms of making them: a "
            "free core lets a draft be ready sooner; answers that are fixed texts need no rendering in the call",
        )


def _load(entries: Sequence[Entry], cores: int) -> Iterable[Advice]:
    """What turns took longer while more wanted to run than there are cores."""
    busy = [entry.audible for entry in entries if entry.load > cores]
    idle = [entry.audible for entry in entries if entry.load <= cores]
    if min(len(busy), len(idle)) < COMPARED:
        return
    longer = float(np.median(busy) - np.median(idle))
    if (most := longer * len(busy) / len(entries)) >= WORTH_MS:
        yield Advice(
            round(most, 1),
            f"{len(busy)} of {len(entries)} turns came while the machine's load was over {cores}, its cores, and took "
            f"{longer:.0f} ms longer (medians): fewer calls a machine, or nothing else on it",
        )


def _waited(entry: Entry) -> float:
    """ms of silence that the turn's end waited for when everything was known; 0.0 where it did not."""
    if "patience" not in shares(entry.marks):
        return 0.0
    return max((stage.end - stage.start for stage in entry.stages if stage.name == "patience"), default=0.0)


_MAKING = ("reply", "model", "first clause", "making")
# Stages that a setting moves. What is not here (the VAD, the line's own transport) has none.
_REMEDIES = {
    "recogniser": "a smaller model (agent.recogniser), or fewer calls a machine (limits.conversations, lines)",
    "weighing": "a smaller language model (agent.language_model), or fewer calls a machine",
    "reply": "understanding waits for the processor: fewer calls a machine",
    "model": "a smaller or faster model (agent.language_model), or none: stock answers",
    "first clause": "threads of the voice (agent.threads) where cores are free, or stock answers in the dialplan",
    "making": "a filler went first: what goes for model and first clause",
    "hand-over": "the agent's event loop is late: fewer calls a machine",
}
