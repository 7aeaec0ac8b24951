"""What a caller's words over the bot's mean for the bot: listening noises, a stop, or something to say.

"Mm-hmm", "right" and "okay" say that somebody listens (V. Yngve, "On getting a word in edgewise", 1970, calls them
backchannels); whoever says them wants to hear the rest. A word of protest ends what is being said, whatever follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum


class Interjection(StrEnum):
    """What words over the bot's are."""

    NOTHING = "nothing"  # none, or only the bot's own and what noise sounds like
    BACKCHANNEL = "backchannel"  # the bot goes on
    OPEN = "open"  # a word that may be the first of many, or a mishearing
    STOP = "stop"  # the bot is silent at once
    SPEECH = "speech"  # the caller has something to say


LONGEST = 4  # words of a backchannel: whoever says more has something to say

_BACKCHANNEL = re.compile(
    r"(?:(?:mm|mhm|hm|hmm|uh|huh|um|ah|oh|aha|yeah|yes|yep|yup|right|okay|ok|alright|all right|sure|fine|good|great|"
    r"perfect|cool|nice|wow|really|exactly|indeed|true|i see|i know|got it|i got it|of course|no problem|"
    r"thanks|thank you|that's right|that's fine|that's good|sounds good|very good|go on|go ahead)\b\s*)+"
)
_STOP = re.compile(
    r"(?:(?:no|oh|okay|yeah|um|uh|hey|but|please|sorry)\s+){0,2}"
    r"(?:stop|wait|hold on|hang on|one moment|one second|just a (?:moment|second|minute)|excuse me|pardon|sorry|"
    r"be quiet|shut up|enough|that's enough|never mind|forget it|cancel|operator|hello|listen|let me|can i|could i|"
    r"no|nope)\b"
)


def interjection(words: Sequence[str]) -> Interjection:
    """What `words`, in lower case and without the bot's own, are."""
    said = " ".join(words)
    if not said:
        return Interjection.NOTHING
    if len(words) <= LONGEST and _BACKCHANNEL.fullmatch(said):
        return Interjection.BACKCHANNEL
    if _STOP.match(said):
        return Interjection.STOP
    return Interjection.SPEECH if len(words) > 1 else Interjection.OPEN
