"""How long to wait after the caller's last voiced sample before their turn is taken to be over.

The seam: `Endpointer.patience` is asked again whenever more is known, and answers in samples of silence.

::

    words ─► rules (answer.py): the expected answer is complete, or plainly is not ───────────┐
    words ─► traits (wording.py) ─┐                                                           ├─► P(over) ─► patience.py
    language model's odds ────────┴─► regression ─┐                                           │     rhythm, profile
    sound ─► cues (prosody.py) ─────► regression ─┴─► regression (fitted.py) ─► + topic, ends ┘

The sound is asked for only where the words leave room for it: an audio model costs 50 ms of the processor.
"""

from __future__ import annotations

from math import cosh, isnan
from typing import Protocol

from agent.listen.answer import COMPLETE, OPEN, certainty, dictated
from agent.listen.evidence import Evidence
from agent.listen.fitted import Fitted, fitted, log_odds, sigmoid
from agent.listen.patience import MANNERS, Manner, patience
from agent.listen.profile import Profile
from agent.listen.wording import trails, traits, without_leads
from agent.reply.digits import digits_of
from agent.reply.reply import Awaited
from agent.reply.utterance import Utterance
from telephony.audio import samples


class Endpointer(Protocol):
    """Judges whether the caller is done."""

    def probability(self, evidence: Evidence) -> float:
        """P(the turn is over), calibrated, without regard to the silence so far."""

    def patience(self, evidence: Evidence) -> int:
        """Silence, in 16 kHz samples since the last voiced one, after which the turn is over."""

    def would_listen(self, evidence: Evidence) -> bool:
        """Whether how the turn sounds may change the answer; the sound is not known yet."""


_UNWEIGHED = 0.30  # seconds at least while the language model's odds, the sound, or the last words may still come
_NOTHING_SAID = 0.45  # nothing was understood
# Words that fit something the dialplan knows are likely all of a question, more so the better they fit; 1.0 are those
# that are an example, one for one. What is plainly cut off stays so: its log odds are far below.
_TOPIC_FROM, _TOPIC_WEIGHT, _TOPIC_MOST = 0.4, 6.5, 4.0
_SURE = 0.953  # by the words, the topic, the model: from there on the sound is not asked
_TRAILING_LOGIT = -0.5
ODDS = (-9.0, 5.0)  # beyond these the model's log odds say no more
SOUND = 2.0  # nor the sound's beyond this


class SemanticEndpointer:
    """P(over) from the words, the question, the language model and the sound; the wait is a function of it."""

    def __init__(self, numbers: Fitted | None = None) -> None:
        self._fitted = numbers or fitted()

    def probability(self, evidence: Evidence) -> float:
        certain = certainty(evidence)
        if certain is not None and (certain >= COMPLETE or certain <= OPEN):
            return certain
        if not Utterance(evidence.said).words:
            return 0.5
        return sigmoid(self._heard(self._read(evidence, certain), evidence.sound) + _known(evidence))

    def would_listen(self, evidence: Evidence) -> bool:
        known = evidence.odds is not None or evidence.topic is not None
        if evidence.sound is not None or not known or not evidence.flushed:
            return False
        certain = certainty(evidence)
        if certain is not None and (certain >= COMPLETE or certain <= OPEN):
            return False
        return bool(Utterance(evidence.said).words) and self.probability(evidence) < _SURE

    def patience(self, evidence: Evidence) -> int:
        manner = manner_of(evidence)
        if not Utterance(evidence.said).raw:
            return samples(max(_NOTHING_SAID, manner.least))
        wait = patience(self.probability(evidence), manner, evidence.rhythm)
        unweighed = evidence.odds is None and certainty(evidence) is None
        if not evidence.flushed or unweighed or self.would_listen(evidence):
            wait = max(wait, _UNWEIGHED)
        return samples(min(wait, manner.cap))

    def _read(self, evidence: Evidence, certain: float | None) -> float:
        """Log odds by what was said."""
        if certain is not None:
            return log_odds(certain)
        found = traits(evidence.said)
        if evidence.odds is None:
            logit = self._fitted.words.logit(found)
        else:
            logit = self._fitted.text.logit({**found, "odds": min(max(evidence.odds, ODDS[0]), ODDS[1])})
        return min(logit, _TRAILING_LOGIT) if trails(evidence.said) else logit

    def _heard(self, text: float, sound: float | None) -> float:
        """Log odds by what was said and how."""
        if sound is None or isnan(sound):
            return text
        return self._fitted.joint.logit({"text": text, "sound": weighed(text, log_odds(sound))})


def _known(evidence: Evidence) -> float:
    """Log odds by what the dialplan knows."""
    topic = 0.0
    if evidence.topic is not None:
        topic = min(max(0.0, evidence.topic - _TOPIC_FROM) * _TOPIC_WEIGHT, _TOPIC_MOST)
    known = topic + (evidence.ends or 0.0)
    said = evidence.said
    return min(known, 0.0) if trails(said) or not without_leads(list(Utterance(said).words)) else known


def weighed(text: float, sound: float) -> float:
    """The log odds of the sound, as far as those of the text leave it open. People end a turn in many ways, and some
    voices are flat: how it sounds decides where the words do not."""
    return min(max(sound, -SOUND), SOUND) / cosh(text / 2)


# A message is several thoughts, each of them whole: what ends it is a silence, and only the caller's.
_MESSAGE = Manner(1.3, 2.8, 8.0, 0.9)


def manner_of(evidence: Evidence) -> Manner:
    """By the caller's profile; who dictates is waited for at least as a dictating caller is."""
    if evidence.expects.awaited is Awaited.MESSAGE:
        return _MESSAGE
    manner = MANNERS[evidence.profile]
    if evidence.profile is Profile.PLAIN and dictated(evidence):
        return MANNERS[Profile.DICTATION]
    return manner


_SILENCES = {
    Awaited.OPEN: 0.45,
    Awaited.YES_NO: 0.35,
    Awaited.NAME: 0.80,
    Awaited.DIGITS: 1.20,
    Awaited.MESSAGE: 1.40,
    Awaited.NOTHING: 0.45,
}
_COMPLETE_DIGITS = 0.35
_TRAILING = 0.90
_UNFINISHED = ("filler", "joint", "article", "preposition", "subject")


class SilenceEndpointer:
    """The judge without a model: a silence whose length depends on what the bot asked and on the last word."""

    def probability(self, evidence: Evidence) -> float:
        """A guess from the wait: 1 at no wait at all."""
        return max(0.0, 1 - self.patience(evidence) / samples(1.6))

    def would_listen(self, evidence: Evidence) -> bool:
        return False

    def patience(self, evidence: Evidence) -> int:
        wait, expects = _SILENCES[evidence.expects.awaited], evidence.expects
        if expects.awaited is Awaited.DIGITS:
            complete = expects.digits and len(digits_of(Utterance(evidence.said))) >= expects.digits
            return samples(_COMPLETE_DIGITS if complete else wait)
        found = traits(evidence.said)
        if any(found[name] for name in _UNFINISHED):
            wait = max(wait, _TRAILING)
        return samples(wait)
