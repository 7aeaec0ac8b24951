"""The figures of `offhook bench bargein`, from its turns. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from agent.bench.bargein_script import CONDITIONS, Kind
from agent.bench.figures import Figure, quantiles, share

DUCKED_MS, SILENT_MS, STOPPED_MS = 150.0, 350.0, 700.0
LOSSY = 1.5  # what the limits are multiplied by on a bad network
ENDED_PERCENT, MISSED_PERCENT, INEXACT_PERCENT = 5.0, 5.0, 5.0


class Spoken(msgspec.Struct, frozen=True):
    """One turn as it is kept; times in ms, see `agent.bench.overlap.Overlap`. `judged`: it was the reply asked for.
    `known`, `decided`: by the bot's log, from when it knew of the voice to its silence and to its verdict; `words`:
    how many of the answer were heard by the recording, at most and at least, and `remembered` by the bot, of one that
    was cut."""

    path: str
    kind: Kind
    said: str
    topic: str
    judged: bool
    ducked: float | None = None
    silent: float | None = None
    resumed: float | None = None
    whole: bool = False
    dips: int = 0  # windows of a reply that nobody spoke over and that were quieter than they should be
    hushed: float | None = None
    decided: float | None = None
    words: int | None = None
    fewest: int | None = None
    remembered: int | None = None

    @property
    def meant(self) -> bool:
        return self.kind in ("question", "protest")

    @property
    def talked_on(self) -> bool:
        """The bot did, over somebody who meant to interrupt it."""
        return self.meant and (self.silent is None or self.silent > STOPPED_MS or self.resumed is not None)

    @property
    def misremembered(self) -> int | None:
        """By how many words the bot's memory of a reply that was cut is off what was heard; None where it was not."""
        if self.words is None or self.remembered is None:
            return None
        fewest = self.words if self.fewest is None else self.fewest
        return max(0, self.remembered - self.words, fewest - self.remembered)

    @property
    def dropped(self) -> float | None:
        """ms from the caller's first voiced sample to the verdict: silence at the wire, and what the bot took from
        falling silent to deciding."""
        if self.silent is None or self.decided is None or self.resumed is not None:
            return None
        return self.silent if self.hushed is None else self.silent + self.decided - self.hushed


def figures_of(spoken: Sequence[Spoken]) -> tuple[Figure, ...]:
    """Of the lines without loss together, then of each kind of line."""
    lossy = {one.name for one in CONDITIONS if one.impaired}
    judged = [one for one in spoken if one.judged]
    steady = [one for one in judged if one.path not in lossy]
    found = [*_reflex(steady, "", 1.0), *_kept(steady), *_history(judged)]
    for name in (one.name for one in CONDITIONS):
        some = [one for one in judged if one.path == name]
        if not some:
            continue
        if name in lossy:
            found += _reflex(some, f"{name}: ", LOSSY)
        meant, noises, alone = _by_kind(some)
        found.append(share(f"{name}: questions and protests not caught", _talked_on(meant), len(meant), MISSED_PERCENT))
        found.append(share(f"{name}: replies that a listening noise ended", _cut(noises), len(noises)))
        found.append(
            share(f"{name}: replies that nobody spoke over and that did not end", _cut(alone), len(alone), 0.0)
        )
    found.append(Figure("turns with another reply", len(spoken) - len(judged), "", None, len(spoken)))
    return tuple(found)


def _reflex(some: Sequence[Spoken], prefix: str, factor: float) -> list[Figure]:
    """How soon the bot is quiet, stage by stage."""
    meant, noises, _ = _by_kind(some)
    ducked, silent = _known((*meant, *noises), lambda one: one.ducked), _known(meant, lambda one: one.silent)
    dropped, judging = _known(meant, lambda one: one.dropped), _known(meant, lambda one: one.decided)
    return [
        *_two(f"{prefix}15 dB quieter after the caller's voice", ducked, factor * DUCKED_MS),
        *_two(f"{prefix}silent for a question or a protest", silent, factor * SILENT_MS),
        *_two(f"{prefix}given up for it", dropped, factor * STOPPED_MS),
        *_two(f"{prefix}of that, from knowing of the voice to the verdict", judging, None),
        share(f"{prefix}talked on over a question or a protest", _talked_on(meant), len(meant), 0.0),
    ]


def _kept(some: Sequence[Spoken]) -> list[Figure]:
    _, noises, alone = _by_kind(some)
    dipped = sum(one.dips > 0 for one in alone)
    echoed = [one for one in alone if one.path != CONDITIONS[0].name]
    return [
        share("replies that a listening noise ended", _cut(noises), len(noises), ENDED_PERCENT),
        share("replies that nobody spoke over and that did not end", _cut(alone), len(alone), 0.0),
        share("… of them with an echo: cut off by it", _cut(echoed), len(echoed), 0.0),
        share("replies that nobody spoke over and that were quieter for a while", dipped, len(alone)),
    ]


def _history(some: Sequence[Spoken]) -> list[Figure]:
    """What the bot remembers of replies that were cut, beside what was heard of them."""
    errors = [off for one in some if (off := one.misremembered) is not None]
    return [
        share("histories that are not exact to the word", sum(off > 0 for off in errors), len(errors), INEXACT_PERCENT),
        share("histories that are off by more than one word", sum(off > 1 for off in errors), len(errors), 0.0),
    ]


def _by_kind(some: Sequence[Spoken]) -> tuple[list[Spoken], list[Spoken], list[Spoken]]:
    """Meant to interrupt, listening noises, nothing."""
    return (
        [one for one in some if one.meant],
        [one for one in some if one.kind == "backchannel"],
        [one for one in some if one.kind == "nothing"],
    )


def _known(some: Sequence[Spoken], time: Callable[[Spoken], float | None]) -> list[float]:
    return [found for one in some if (found := time(one)) is not None]


def _two(name: str, values: Sequence[float], limit: float | None) -> tuple[Figure, ...]:
    return quantiles(name, values, ((0.5, None), (0.95, limit)))


def _talked_on(some: Sequence[Spoken]) -> int:
    return sum(one.talked_on for one in some)


def _cut(some: Sequence[Spoken]) -> int:
    return sum(not one.whole for one in some)
