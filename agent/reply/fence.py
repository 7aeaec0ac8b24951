"""What the small-talk model may say: a short courtesy, and nothing that a caller could take for information.

A word passes if it is one of a small list, or the caller's own and no word of the business. So the model can say
"Good morning! How can I help you today?" and cannot say a price, a time, a place, a promise, yes or no.
"""

from __future__ import annotations

import re

from agent.dialplan.schema import Dialplan, Fact
from agent.reply.digits import digits_of
from agent.reply.utterance import Utterance

LONGEST = 16  # words of a clause
_COURTEOUS = """
a about all always am an and any anything are as assist assistance at be been being bit but call called caller can
calling chat day did do doing everything fine fantastic feel feeling feels for from glad going good great happy have
having hear hearing hello help helpful here hey hi hope how i i'm i'd i've if in is it it's just kind know let lovely
made makes me much my nice of oh on pleasure please pleased pretty quite really say saying so something speak speaking
talk talking tell thank thanks that that's the there there's thing things think this to today too very was
we welcome well what what's with wonderful word words would you you'd you're your yours yourself afternoon evening
morning asking appreciate appreciated assistant automated sweet
"""
_WORDS = frozenset(_COURTEOUS.split())
_MARKUP = re.compile(r"[\"*_#<>\[\]{}|\\/@$%&=+~`^]|\bhttps?\b")


class Fence:
    """The fence of one dialplan."""

    def __init__(self, plan: Dialplan) -> None:
        texts = [plan.name]
        for topic in plan.topics:
            texts += [topic.text, *topic.questions] if isinstance(topic, Fact) else [topic.answer, *topic.examples]
        business = {word for text in texts for word in Utterance(text).raw}
        self._forbidden = business - _WORDS
        self._persona = frozenset(Utterance(plan.persona).raw)

    def allows(self, clause: str, said: str) -> bool:
        """Whether the clause may be spoken to a caller who said `said`."""
        words = Utterance(clause).raw
        if not words or len(words) > LONGEST or _MARKUP.search(clause) or any(c.isdigit() for c in clause):
            return False
        if digits_of(Utterance(" ".join(word for word in words if word not in ("to", "for", "too", "oh")))):
            return False
        own = set(Utterance(said).raw) - self._forbidden
        return all(word in _WORDS or word in own or word in self._persona for word in words)
