"""What became of a reply that a caller spoke over: from the recording, and the known sound of the reply. Pure.

The reply is laid beside the recording where they match best; then its loudness in the recording is known wherever it
is loud itself, and a pause of the speaker is not taken for a silence of the bot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from telephony.audio import Samples, ms, samples
from telephony.testing.measure import Span

DUCKED = 10.0 ** (-15 / 20)
SILENT = 10.0 ** (-34 / 20)
HOP, WINDOW = samples(0.01), samples(0.02)
LOUD = 32768 * 10.0 ** (-42 / 20)  # RMS of a window that says how loud the reply is
STEADY = 3  # loud windows in a row
TOLD = samples(0.05)  # between two loud windows: how loud the reply was in between is known well enough
UNHEARD = 32768 * 10.0 ** (-56 / 20)  # RMS
TEMPLATE = samples(0.5)
MATCH = 0.6  # correlation from which it is the same sound
PIECE = samples(
    0.3
)  # of a reply's begin or end: a late packet moves what is behind it, so not all are heard as they were
PIECES = tuple(samples(0.1 * number) for number in range(6))  # where those of the begin lie
SURE = 0.75  # correlation of a piece that is heard as it was
MOVED = samples(0.035)  # pieces of one reply are moved against each other by this at most


@dataclass(frozen=True)
class Overlap:
    """ms from the caller's first voiced sample to when the reply was 15 dB quieter and when it was silent, None where
    it never was, or where a pause of its speaker leaves open how loud it was; `resumed`: ms of that silence, None where
    nothing more of the reply came; `whole`: it came to its end; `cut`: samples of the reply that were sent at most
    before that silence, `sure`: and at least. A pause of the speaker lies between the two.
    """

    ducked: float | None
    silent: float | None
    resumed: float | None
    whole: bool
    cut: int | None = None
    sure: int | None = None


def overlap(reference: Samples, bot: Samples, reply: Span, voice: int) -> Overlap | None:
    """The reply lies in `reply` on the bot's track, with all that belongs to the turn; the caller's voice begins at
    `voice`. None where it is another reply than `reference`."""
    lag = _laid(reference, bot, Span(reply.start, voice))
    if lag is None:
        return None
    gains = _gains(reference, bot, lag, Span(voice, min(reply.end, lag + len(reference))))
    ducked, silent = _first(gains, DUCKED), _first(gains, SILENT)
    if ducked is not None and ducked - _loud_before(gains, ducked, voice) > TOLD:
        ducked = None
    if silent is None:
        return Overlap(_after(ducked, voice), None, None, _ends(reference, bot, lag, reply.end))
    heard = _quiet_from(bot, silent, voice)
    # Of the last window that is not silent, a few samples may be all that was sent.
    sure = max([there for there, _ in gains if there < silent], default=voice) - lag
    rest = reference[max(0, silent - lag) :]
    template = rest[_loud_from(rest) :][:TEMPLATE]
    again = _found(template, bot, Span(silent, reply.end)) if len(template) >= TEMPLATE // 2 else None
    if again is None:
        whole = _ends(reference, bot, lag, reply.end)
        return Overlap(_after(ducked, voice), ms(heard - voice), None, whole, silent - lag, sure)
    moved = again - (silent + _loud_from(rest))
    ends = _ends(reference, bot, lag, reply.end)
    return Overlap(_after(ducked, voice), ms(heard - voice), ms(moved), ends, silent - lag, sure)


def gaps(reference: Samples, bot: Samples, reply: Span) -> int | None:
    """How many windows of a reply that nobody spoke over are quieter than they should be; None as above."""
    lag = _laid(reference, bot, reply)
    if lag is None:
        return None
    return sum(gain < DUCKED for _, gain in _gains(reference, bot, lag, Span(lag, lag + len(reference))))


def _gains(reference: Samples, bot: Samples, lag: int, where: Span) -> list[tuple[int, float]]:
    found = []
    for at in range(where.start, min(where.end, len(bot)) - WINDOW, HOP):
        wanted = reference[max(0, at - lag) : max(0, at - lag + WINDOW)].astype(np.float64)
        if len(wanted) < WINDOW or np.sqrt(np.mean(wanted**2)) < LOUD:
            continue
        there = bot[at : at + WINDOW].astype(np.float64)
        found.append((at, float(np.sqrt(np.mean(there**2)) / np.sqrt(np.mean(wanted**2)))))
    return found


def _loud_before(gains: list[tuple[int, float]], at: int, voice: int) -> int:
    """Where the last part of the reply before `at` ends that is loud itself; the voice's begin where there is none."""
    return max([min(there + WINDOW, at) for there, _ in gains if there < at], default=voice)


