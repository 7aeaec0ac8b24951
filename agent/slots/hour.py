"""Hours that a recogniser wrote as other words: "at for", "well thirty", "it and in the morning"."""

from __future__ import annotations

import re

from agent.slots.date_grammar import undated
from agent.slots.figures import figures

MORNING = r"a m|am|in the morning|this morning"
LATER = r"p m|pm|in the afternoon|in the evening|at night|tonight|this (?:afternoon|evening)"
_AT, _BEGUN = r"(?<=\bat )", r"(?:^|(?<=\bsay )|(?<=\bsaid )|(?<=about )|(?<=around )|(?<=maybe ))"
_PART_OF_DAY = rf" (?:{MORNING}|{LATER})\b"  # callers name one without an hour: "well in the afternoon"
_CLOCK = r" (?:\d\d|oh \d|o'clock|[ap] m|pm|am$)\b"  # stands behind an hour, and seldom behind another word
_HOURS = r"(?! (?:1[0-2]|\d\d \d\d)\b)"  # in themselves: "well ten" is ten
_END = r"(?: (?:please|thanks?|thank you))?$"  # a recogniser hears "thanks" as "thank"
_AFTER_NOON = r" in the afternoon\b"  # nobody says "for in the afternoon" for itself


def _hour(words: str, *, behind_at: str, begun: str) -> re.Pattern[str]:
    """The words before what may follow them behind "at", and at the begin of what is said."""
    return re.compile(rf"{_AT}(?:{words})(?={_PART_OF_DAY}|{behind_at})|{_BEGUN}(?:{words})(?={begun})")


_WRITTEN = (  # seldom anything else
    (re.compile(r"\bpassed\b"), "past"),
    (re.compile(r"\b(?:half|have) (?:half|have|has)(?= \d)"), "half past"),
    (re.compile(r"\bquarter (?:2|too)(?= \d)"), "quarter to"),
    (re.compile(r"(?<=\d )o(?= [1-9]\b(?! (?:past|after|to|o'clock)))"), "oh"),
    (re.compile(rf"{_AT}(?:to|too)(?= in the afternoon\b)"), "2"),
    (re.compile(rf"{_AT}(?:for|fore)(?= in the afternoon\b)"), "4"),
    (re.compile(r"(?:\bat|^it) (?:and|an)(?= in the morning\b)"), "at 10"),
)
_MISHEARD = (  # words that callers say for themselves as well
    (re.compile(r"\b(to|past|after|at) force\b"), r"\1 4"),
    (re.compile(r"\b(to|past|after) by\b"), r"\1 5"),
    (_hour("to|too", behind_at=rf"{_CLOCK}|{_END}", begun=rf"{_CLOCK}|{_AFTER_NOON}|{_END}"), "2"),
    (_hour("for|fore", behind_at=rf"{_CLOCK}|{_END}", begun=rf"{_HOURS}{_CLOCK}|{_AFTER_NOON}|{_END}"), "4"),
    (re.compile(r"(?<=\d) (?:in|and) (?:8|late)(?= (?:morning|afternoon|evening)\b)"), " in the"),
    (_hour("a", behind_at=_CLOCK, begun=_CLOCK), "8"),
    (_hour("while|well", behind_at=_CLOCK, begun=_HOURS + _CLOCK), "12"),
    (re.compile(rf"(?:\bat|^it) (?:and|an)(?={_CLOCK}|{_PART_OF_DAY})"), "at 10"),
    (re.compile(rf"^(?:and|an)(?={_HOURS}{_CLOCK})"), "10"),
    (re.compile(r"(?:^|(?<=\bat ))the(?= (?:know|no|oh) [1-9]\b)"), "10"),
    (re.compile(r"(?<=\d )(?:know|no)(?= [1-9]\b(?! (?:past|after|to|o'clock)))"), "oh"),
    (re.compile(r"\bwon(?= (?:\d\d|oh \d|o'clock|p m|pm)\b)"), "1"),
    (re.compile(r"\bate(?= (?:\d\d|oh \d|o'clock|a m|am|p m|pm)\b|$)"), "8"),
)
_UNCLEAR = (
    # it may count people, or be a number of something
    re.compile(r"\b(?:for|of|be|are|we're|have|number|room) \d{1,2} (?:in|at|on|this|tonight|then)\b"),
    re.compile(r"\b(?:for|be|are|we're|have|number|room) \d{1,2}$"),
    re.compile(r"\b(?:need|want|get|got) [2-6] (?:in|at|on|this|tonight|then)\b"),
    # it may be an hour of the caller's day, or of the business's, and not the one that they want
    re.compile(
        r"\b(?:off|busy|shift|flight|train|plane|bus|already|was|were|clos(?:e|es|ed|ing)|"
        r"(?:work|job|school|class|meeting|practice) (?:at|is|starts|ends)|(?:get|gets) (?:out|up|home)|pick up my|"
        r"(?:i|we|he|she|they) (?:have|had|start|finish|end|leave|work|wake|woke)|you(?:'re)? open|now)\b"
    ),
    # "the one in the afternoon" is no hour
    re.compile(
        r"\b(?:the|that|this|any|another|other|just|earl(?:y|ier)|later?|last|next|\d+(?:st|nd|rd|th)|there|me|got|"
        r"need|want|like|take|choose) 1 (?:in|at|on|this|tonight|then)\b"
    ),
    # neither is a part of the day with such an hour
    re.compile(r"(?<!oh )(?<!\d )\b[1-4](?: \d\d)? (?:tonight|(?:this|in the) evening)\b"),
    re.compile(r"(?<!oh )(?<!\d )\b(?:9|10|11)(?: \d\d)? (?:this|in the) afternoon\b"),
    # "for fifteen" may be a quarter past four
    re.compile(r"\b(?:well|while|for|fore|and|an) (?:1\d|2[0-4])\b(?! \d)"),
    # "twelve ten" is heard so
    re.compile(r"\b1?\d (?:and|in)(?: (?:please|thanks?|thank you))?$"),
    # "half past noon" is not noon
    re.compile(r"\b(?:past|to|of|till) (?:noon|midday|midnight)\b"),
)


def plain(version: str) -> tuple[str, bool]:
    """The words as figures, without days, and with the hours that were written as other words; whether nothing in them
    may as well be no hour, or another one."""
    written = undated(figures(version.split()))
    for pattern, hour in _WRITTEN:
        written = pattern.sub(hour, written)
    text = written
    for pattern, hour in _MISHEARD:
        text = pattern.sub(hour, text)
    return text, text == written and not any(pattern.search(text) for pattern in _UNCLEAR)
