"""What the wording alone tells about whether a thought is finished: numbers for a regression, one for each trait.

The words come from a recogniser: lower case, no punctuation, some of them wrong.
"""

from __future__ import annotations

from functools import lru_cache
from math import log1p

from agent.reply.utterance import Utterance


def listed(words: str) -> frozenset[str]:
    """The words of a line."""
    return frozenset(words.split())


FILLERS = listed("um uh er erm hm hmm mm ah eh")
LETTERS = listed("b c d e f g h j k l m n o p q r s t u v w x y z")  # "a" and "i" are words more often
NUMBERS = listed(
    "zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand"
)
# By the last word. The first class that has it counts.
_LAST = {
    "filler": FILLERS,
    "joint": listed("and but or because cause if when while although unless until since which whose than whether plus"),
    "article": listed("the a an my your our his their its these those some any every each another"),
    "preposition": listed(
        "of to for with at in on from by about into between without under over after before during through per via "
        "near behind against onto toward towards beside beyond"
    ),
    "auxiliary": listed(
        "is are was were be been being am will would can could should may might must do does did has had having "
        "i'm i'd i'll i've we're we'd we'll we've you're you'd you'll he's she's they're they'd it's that's there's "
        "what's where's who's how's let's isn't aren't wasn't"
    ),
    "subject": listed("i we they he she who"),
    "opening": listed(
        "want need like wanted needed looking calling trying wondering going gonna wanna hoping called got get have "
        "having make said says think know thought tell told ask asking give put take see"
    ),
    "modifier": listed(
        "very really quite too more most next last first second new other different same only just also even still "
        "about almost nearly maybe perhaps probably actually basically like kind sort well so then okay not never "
        "please"
    ),
    "letter": LETTERS,
    "number": NUMBERS | listed("double triple"),
    "closer": listed("thanks thank bye goodbye today tomorrow tonight now there it that them me you him her us here"),
}
# Behind these more is to come, unless something that is known to be whole ends in them.
OPEN_WORDS = frozenset().union(*(_LAST[name] for name in ("filler", "joint", "article", "preposition", "auxiliary")))
ASKING = listed(
    "what when where who why how which whose is are am was were do does did can could would will should may have has "
    "what's where's who's how's isn't aren't don't can't"
)
_LEADS = listed("well so okay ok hi hello hey yes yeah no and but um uh oh sorry excuse alright right good morning")
_STALLS = (
    "let me see", "let me think", "let's see", "you know", "i mean", "i think", "i guess", "hold on", "hang on",
    "one moment", "one second", "just a second", "just a moment", "just a minute", "give me a second", "what was it",
    "how do i say", "how should i say", "the thing is", "i was wondering", "what i wanted", "let me check",
    "a second", "wait", "i don't know how to", "sort of", "kind of", "and then", "and so", "or something like",
)  # fmt: skip
_TRAILING = 5  # words
TRAITS = (
    *_LAST, "one_word", "two_words", "length", "asking", "asking_preposition", "only_leads", "stall", "letters",
    "numbers", "repeated", "polite",
)  # fmt: skip


@lru_cache(maxsize=256)
def traits(said: str) -> dict[str, float]:
    """Each of `TRAITS`, 0 or 1 but for "length" (log of the number of words); all 0 where nothing was said."""
    words = Utterance(said).raw
    found = dict.fromkeys(TRAITS, 0.0)
    if not words:
        return found
    last = words[-1]
    kind = next((name for name, members in _LAST.items() if last in members), "")
    if kind:
        found[kind] = 1.0
    content = [word for word in words if word not in FILLERS]
    spoken = without_leads(content)
    text = " ".join(words)
    found["one_word"] = float(len(content) == 1)
    found["two_words"] = float(len(content) == 2)
    found["length"] = log1p(len(content))
    found["asking"] = float(bool(spoken) and spoken[0] in ASKING and len(spoken) > 2)
    found["asking_preposition"] = found["asking"] * found["preposition"]
    found["only_leads"] = float(not spoken)
    found["stall"] = float(text.endswith(_STALLS))
    found["letters"] = float(_run(words, LETTERS | {"a", "i"}) >= 2)
    found["numbers"] = float(_run(words, _LAST["number"]) >= 2)
    found["repeated"] = float(len(words) > 1 and words[-1] == words[-2] and last not in _LAST["number"] | LETTERS)
    found["polite"] = float(last in {"please", "thanks"} or text.endswith("thank you"))
    return found


def trails(said: str) -> bool:
    """Whether it is "so what about the pricing": words that as often begin a question as they are one."""
    words = list(Utterance(said).words)
    spoken = without_leads(words)
    return spoken[:2] in (["what", "about"], ["how", "about"]) and len(spoken) <= _TRAILING


def without_leads(words: list[str]) -> list[str]:
    """The words after "well", "okay so", "hi" and the like."""
    at = 0
    while at < len(words) and words[at] in _LEADS:
        at += 1
    return words[at:]


def _run(words: tuple[str, ...], members: frozenset[str]) -> int:
    """How many of the last words are all of the kind."""
    count = 0
    while count < len(words) and words[-1 - count] in members:
        count += 1
    return count
