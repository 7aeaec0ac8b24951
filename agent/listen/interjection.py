"""What a caller's words over the bot's mean for the bot: listening noises, a stop, or something to say.

"Mm-hmm", "right" and "okay" say that somebody listens (V. Yngve, "On getting a word in edgewise", 1970, calls them
backchannels); whoever says them wants to hear the rest. A word of protest ends what is being said, whatever follows.

A language has a phrase book; a dialplan adds phrases to it and takes others out. Where a phrase of either kind begins
with one of the other, the longer one counts: "no problem" is not "no". What no phrase has is judged by its meaning
(`backchannel.py`), where there was time for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agent.listen.echo_text import fresh_words

Phrase = tuple[str, ...]

LONGEST = 4  # words of a backchannel: whoever says more has something to say
_LEADS = 2  # words that may go before a stop: "okay but wait"


class Interjection(StrEnum):
    """What words over the bot's are."""

    NOTHING = "nothing"  # none, or only the bot's own and what noise sounds like
    BACKCHANNEL = "backchannel"  # the bot goes on
    OPEN = "open"  # a word that may be the first of many, or a mishearing
    COURTESY = "courtesy"  # "please": the rest of a yes that was just answered, else a word like any other
    BEGUN = "begun"  # words that may become a listening noise, or something to say
    STOP = "stop"  # the bot is silent at once
    SPEECH = "speech"  # the caller has something to say


def phrase(text: str) -> Phrase:
    """The words of `text` as they are heard over the bot: in lower case, without punctuation, and without those that
    noise sounds like; () where nothing else is in it."""
    return tuple(fresh_words(text.replace("’", "'"), ""))


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """The phrases of one language; `leads` are single words that may go before a stop, `courtesies` what a yes may end
    in. `neither`: what an admin says is no listening noise and no stop."""

    go_on: frozenset[Phrase]
    stop: frozenset[Phrase]
    leads: frozenset[str]
    courtesies: frozenset[Phrase] = frozenset()
    neither: frozenset[Phrase] = frozenset()

    def changed(self, go_on: Iterable[str], stop: Iterable[str], neither: Iterable[str]) -> PhraseBook:
        """With the phrases of a dialplan: they count as what they are named here and not as what they were."""
        goes, stops, none = (frozenset(filter(None, map(phrase, texts))) for texts in (go_on, stop, neither))
        listens, protests = (self.go_on - stops - none) | goes, (self.stop - goes - none) | stops
        courtesies = self.courtesies - goes - stops - none
        return PhraseBook(listens, protests, self.leads, courtesies, self.neither | none)

    def interjection(self, words: Sequence[str], judged: Interjection | None = None) -> Interjection:
        """What `words` are: those of the caller that are neither the bot's own nor noise (`fresh_words`). `judged`:
        what they are by their meaning, which counts where the phrases have no answer (`leaves_open`)."""
        said = tuple(words)
        listed = self._listed(said)
        if listed is not None:
            return listed
        if judged is not None and self.leaves_open(said):
            return judged
        return Interjection.SPEECH if len(said) > 1 else Interjection.OPEN

    def leaves_open(self, words: Sequence[str]) -> bool:
        """Whether the phrases say nothing of `words`, not even of a few among them."""
        said = tuple(words)
        if self._listed(said) is not None:
            return False
        others = self.stop | self.neither
        return all(_longest(others, said[at:]) <= _longest(self.go_on, said[at:]) for at in range(len(said)))

    def _listed(self, said: Phrase) -> Interjection | None:
        if not said:
            return Interjection.NOTHING
        if self._stops(said):
            return Interjection.STOP
        if self._goes_on(said):
            return Interjection.BACKCHANNEL
        if len(said) <= LONGEST and len(said) in _reached(said, self.go_on | self.courtesies):
            return Interjection.COURTESY
        if self._may_go_on(said):
            return Interjection.BEGUN
        return Interjection.STOP if self._may_stop(said) else None

    def _stops(self, said: Phrase) -> bool:
        for begin, word in enumerate(said[: _LEADS + 1]):
            if _longest(self.stop, said[begin:]) > _longest(self.go_on, said[begin:]):
                return True
            if word not in self.leads:
                return False
        return False

    def _goes_on(self, said: Phrase) -> bool:
        """Whether it is one phrase, or a few words that are several."""
        return said in self.go_on if len(said) > LONGEST else len(said) in _reached(said, self.go_on)

    def _may_go_on(self, said: Phrase) -> bool:
        """Whether it is the begin of that: "okay that's"."""
        if len(said) >= LONGEST:
            return False
        begun = {said[begin:] for begin in _reached(said, self.go_on)}
        return any(phrase[: len(rest)] == rest for rest in begun for phrase in self.go_on)

    def _may_stop(self, said: Phrase) -> bool:
        """Whether it is one word that nothing but a stop begins with: "excuse". The next is a quarter of a second
        behind it, and whatever it is, the caller has something to say."""
        return len(said) == 1 and any(phrase[:1] == said for phrase in self.stop) and not self._refused(said)

    def _refused(self, said: Phrase) -> bool:
        return any(phrase[: len(said)] == said for phrase in self.neither)


def _reached(said: Phrase, phrases: frozenset[Phrase]) -> set[int]:
    """How many of the words can be `phrases`, one after the other."""
    reached = {0}
    for end in range(1, len(said) + 1):
        if any(said[begin:end] in phrases for begin in reached):
            reached.add(end)
    return reached


def _longest(phrases: frozenset[Phrase], said: Phrase) -> int:
    """How many words the longest of `phrases` has that `said` begins with; 0 for none."""
    return max((len(one) for one in phrases if said[: len(one)] == one), default=0)


def _listed(text: str) -> frozenset[Phrase]:
    return frozenset(map(phrase, text.split(",")))


ENGLISH = PhraseBook(
    go_on=_listed(
        "um, oh, aha, yeah, yes, yep, yup, right, okay, ok, alright, all right, sure, fine, good, great, perfect, cool,"
        "nice, wow, really, exactly, indeed, true, i see, i know, got it, i got it, of course, no problem, thanks,"
        "thank you, that's right, that's fine, that's good, sounds good, very good, go on, go ahead"
    ),
    stop=_listed(
        "stop, wait, hold on, hang on, one moment, one second, just a moment, just a second, just a minute, excuse me,"
        "pardon, sorry, be quiet, shut up, enough, that's enough, never mind, forget it, cancel, operator, hello,"
        "listen, let me, can i, could i, no, nope"
    ),
    leads=frozenset({"no", "oh", "okay", "yeah", "um", "hey", "but", "please", "sorry"}),
    courtesies=_listed("please, please do"),
)
