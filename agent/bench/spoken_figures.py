"""How phrases that were spoken and heard become figures: of all, by voice, and whose mistakes they are. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from agent.bench.figures import Figure, share
from agent.bench.listening import errors_in, words_of
from agent.bench.phrases import Meant, Strange
from agent.bench.understanding import OUT_OF_SCOPE, Taken, intent_figures, strange_figures

OTHER_INTENT, NOT_IN_TWO = 20.0, 12.0  # percent at most


class Heard(msgspec.Struct, frozen=True):
    """A phrase that a voice said; what the router makes of the words that were heard, and of those that were said."""

    said: Meant | Strange
    voice: str
    taken: Taken
    as_text: Taken

    @property
    def intent(self) -> str:
        """That is meant, "" where none is."""
        return self.said.intent if isinstance(self.said, Meant) else ""

    @property
    def words(self) -> list[str]:
        """That were said."""
        return words_of(self.said.text)

    @property
    def errors(self) -> int:
        """Words to insert, delete or replace in what was heard."""
        return errors_in(self.words, words_of(self.taken.text))


Wrong = Callable[[Heard, Taken], bool]


def other_first(one: Heard, taken: Taken) -> bool:
    """Another intent is first as ranked."""
    return taken.ranked[:1] != (one.intent,)


def other_acted_on(one: Heard, taken: Taken) -> bool:
    """Something else is acted on: another intent, or any where none is meant."""
    return taken.acted_on not in ("", one.intent)


def figures_of(heard: Sequence[Heard]) -> tuple[Figure, ...]:
    """Of all voices, whose mistakes they are, and of each voice."""
    phrases = [(one.said, one) for one in heard if isinstance(one.said, Meant)]
    talk = [(one.said, one) for one in heard if isinstance(one.said, Strange)]
    meant, strange = [one for _, one in phrases], [one for _, one in talk]
    routed, beside = [one.taken for one in meant], [one.taken for one in strange]
    acted = "out of scope, acted on"
    return (
        _word_errors("word errors", heard),
        *intent_figures([said for said, _ in phrases], routed, OTHER_INTENT, NOT_IN_TWO),
        *strange_figures(acted, "out of scope", [said for said, _ in talk], beside, OUT_OF_SCOPE),
        *_whose("another is first as ranked", meant, other_first),
        *_whose("another acted on", meant, other_acted_on),
        *_whose(acted, strange, other_acted_on),
        *_best_two(meant),
        *(figure for voice in dict.fromkeys(one.voice for one in heard) for figure in _of_voice(voice, meant, strange)),
    )


def _whose(what: str, heard: Sequence[Heard], wrong: Wrong) -> tuple[Figure, ...]:
    """Of mistakes, those that are made of the text as well are the router's; of phrases that were heard word for word,
    all are."""
    missed = [one for one in heard if wrong(one, one.taken)]
    as_text = sum(wrong(one, one.as_text) for one in missed)
    exact = [one for one in heard if not one.errors]
    mended = sum(wrong(one, one.as_text) and not wrong(one, one.taken) for one in heard)
    return (
        share(f"{what}: of these, not as text", len(missed) - as_text, len(missed)),
        share(f"{what}: of these, as text as well", as_text, len(missed)),
        share(f"{what}: as text, and not by voice", mended, len(heard)),
        share(f"{what}: of those heard word for word", sum(wrong(one, one.taken) for one in exact), len(exact)),
    )


def _best_two(meant: Sequence[Heard]) -> tuple[Figure, ...]:
    """Of the two voices for which the right intent is first most often."""
    voices = list(dict.fromkeys(one.voice for one in meant))
    best = sorted(voices, key=lambda voice: _missed([one for one in meant if one.voice == voice]))[:2]
    some = [one for one in meant if one.voice in best]
    missed = sum(other_first(one, one.taken) for one in some)
    return (share("best two voices: another is first as ranked", missed, len(some), None, " and ".join(best)),)


def _missed(some: Sequence[Heard]) -> float:
    return sum(other_first(one, one.taken) for one in some) / len(some)


def _of_voice(voice: str, meant: Sequence[Heard], strange: Sequence[Heard]) -> tuple[Figure, ...]:
    said = [one for one in meant if one.voice == voice]
    beside = [one for one in strange if one.voice == voice]
    count = len(said)
    first = sum(other_first(one, one.taken) for one in said)
    of_two = sum(one.intent not in one.taken.ranked[:2] for one in said)
    acted = sum(one.taken.acted_on == one.intent for one in said)
    wrong = sum(other_acted_on(one, one.taken) for one in said)
    return (
        _word_errors(f"{voice}: word errors", [*said, *beside]),
        share(f"{voice}: another is first as ranked", first, count),
        share(f"{voice}: not among the first two as ranked", of_two, count),
        share(f"{voice}: acted on at once", acted, count),
        share(f"{voice}: another acted on", wrong, count),
        share(f"{voice}: out of scope, acted on", sum(other_acted_on(one, one.taken) for one in beside), len(beside)),
    )


def _word_errors(name: str, heard: Sequence[Heard]) -> Figure:
    words = sum(len(one.words) for one in heard)
    if not words:
        return Figure(name, float("inf"), "%", None, 0, "nothing was measured")
    errors = sum(one.errors for one in heard)
    return Figure(name, round(100.0 * errors / words, 2), "%", None, words, f"{errors} of {words} words")
