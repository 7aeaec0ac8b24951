"""Where somebody may have said a name, loosely: any word behind "this is" or "I'm" that people do not use to say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.listen.wording import listed
from agent.slots.letters import letter

# Behind these a name comes whatever the word is.
_CERTAIN = re.compile(
    r"\b(?:(?:sur)?names?(?: is|'s| was| are| of)?|call me|named|called after|known as|goes by|mr|mrs|ms|miss|mister|"
    r"missus|on behalf of|you're (?:speaking|talking) (?:to|with)) (?=(?P<word>[a-z']+))"
)
_LIKELY = re.compile(
    r"\b(?:this is|i'm|i am|it's|it is|that's|here is|here's|calling for|spoke (?:to|with)) "
    r"(?:(?:not|just|only|still|actually|also|again|really) )*(?=(?P<word>[a-z']+))"
)
_SPEAKING = re.compile(
    r"^(?:(?:hi|hello|hey|there|yes|yeah|good|morning|afternoon|evening) )*(?P<word>[a-z']+)(?: [a-z']+)? "
    r"(?:here|speaking|calling)\b"
)
_NO_NAME = listed(
    # words of grammar
    "a an the my your his her our their its this that these those it he she we they you i me him them who what where "
    "when why how which there here and or but if so because as than to of for from in on at by with about over under "
    "up down out off into through without behind near not no never just only also too very really quite pretty still "
    "already again almost always sometimes now then today tonight tomorrow all any some both each every one two three "
    "four five six seven eight nine ten more most less is was are be been being am i'm it's much many another other "
    "everything something nothing "
    # what callers do
    "calling looking trying having going wondering hoping waiting standing sitting moving thinking asking getting "
    "doing running driving coming planning interested needing wanting talking speaking returning following checking "
    "phoning ringing leaving living working staying seeing hearing using being making taking telling saying "
    "experiencing feeling expecting leaking raining happening broken information help "
    # how they and things are
    "sorry fine good great well okay ok right wrong sure ready done late early sick ill afraid glad happy sad hurt "
    "lost stuck busy free available back home away alone able unable supposed new old confused worried concerned "
    "tired allergic pregnant disappointed frustrated angry upset curious serious kidding aware certain positive "
    "correct true false possible impossible urgent important necessary better worse bad enough easy hard difficult "
    "cold hot dark open closed empty full fast slow long short big small nice perfect amazing terrible ridiculous "
    "unacceptable awful wonderful fantastic lovely fair cool awesome funny like kind actually probably maybe perhaps "
    "basically simply currently definitely certainly exactly usually regarding concerning due gone over dead out "
    "ringing please thanks thank yes yeah hello hi um uh required needed wanted "
)
_NO_WORD = listed("is was a an the and or of for to in on at i you it please again there number here")
_NO_SPEAKER = listed(
    "i'm i who who's you you're we we're they he she it it's is was are am anyone anybody somebody someone nobody no "
    "stop keep"
)
_SPELLED = 3  # letters


def introduces(words: Sequence[str]) -> bool:
    """Whether a name may be among the words of a turn, which are lower case: "this is joe", "s m y t h"."""
    text = " ".join(words)
    if any(match["word"] not in _NO_WORD for match in _CERTAIN.finditer(text)):
        return True
    speaker = _SPEAKING.match(text)
    if speaker is not None and speaker["word"] not in _NO_NAME | _NO_SPEAKER:
        return True
    return any(match["word"] not in _NO_NAME for match in _LIKELY.finditer(text)) or _spells(words)


def _spells(words: Sequence[str]) -> bool:
    """Whether letters stand in a row, most of them by themselves: "i see you" is none."""
    single = at = 0
    while at < len(words):
        _, taken = letter(words, at)
        alone = taken > 1 or (taken == 1 and len(words[at]) == 1 and words[at] not in "ai")
        single = single + alone if taken else 0
        if single >= _SPELLED:
            return True
        at += max(taken, 1)
    return False
