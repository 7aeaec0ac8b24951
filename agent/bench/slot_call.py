"""A call of `offhook bench slots`: the caller gives one value after another, as `agent.bench.slot_words` draws them,
and answers honestly when they are asked whether they were understood right. Told that they can say a number digit by
digit or type it, half of them type it, and half of the others say it digit by digit.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum

import msgspec

from agent.bench.bot_log import BotLog, Entry, Heard, Said, reply
from agent.bench.cast import Sounds
from agent.bench.casting import Part
from agent.bench.clip import Said as Piece
from agent.bench.clip import joined
from agent.bench.hearing_out import heard_out
from agent.bench.slot_plan import KEYED, KINDS, STUCK
from agent.bench.slot_words import NOW, Pieces, Wanted
from agent.dialplan.flows import Asking
from agent.dialplan.schema import Phrases
from agent.reply.utterance import Utterance
from agent.slots.spoken import spoken
from telephony.audio import Samples
from telephony.errors import CallFailed
from telephony.testing.caller import Call, UserAgent

GREETING_S, REPLY_S = 10.0, 12.0
MOST_TURNS = 10  # for one slot
A_SLOT_S = 90.0
_PAUSES_MS = (150.0, 600.0)
TYPISTS, SPELLERS = 0.5, 0.25  # of callers
_A_KEY_S = 0.3  # from key to key
_YES = ("yes", "yes that's right", "yeah", "correct", "yes")
_NO = ("no", "no that's wrong", "nope", "no")
_AT_ONCE = 0.5  # of callers who say no, for saying it again in the same breath
_CALLER, _KEYS = "caller: ", "caller types: "  # before their words; before their keys
_TEXTS = Asking()
_BEFORE = (*Phrases().fillers, _TEXTS.yes_or_no, _TEXTS.again)  # what is read back


class Verdict(StrEnum):
    """What came of one slot."""

    AT_ONCE = "right at once"
    READ_BACK = "right when read back"  # the first time, with a yes
    AGAIN = "right when said again"
    TYPED = "right when typed"
    WRONG = "wrong"  # another value was settled
    GIVEN_UP = "given up"
    LOST = "lost"  # the call ended, or the bot fell silent


RIGHT = (Verdict.AT_ONCE, Verdict.READ_BACK, Verdict.AGAIN, Verdict.TYPED)
_ENDS = (Verdict.GIVEN_UP, Verdict.LOST)  # the call


class Way(StrEnum):
    """How a caller gives a number when told how they can."""

    KEYS = "keys"
    DIGITS = "digit by digit"
    AS_BEFORE = "as before"


class Settled(msgspec.Struct, frozen=True):
    """One slot, with all that was said about it, line by line."""

    call: str
    voice: str
    wanted: Wanted
    verdict: Verdict
    value: str = ""  # that the bot settled
    way: Way = Way.AS_BEFORE  # of the caller
    lines: tuple[str, ...] = ()


def sayings(part: Part, wanted: Sequence[Wanted]) -> Iterator[tuple[str, str]]:
    """All that a caller may say: (voice, text), to be rendered before the call."""
    pieces = [(one,) for one in (*_YES, *_NO)] + [each for one in wanted for each in (one.said, one.again)]
    slowly = [digit_by_digit(one) for one in wanted if one.slot in KEYED]
    for whole in (*pieces, *(("no", *one.again) for one in wanted), *slowly):
        yield from ((part.voice.name, text) for text in _spoken(whole))


class SlotCall:
    """Made once, with `run`."""

    def __init__(
        self, name: str, part: Part, wanted: Sequence[Wanted], *, key: str, sounds: Sounds, log: BotLog
    ) -> None:
        """`key`: on which the bot asks for the first that is `wanted` and, behind it, for the others."""
        self._name = name
        self._part = part
        self._wanted = wanted
        self._key = key
        self._sounds = sounds
        self._log = log
        self._chance = random.Random(f"{name} {wanted[0].slot}")
        self._way = way_of(name)

    async def run(self, ua: UserAgent, address: str, caller: str, over: Callable[[Settled], None]) -> None:
        """`over` is told what came of each slot, up to the first that was given up or lost."""
        try:
            call = await ua.call(address, caller=caller, answer_within=20)
        except CallFailed as refused:
            over(self._settled(self._wanted[0], Verdict.LOST, [f"not answered: {refused}"]))
            return
        wanted = self._wanted[0]
        try:
            if self._part.background is not None:
                call.stream.surround(self._part.background)
            await heard_out(call, self._log, 0, GREETING_S)
            known = len(self._log.entries(call.dialog.call_id))
            await call.dtmf(self._key)
            await heard_out(call, self._log, known, REPLY_S)
            for wanted in self._wanted:
                settled = await self._slot(call, wanted)
                over(settled)
                if settled.verdict in _ENDS:
                    break
        except CallFailed as failure:
            over(self._settled(wanted, Verdict.LOST, [str(failure)]))
        finally:
            await call.hang_up()

    async def _slot(self, call: Call, wanted: Wanted) -> Settled:
        lines: list[str] = []
        entries: Sequence[Entry] = ()
        try:
            async with asyncio.timeout(A_SLOT_S):
                for _ in range(MOST_TURNS):
                    entries = await self._turn(call, wanted, entries, lines)
                    value = _value(entries, wanted.slot)
                    if value is not None:
                        return self._settled(wanted, verdict(value, wanted, lines), lines, value)
                    if given_up(entries):
                        return self._settled(wanted, Verdict.GIVEN_UP, lines)
        except TimeoutError:
            lines.append(f"nothing settled within {A_SLOT_S:g} s")
        except CallFailed as failure:
            lines.append(str(failure))
        return self._settled(wanted, Verdict.LOST, lines)

    async def _turn(self, call: Call, wanted: Wanted, before: Sequence[Entry], lines: list[str]) -> Sequence[Entry]:
        """What the bot tells of the next turn; `before`: of the one before, `lines`: all so far. Raises CallFailed."""
        if not lines:
            return await self._say(call, wanted.said, lines)
        text = _text(before)
        told_how = is_told_how(wanted, text)
        if told_how and self._way is Way.KEYS:
            return await self._type(call, f"{wanted.value}#", lines)
        if told_how and self._way is Way.DIGITS:
            return await self._say(call, digit_by_digit(wanted), lines)
        return await self._say(call, self._answer(wanted, text), lines)

    def _answer(self, wanted: Wanted, text: str) -> Pieces:
        """The words to what the bot said, which settled nothing."""
        right = understood(wanted, text)
        if right is None:
            return wanted.again
        if right:
            return (self._chance.choice(_YES),)
        if self._chance.random() < _AT_ONCE:
            return ("no", *wanted.again)
        return (self._chance.choice(_NO),)

    async def _say(self, call: Call, words: Pieces, lines: list[str]) -> Sequence[Entry]:
        """What the bot tells of it. Raises CallFailed."""
        known = len(self._log.entries(call.dialog.call_id))
        lines.append(f"{_CALLER}{' | '.join(words)}")
        await call.play(self._sound(words))
        entries = await heard_out(call, self._log, known, REPLY_S)
        lines += [_told(entry) for entry in entries]
        return entries

    async def _type(self, call: Call, keys: str, lines: list[str]) -> Sequence[Entry]:
        """What the bot tells of it. Raises CallFailed."""
        known = len(self._log.entries(call.dialog.call_id))
        lines.append(f"{_KEYS}{keys}")
        for key in keys:
            await call.dtmf(key)
            await asyncio.sleep(_A_KEY_S)
        entries = await heard_out(call, self._log, known, REPLY_S)
        lines += [_told(entry) for entry in entries]
        return entries

    def _sound(self, words: Pieces) -> Samples:
        pieces = [
            Piece(text, self._sounds[self._part.voice.name, text], self._chance.uniform(*_PAUSES_MS))
            for text in _spoken(words)
        ]
        return joined(pieces, self._part.dbfs).samples

    def _settled(self, wanted: Wanted, verdict: Verdict, lines: Sequence[str], value: str = "") -> Settled:
        return Settled(self._name, self._part.voice.name, wanted, verdict, value, self._way, tuple(lines))


def understood(wanted: Wanted, text: str) -> bool | None:
    """Whether a bot that says `text` reads back what is meant; None where it reads nothing back."""
    asked, right, _ = text.partition(_TEXTS.right)
    if not right:
        return None
    for sentence in _BEFORE:
        asked = asked.replace(sentence, "")
    return Utterance(asked).raw == Utterance(spoken(KINDS[wanted.slot], wanted.value, NOW)).raw


def way_of(caller: str) -> Way:
    """How the caller of this name gives a number when told how they can."""
    drawn = random.Random(f"{caller} digits").random()
    return Way.KEYS if drawn < TYPISTS else Way.DIGITS if drawn < TYPISTS + SPELLERS else Way.AS_BEFORE


def is_told_how(wanted: Wanted, text: str) -> bool:
    """Whether a bot that says `text` wants what is meant digit by digit or from a telephone's keys."""
    return wanted.slot in KEYED and _TEXTS.digits in text


