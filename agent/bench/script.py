"""What callers say in `offhook bench turns`, and where they pause: scripts of whole calls, seeded and pure.

People pause inside a thought for 0.3 to 2.5 s, most often for well under one; they say "um", begin anew, and say
telephone numbers in groups. A pause behind a whole thought is marked as such: a listener may answer there.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.bench.cast import VOICES, Sounds
from agent.bench.clip import Clip, Said, joined
from agent.bench.questions import LOUDNESS_DBFS
from agent.dialplan.schema import Action, Dialplan
from agent.errors import DialplanError

Manner = Literal["plain", "pause", "hesitation", "restart", "two thoughts", "dictation", "number", "short"]
MANNERS: dict[Manner, int] = {
    "plain": 35,
    "pause": 35,
    "hesitation": 15,
    "restart": 10,
    "two thoughts": 5,
}  # of questions
PAUSE_S = (0.3, 2.5)  # the shortest and the longest inside a thought
MEDIAN_S, SPREAD = 0.7, 0.55  # of their logarithm's normal distribution: a tenth is above 1.4 s
GROUP_GAP_S = (0.4, 1.2)  # between groups of a telephone number
RESTART_S = (0.3, 0.8)
BETWEEN_S = (0.9, 1.6)  # behind a thought that is finished
QUESTIONS_A_CALL = 5
MESSAGE_CALLS = 3  # every third call leaves a message
_FEWEST_WORDS = 4  # of a question that can be paused in
_FILLERS = ("um,", "uh,", "let me see,")
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NAMES = ("anna miller", "tom baker", "susan clark", "peter young")
_REASONS = (
    ("i'm calling about my last bill,", "there is a conference on it that we did not have,", "please call me back"),
    ("i ordered a new telephone,", "and it has not arrived,", "could somebody tell me when it comes"),
    ("we want a larger room,", "for about sixty people,", "and i would like to know what that costs"),
)


@dataclass(frozen=True)
class Line:
    """A piece of a turn and the silence behind it. A text that ends in a comma is said as one that goes on."""

    text: str
    pause_ms: float = 0.0
    finished: bool = False


@dataclass(frozen=True)
class Turn:
    """One turn of a script."""

    manner: Manner
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Script:
    """What one caller says in a call."""

    voice: str
    dbfs: float
    turns: tuple[Turn, ...]

    @property
    def sounds(self) -> list[tuple[str, str]]:
        """What has to be rendered."""
        return [(self.voice, line.text) for turn in self.turns for line in turn.lines]


def scripts(plan: Dialplan, calls: int, seed: int) -> list[Script]:
    """`calls` calls; every third leaves a message. Raises DialplanError where the plan has no question to ask, or no
    way to leave a message."""
    chance = random.Random(seed)
    asked = [
        text
        for topic in plan.topics
        if not getattr(topic, "acts", False)
        for text in topic.asked
        if len(text.split()) >= _FEWEST_WORDS
    ]
    wishes = [text for intent in plan.intents if intent.action is Action.TAKE_MESSAGE for text in intent.examples]
    if not asked or not wishes:
        raise DialplanError([f"{plan.name}: questions and an intent that takes a message are needed"])
    found = []
    for number in range(calls):
        voice, dbfs = chance.choice(VOICES).name, chance.uniform(*LOUDNESS_DBFS)
        leaves = number % MESSAGE_CALLS == MESSAGE_CALLS - 1
        turns = _message(chance, wishes) if leaves else _questions(chance, asked)
        found.append(Script(voice, dbfs, tuple(turns)))
    return found


def clips_of(script: Script, sounds: Sounds) -> list[Clip]:
    """The turns as they are said."""
    return [
        joined(
            [Said(line.text, sounds[script.voice, line.text], line.pause_ms, line.finished) for line in turn.lines],
            script.dbfs,
            script.voice,
        )
        for turn in script.turns
    ]


def pause_ms(chance: random.Random) -> float:
    """A pause inside a thought."""
    drawn = chance.lognormvariate(math.log(MEDIAN_S), SPREAD)
    return 1000 * min(max(drawn, PAUSE_S[0]), PAUSE_S[1])


def _questions(chance: random.Random, asked: Sequence[str]) -> list[Turn]:
    manners = chance.choices(tuple(MANNERS), tuple(MANNERS.values()), k=QUESTIONS_A_CALL)
    return [_question(chance, manner, chance.choice(asked), asked) for manner in manners]


def _question(chance: random.Random, manner: Manner, text: str, asked: Sequence[str]) -> Turn:
    words = text.split()
    whole = set(asked)  # a pause behind what could be all of it would be fair to answer in
    cuts = [at for at in range(2, len(words) - 1) if " ".join(words[:at]) not in whole]
    cut = chance.choice(cuts or [2])
    front, back = " ".join(words[:cut]) + ",", " ".join(words[cut:])
    match manner:
        case "pause":
            lines = [Line(front, pause_ms(chance)), Line(back)]
        case "hesitation":
            filler = Line(chance.choice(_FILLERS), pause_ms(chance))
            lines = [Line(front, pause_ms(chance)), filler, Line(back)]
        case "restart":
            lines = [Line(front, 1000 * chance.uniform(*RESTART_S)), Line(text)]
        case "two thoughts":
            other = chance.choice(asked)
            lines = [Line(text, 1000 * chance.uniform(*BETWEEN_S), finished=True), Line(f"and {other}")]
        case _:
            lines = [Line(text)]
    return Turn(manner, tuple(lines))


def _message(chance: random.Random, wishes: Sequence[str]) -> list[Turn]:
    reason = chance.choice(_REASONS)
    told = [f"this is {chance.choice(_NAMES)},", *reason]
    dictated = [Line(text, pause_ms(chance)) for text in told[:-1]]
    return [
        Turn("short", (Line(chance.choice(wishes)),)),
        Turn("dictation", (*dictated, Line(told[-1]))),
        Turn("short", (Line("no please use another number"),)),
        Turn("number", _number(chance)),
        Turn("short", (Line("yes that's right"),)),
        Turn("short", (Line("no thank you goodbye"),)),
    ]


def _number(chance: random.Random) -> tuple[Line, ...]:
    """Three, three and four digits, or three and four; each group but the last goes on."""
    sizes = chance.choice(((3, 3, 4), (3, 4), (3, 2, 2)))
    groups = [" ".join(chance.choice(_DIGITS) for _ in range(size)) for size in sizes]
    if chance.random() < 0.5:
        groups.insert(0, "my number is")
    gaps = [1000 * chance.uniform(*GROUP_GAP_S) for _ in groups[:-1]]
    return (*(Line(f"{group},", gap) for group, gap in zip(groups, gaps, strict=False)), Line(groups[-1]))