def _quiet_from(bot: Samples, silent: int, voice: int) -> int:
    """From where on the bot is not heard, of a reply that is silent at `silent`: in a pause of its speaker that is
    earlier than where the reply would be loud."""
    at = silent
    while at - HOP > voice and np.sqrt(np.mean(bot[at - HOP : at].astype(np.float64) ** 2)) < UNHEARD:
        at -= HOP
    return at


def _first(gains: list[tuple[int, float]], limit: float) -> int | None:
    for index in range(len(gains) - STEADY + 1):
        if all(gain < limit for _, gain in gains[index : index + STEADY]):
            return gains[index][0]
    return None


def _laid(reference: Samples, bot: Samples, where: Span) -> int | None:
    """Where on the track the reference begins, None where it is not in `where`."""
    found = []
    for begin in PIECES:
        at, alike = _likest(reference[begin : begin + PIECE], bot, Span(where.start, where.end + begin))
        found.append((alike, at - begin))
    sure, lag = max(found)
    agreeing = sum(alike >= MATCH and abs(at - lag) <= MOVED for alike, at in found)
    return lag if sure >= SURE and agreeing > 1 else None


def _found(template: Samples, bot: Samples, where: Span) -> int | None:
    """Where in `where` the template begins, None where it does not."""
    at, alike = _likest(template, bot, where)
    return at if alike >= MATCH else None


def _likest(template: Samples, bot: Samples, where: Span) -> tuple[int, float]:
    """Where in `where` the track is most like the template, and how much: the correlation, -1 where there is none."""
    part = bot[max(0, where.start - WINDOW) : where.end + len(template)].astype(np.float64)
    sought = template.astype(np.float64)
    if len(part) < len(sought) or not sought.any():
        return where.start, -1.0
    size = 1 << (len(part) + len(sought)).bit_length()
    products = np.fft.irfft(np.fft.rfft(part, size) * np.conj(np.fft.rfft(sought, size)), size)
    products = products[: len(part) - len(sought) + 1]
    energy = np.concatenate([[0.0], np.cumsum(part**2)])
    beside = np.maximum(energy[len(sought) :] - energy[: -len(sought)], 1.0)
    alike = products / np.sqrt(beside * np.sum(sought**2))
    best = int(np.argmax(alike))
    return max(0, where.start - WINDOW) + best, float(alike[best])


def _ends(reference: Samples, bot: Samples, lag: int, until: int) -> bool:
    """Whether the reply's end is heard, where it should be or later."""
    last = np.flatnonzero(np.abs(reference.astype(np.int32)) > LOUD)
    end, slack = int(last[-1]) if len(last) else 0, samples(0.1)
    for begin in (end - PIECE, end - 2 * PIECE, end - 3 * PIECE):
        if begin < 0:
            break
        where = Span(max(0, lag + begin - slack), until)
        if _likest(reference[begin : begin + PIECE], bot, where)[1] >= SURE:
            return True
    return False


def _loud_from(wave: Samples) -> int:
    loud = np.flatnonzero(np.abs(wave.astype(np.int32)) > LOUD)
    return int(loud[0]) if len(loud) else 0


def _after(at: int | None, voice: int) -> float | None:
    return None if at is None else ms(at - voice)