def digit_by_digit(wanted: Wanted) -> Pieces:
    """With a pause behind each digit."""
    return tuple(word for piece in wanted.again for word in piece.split())


def _spoken(words: Pieces) -> Pieces:
    """The pieces as the voice is told them: one that goes on ends in a comma."""
    return (*(f"{text}," for text in words[:-1]), words[-1])


def verdict(value: str, wanted: Wanted, lines: Sequence[str]) -> Verdict:
    """What it is that the bot has settled `value`, by all that was said and typed."""
    if value != wanted.value:
        return Verdict.WRONG
    if any(line.startswith(_KEYS) for line in lines):
        return Verdict.TYPED
    answers = [line.removeprefix(_CALLER) for line in lines if line.startswith(_CALLER)][1:]
    if not answers:
        return Verdict.AT_ONCE
    return Verdict.READ_BACK if set(answers) <= set(_YES) else Verdict.AGAIN


def _value(entries: Sequence[Entry], slot: str) -> str | None:
    """What the bot has settled for the slot; None for nothing."""
    came = reply(entries)
    arguments = dict(came.tool.arguments) if came is not None and came.tool is not None else {}
    return None if slot not in arguments else str(arguments[slot])


def given_up(entries: Sequence[Entry]) -> bool:
    """Whether the bot has given up, though the caller spoke over it."""
    texts = [entry.text for entry in entries if isinstance(entry, Said)]
    return any(STUCK in text or (len(text.split()) > 1 and STUCK.startswith(text.strip())) for text in texts)


def _text(entries: Sequence[Entry]) -> str:
    """What the bot said behind the last words that the caller interrupted."""
    said: list[str] = []
    for entry in entries:
        if isinstance(entry, Said):
            said = [] if entry.interrupted else [*said, entry.text]
    return " ".join(said)


def _told(entry: Entry) -> str:
    if isinstance(entry, Heard):
        return f"heard: {entry.text}" + (f" [{entry.closed}]" if entry.closed else "")
    return f"bot: {entry.text.strip()}"
