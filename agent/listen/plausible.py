"""Whether a caller's words are sure enough for what cannot be undone: to end the call, to save or give up a message.

The recogniser's confidences are not to be had in time. Those of a Final tell right words from wrong ones (AUC .80,
1711 words of 185 prompts at 8 kHz mu-law), but behind a peek the engine has them for 70% of the words only, and often
not for the last, which is all there is of a "goodbye". What is to be had is how much of a voice there was: the shipped
voice's "no" and "bye" have 0.29 to 0.42 s of it, two words 0.45 s and more, while of 150 synthetic coughs, breaths,
clicks, thuds and hums at the recogniser 23 became words, 20 of these with 0.13 s of voice or less. Of 102 recordings of
people, none has less than 0.14 s a word, by the line's own detector.
"""

from __future__ import annotations

from agent.listen.wording import listed
from agent.reply.reply import Awaited, Expectation
from agent.reply.utterance import Utterance
from telephony.audio import samples

LEAST = samples(0.2)  # of voice
LEAST_ASKED = samples(0.14)  # a quick "yes" where a yes or a no is awaited
A_WORD = samples(0.1)
# What the recogniser writes for a short "bye" or "no", and for a noise as well.
_WEAK = listed("by buy know now oh well")


def plausible(said: str, voiced: int, expects: Expectation) -> bool:
    """Whether `said`, with `voiced` samples of voice after a question that `expects` an answer, was surely said; so are
    no words at all."""
    words, asked = Utterance(said).words, expects.awaited is Awaited.YES_NO
    if words and voiced < max(LEAST_ASKED if asked else LEAST, A_WORD * len(words)):
        return False
    return asked or not words or not all(word in _WEAK for word in words)
