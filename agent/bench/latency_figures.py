"""From the turns of a run to its figures, beside what is wanted. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from agent.bench.estimate import quantile
from agent.bench.figures import Figure, quantiles, share
from agent.bench.truth import agreement
from agent.bench.turn_record import TurnRecord

Limits = Sequence[tuple[float, float | None]]
ONE, STREET, BABBLE, NETWORK, TWO, FOUR = (
    "one call", "street, 15 dB", "babble, 15 dB",
    "3% loss, 30 ms jitter, 1% reordered", "two calls", "four calls, two lines",
)  # fmt: skip
KINDS: dict[str, Limits] = {
    "stock": ((0.5, 270.0), (0.95, 350.0)),
    "rendered": ((0.5, 350.0), (0.95, 500.0)),
    "model": ((0.5, 400.0), (0.95, 600.0)),
}
NAMES = {"stock": "stock", "rendered": "rendered in the call", "model": "worded by the model"}
MIXED: Limits = ((0.5, 300.0), (0.95, 600.0))
DECISION: Limits = ((0.5, 180.0), (0.95, 230.0))
NOISY: Limits = ((0.5, 400.0), (0.95, 750.0))
NETWORK_RATIO, TWO_RATIO, FOUR_MS = 1.2, 1.3, 800.0
CUT_INS_PERCENT, ACKNOWLEDGED_PERCENT, LOOP_LAG_MS, HARNESS_CORES = 3.0, 15.0, 20.0, 0.3


def figures(records: Sequence[TurnRecord]) -> tuple[Figure, ...]:
    """All that the turns tell."""
    one = [record for record in records if record.phase == ONE]
    return (*_kinds(one), *_decisions(one), *_failures(records), *_conditions(records), *_account(one))


def times(records: Sequence[TurnRecord]) -> list[float]:
    """To the first audio of the right answers."""
    return [one.first_audio for one in records if one.verdict == "right" and one.first_audio is not None]


def _words(records: Sequence[TurnRecord]) -> list[float]:
    return [one.first_word for one in records if one.verdict == "right" and one.first_word is not None]


def _kinds(one: Sequence[TurnRecord]) -> tuple[Figure, ...]:
    found: list[Figure] = []
    for kind, limits in KINDS.items():
        some = [record for record in one if record.kind == kind]
        found += quantiles(f"{NAMES[kind]}: first audio", times(some), limits)
        found += quantiles(f"{NAMES[kind]}: first word of the answer", _words(some), limits)
    found += quantiles("all mixed: first audio", times(one), MIXED)
    found += quantiles("all mixed: first word of the answer", _words(one), MIXED)
    return tuple(found)


def _decisions(one: Sequence[TurnRecord]) -> tuple[Figure, ...]:
    """In the line's time; and from the label, which is what the wire says less what the bot took after deciding."""
    decided, by_label = [], []
    for record in one:
        entry = record.ledger
        if record.verdict == "right" and entry is not None and "commit" in entry.marks:
            decided.append(entry.marks["commit"])
            by_label.append((record.first_audio or 0.0) - (entry.audible - entry.marks["commit"]))
    return (
        *quantiles("decision after the end of speech", decided, DECISION),
        *quantiles("the same, from the label and by the wire", by_label, ((0.5, None), (0.95, None))),
    )


def _failures(records: Sequence[TurnRecord]) -> tuple[Figure, ...]:
    found: list[Figure] = []
    for phase in dict.fromkeys(record.phase for record in records):
        some = [record for record in records if record.phase == phase]
        verdicts = [record.verdict for record in some]
        limit = CUT_INS_PERCENT if phase == ONE else None
        found.append(share(f"{phase}: cut-ins", verdicts.count("cut in"), len(some), limit))
        lost = verdicts.count("unanswered") + verdicts.count("not begun")
        found.append(Figure(f"{phase}: unanswered", lost, "", 0 if phase == ONE else None, len(some)))
        found.append(share(f"{phase}: another answer than the dialplan's", verdicts.count("wrong"), len(some)))
    return tuple(found)


def _conditions(records: Sequence[TurnRecord]) -> tuple[Figure, ...]:
    by = {phase: times([one for one in records if one.phase == phase]) for phase in {one.phase for one in records}}
    found: list[Figure] = []
    noisy = by.get(STREET, []) + by.get(BABBLE, [])
    if noisy:
        found += quantiles("noise of street and babble, 15 dB: first audio", noisy, NOISY)
    for phase in (STREET, BABBLE):
        if by.get(phase):
            found += quantiles(f"{phase}: first audio", by[phase], ((0.5, None), (0.95, None)))
    for phase, limit in ((NETWORK, NETWORK_RATIO), (TWO, TWO_RATIO)):
        if by.get(phase):
            found += quantiles(f"{phase}: first audio", by[phase], ((0.5, None), (0.95, None)))
            found.append(_ratio(f"{phase}: p95 to that of one call", by[phase], by.get(ONE, []), limit))
    if by.get(FOUR):
        found += quantiles(f"{FOUR}: first audio", by[FOUR], ((0.5, None), (0.95, FOUR_MS)))
    return tuple(found)


def _ratio(name: str, values: Sequence[float], base: Sequence[float], limit: float) -> Figure:
    if not values or not base:
        return Figure(name, float("inf"), "", limit, 0, "nothing was measured")
    over, under = quantile(values, 0.95).value, quantile(base, 0.95).value
    return Figure(name, round(over / max(under, 1e-9), 2), "", limit, len(values), f"{over:.0f} to {under:.0f} ms")


def _account(one: Sequence[TurnRecord]) -> tuple[Figure, ...]:
    """What the bot says of itself, and how far the wire bears it out."""
    pairs = [(record, record.ledger) for record in one if record.ledger is not None]
    answered = [record for record in one if record.first_audio is not None]
    if not pairs:
        return (Figure("turns that the bot's ledger has", 0, "", None, len(answered), "none: no account of its own"),)
    heard = [(entry.audible, record.first_audio or 0.0) for record, entry in pairs]
    led = sum(entry.first != "answer" for _, entry in pairs)
    starved = sum(entry.starved for _, entry in pairs)
    paused = sum(entry.pauses for _, entry in pairs)
    made, wasted = sum(entry.drafts for _, entry in pairs), sum(entry.wasted for _, entry in pairs)
    cost = sum(entry.wasted_ms for _, entry in pairs) / len(pairs)
    spoken = sum(entry.heard_ms for _, entry in pairs) / 1000
    return (
        share("turns that the bot's ledger has", len(pairs), len(answered)),
        *agreement(heard),
        share("an acknowledgement or a filler went first", led, len(pairs), ACKNOWLEDGED_PERCENT),
        Figure("playout starved", starved, "", 0, len(pairs), f"in {spoken:.0f} s of replies"),
        Figure("pauses between an acknowledgement and its answer", paused, "", None, led),
        share("replies that were drafted before the decision", sum(entry.drafted for _, entry in pairs), len(pairs)),
        share("drafts wasted", wasted, made, None, f"{cost:.0f} ms of work a turn, {made / len(pairs):.2f} drafts"),
    )  # fmt: skip
