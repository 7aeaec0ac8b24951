"""How people say that they are: "we're all fine" is a no to whether anybody is hurt, and its "fine" is no yes."""

from __future__ import annotations

import re

from agent.listen.wording import listed
from agent.reply.utterance import Utterance

_ARE = r"(?:'m|'re|'s| am| is| are| was| were| feel| feels| seem| seems| isn't| aren't| wasn't| weren't| don't feel)"
_WHO = rf"(?:im|(?:i|we|he|she|they|everyone|everybody|all of us|both of us|(?:my|the|our|his|her) \w+){_ARE})"
_HOW = r"(?: (?:all|both|just|totally|perfectly|quite|doing|really|not|so|very|physically))*"
_WELL = re.compile(
    rf"\b{_WHO}{_HOW} (?:okay|ok|fine|good|alright|all right|well|safe|unharmed|unhurt)\b(?! (?:with|to|for|in|at)\b)"
)
_NOT = re.compile(r"\b(?:not|isn't|aren't|wasn't|weren't|don't)\b")
# What may stand around it and takes nothing of it back.
_BESIDE = listed(
    "no nope oh well so and thanks thank you god goodness i think here now for asking luckily both all of us too as "
    "am sir ma'am actually"
)


def well(said: Utterance) -> bool | None:
    """True where it says that people are well, and nothing else; False where it says so of some, with something that
    may take it back, or that they are not; None where it says nothing of that."""
    if _WELL.search(said.text) is None:
        return None
    whole = _NOT.search(said.text) is None
    return whole and set(_WELL.sub(" ", said.text).split()) <= _BESIDE
