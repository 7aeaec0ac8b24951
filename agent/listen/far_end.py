"""Who is at the far end, by words and manners: a person, an answering machine, or another bot.

::

    words of a machine, once each ──┐ 2 for what nobody else says, 1 for what people say as well
    a beep, the same turn again,    ├─► 2 in all decide
    turns without a gap, 1 each ────┘

Whoever tells of a machine is a person: words behind "said", "do I", "should I" and the like do not count. People leave
200 ms between turns on average, but not every time (T. Stivers et al., "Universals and cultural variation in
turn-taking", 2009; their modes lie between 0 and 200 ms, with half of the gaps outside).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import StrEnum

from agent.listen.echo_text import words_of
from telephony.audio import samples

DECIDES = 2
ALIKE = 0.85  # of two turns, by their words
FEWEST_WORDS = 4  # of a turn whose repetition tells anything
REPEATED = 3  # times in a call: one sign; a person who is not understood does so as well
ENDLESS = 8  # times in a row: nobody but a machine
KEPT = 12  # turns
PROMPT = (samples(-0.1), samples(0.25))  # from the bot's last sound to the voice
PROMPT_TURNS = 6  # in a row
_QUOTES = 4  # words before a phrase that may tell that it is quoted


class Far(StrEnum):
    """What is at the far end."""

    PERSON = "person"
    FAX = "fax"
    MUSIC = "music"
    MACHINE = "machine"  # an answering machine, a voicemail
    BOT = "bot"  # a menu, an announcement, another assistant


_LEAVE = r"(leave|record)( me| us)?( a| your| the)?( brief| short| detailed)?( voice)?( message| name)"
_TONE = r"(at|after|following) the (tone|beep|signal)"
_DIGIT = r"(one|two|three|four|five|six|seven|eight|nine|zero|pound|star|1|2|3)"
_MACHINE: Sequence[tuple[str, int]] = (
    (rf"{_LEAVE}\b.{{0,40}}{_TONE}", 2),
    (rf"{_TONE},? (please |you may |kindly )*(record|leave|say|speak)", 2),
    (r"(been|being) (forwarded|transferred|redirected) to (an automat(ed|ic) |a )?(voicemail|voice (mail|messag))", 2),
    (r"(reached|this is) the (voicemail|voice mail|(voice )?mailbox|answering machine)", 2),
    (r"(person|party|subscriber|customer) (that )?(you are|you're) (calling|trying to reach)", 1),
    (r"(is|are|am|i'm) (currently )?(not |un)(available|able to (take|answer|come to))", 1),
    (r"(can't|cannot) (take|answer|come to) (your call|the phone|the telephone)", 1),
    (r"(i'll|we'll|will) (get back to you|call you back|return your call)", 1),
    (rf"please {_LEAVE}(?! for| with)", 1),
    (r"leave (me |us )?your name", 1),
    (r"(you've|you have) reached", 1),
    (_TONE, 1),
    (r"when (you are|you're|you have)? ?(done|finished).{0,20}(hang up|press)", 1),
)  # fmt: skip
_BOT: Sequence[tuple[str, int]] = (
    (r"(this is|i am|i'm) (an?|the|your) (automated|virtual|artificial)( \w+)? (assistant|agent|system|service)", 2),
    (rf"press {_DIGIT} (for|to)\b.{{0,80}}press {_DIGIT}", 2),
    (rf"(press|dial) {_DIGIT}\b", 1),
    (rf"for [\w' ]{{3,30}} press {_DIGIT}", 1),
    (r"(listen|choose|select).{0,20}(following|menu) ?(options|carefully)?", 1),
    (r"(our|the) menu (options )?(has|have) (recently )?changed", 1),
    (r"(calls?|conversation) (is|are|may be|will be|being) (being )?(recorded|monitored)", 1),
    (r"(say|enter) .{0,30}(pound|hash) (key|sign)|followed by the (pound|hash)", 1),
    (r"(didn't|did not) (understand|recognize) (that|your)( response| selection| entry| request)", 1),
)  # fmt: skip
_HOLD: Sequence[tuple[str, int]] = (
    (r"(your )?call is (very )?important to us", 1),
    (r"(please )?(stay|remain) on the line", 1),
    (r"please (continue to )?hold( the line)?( for| while|$)|continue to hold", 1),
    (r"(our|all) (agents|operators|representatives)( \w+){0,4} are (currently |all )?(busy|assisting|helping)", 1),
    (r"in (line|the queue) and will be answered", 1),
    (r"(next|first) available (agent|operator|representative|advisor)", 1),
    (r"(your|the) (estimated )?(wait|waiting|position|place) (time |in )", 1),
)  # fmt: skip
_QUOTED = re.compile(
    r"\b(said|says|say|saying|told|tells|telling|asked|asks|heard|hear|keeps?|quote|whether|when i|if i|do i|did i|"
    r"should i|shall i|can i|could i|may i|must i|have to|had to|want me to|need to|to me|why|i just|i)$"
)
_GREETS = re.compile(
    r"(hello|hi|hey|yes|yeah)( (hello|hi|hey|there|yes|who is (this|there)|can you hear me))*|i'm here"
)


def _compiled(phrases: Sequence[tuple[str, int]]) -> list[tuple[re.Pattern[str], int]]:
    return [(re.compile(rf"\b{pattern}"), weight) for pattern, weight in phrases]


_PHRASES = {Far.MACHINE: _compiled(_MACHINE), Far.BOT: _compiled(_BOT)}
_HOLDS = _compiled(_HOLD)


def greets(text: str) -> bool:
    """Whether somebody says hello and nothing else, as a person who comes to the telephone does."""
    return bool(_GREETS.fullmatch(" ".join(words_of(text))))


def holds(text: str) -> bool:
    """Whether it is what is said between two pieces of hold music."""
    said = " ".join(words_of(text))
    return any(_stated(pattern, said) for pattern, _ in _HOLDS)


class FarSigns:
    """What one call has shown so far; no clock, no I/O."""

    def __init__(self) -> None:
        self._found: dict[tuple[Far, str], int] = {}  # weight by sign
        self._turns: list[tuple[str, ...]] = []  # the latest
        self._prompt = 0  # turns in a row

    @property
    def far(self) -> Far:
        """What the signs say, a machine before a bot: it has a menu, too."""
        for far in (Far.MACHINE, Far.BOT):
            if sum(weight for (kind, _), weight in self._found.items() if kind is far) >= DECIDES:
                return far
        return Far.PERSON

    def heard(self, text: str, held: bool = False) -> Far:
        """The words of a turn, as far as they are known. `held`: there was hold music, so what is said with such is no
        news."""
        said = " ".join(words_of(text))
        for far, phrases in (*_PHRASES.items(), (Far.BOT, [] if held else _HOLDS)):
            for pattern, weight in phrases:
                if _stated(pattern, said):
                    self._found[far, pattern.pattern] = weight
        return self.far

    def beeped(self) -> Far:
        """A tone that is perhaps a machine's."""
        self._found[Far.MACHINE, "beep"] = 1
        return self.far

    def said(self, text: str) -> Far:
        """A turn that is over."""
        words = tuple(words_of(text))
        before, self._turns = self._turns, [*self._turns, words][-KEPT:]
        if len(words) >= FEWEST_WORDS:
            same = [_alike(words, other) for other in before]
            if sum(same) + 1 >= REPEATED:
                self._found[Far.BOT, "again"] = 1
            if len(same) + 1 >= ENDLESS and all(same[1 - ENDLESS :]):
                self._found[Far.BOT, "again"] = DECIDES
        return self.far

    def unsaid(self) -> None:
        """The latest turn was not over: it will be said again, with more."""
        self._turns = self._turns[:-1]

    def answered(self, gap: int) -> Far:
        """A voice began `gap` samples after the bot's last sound."""
        self._prompt = self._prompt + 1 if PROMPT[0] <= gap <= PROMPT[1] else 0
        if self._prompt >= PROMPT_TURNS:
            self._found[Far.BOT, "prompt"] = 1
        return self.far


def _stated(pattern: re.Pattern[str], said: str) -> bool:
    """Whether the phrase is in `said`, and not told of."""
    return any(not _told(said[: found.start()]) for found in pattern.finditer(said))


def _told(before: str) -> bool:
    words = before.split()
    return any(_QUOTED.search(" ".join(words[:end])) for end in range(max(1, len(words) - _QUOTES + 1), len(words) + 1))


def _alike(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return SequenceMatcher(None, some, others, autojunk=False).ratio() >= ALIKE
