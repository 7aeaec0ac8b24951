"""Answers that need no grammar: yes or no, and words that are taken as they are."""

from __future__ import annotations

from datetime import datetime

from agent.dialplan.slots import Slot
from agent.listen.wording import listed
from agent.reply.utterance import Utterance
from agent.reply.yes_no import yes_or_no
from agent.slots.reading import Reading
from agent.slots.well import well

YES_NO = ("yes", "no", "yeah", "yep", "nope", "sure", "right", "correct", "okay", "please", "thanks")
POLITE = (
    "please",
    "thanks",
    "thank you",
    "would be good",
    "would be fine",
    "is good",
    "is fine",
    "works",
    "maybe",
    "well",
)
_NOTHING = listed("yes yeah yep okay ok sure hello hi hey well so and please")
_SHORT = 6  # words up to which nothing but the answer is meant


def read_yes_no(slot: Slot, said: Utterance, now: datetime) -> Reading | None:
    """Yes or no; not sure in a long turn."""
    del slot, now
    fine = well(said)
    answer = False if fine else yes_or_no(said)
    if answer is None or fine is False:
        return None
    word = "yes" if answer else "no"
    return Reading(word, word, sure=len(said.words) <= _SHORT)


def read_free(slot: Slot, said: Utterance, now: datetime) -> Reading | None:
    """The words as they were heard; a greeting or a yes alone tells nothing."""
    del slot, now
    return None if set(said.words) <= _NOTHING else Reading(said.text, said.text, sure=True)
