"""One test of a dialplan as a call: the caller speaks, presses keys and is silent as it says, and each turn is judged
by what the bot tells of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from agent.bench.aloud import aloud
from agent.bench.asked_back import answer
from agent.bench.bot_log import BotLog, Entry, heard, reply
from agent.bench.cast import Sounds
from agent.bench.casting import part
from agent.bench.clip import evened
from agent.bench.hearing_out import heard_out
from agent.dialplan.rehearsal import Failure, Misheard, missed
from agent.dialplan.schema import Cue, Dialplan, Rehearsal
from agent.reply.utterance import Utterance
from telephony.audio import SAMPLE_RATE, Samples
from telephony.errors import CallFailed
from telephony.testing.caller import Call, UserAgent
from telephony.testing.measure import Span, audible_spans
from telephony.testing.recorder import Recording
from telephony.testing.relay import Relay

GREETING_S = 10.0
REPLY_S = 12.0
ASKS_S = 25.0  # until the bot asks a caller who says nothing, or tells that nobody has answered
TYPING_S = 0.2  # between two keys of a number


class VoiceCall:
    """Run once, with `run`. `plan` is what the test is of; `sounds` has what its caller says, and a yes; `log` is that
    of the bot that answers."""

    def __init__(self, plan: Dialplan, test: Rehearsal, sounds: Sounds, log: BotLog) -> None:
        self._plan = plan
        self._test = test
        self._part = part(test.name)
        self._sounds = sounds
        self._log = log
        self._misheard: list[Misheard] = []

    async def run(self, ua: UserAgent, address: str, caller: str, via: Relay | None = None) -> Failure | None:
        """The first turn that comes otherwise; None for none."""
        try:
            call = await ua.call(address, caller=caller, answer_within=20, via=via)
        except CallFailed as refused:
            return Failure(0, (f"the call to be answered ({refused})",), None)
        try:
            background = self._part.background
            if background is not None:
                call.stream.surround(background)
            await heard_out(call, self._log, 0, GREETING_S)
            for turn, cue in enumerate(self._test.turns):
                failure = await self._turn(call, turn, cue)
                if failure is not None:
                    return failure
        finally:
            await call.hang_up()
        return None

    async def _turn(self, call: Call, turn: int, cue: Cue) -> Failure | None:
        turns = self._test.turns
        last = turn + 1 == len(turns)
        known = len(self._log.entries(call.dialog.call_id))
        try:
            span = await self._do(call, cue)
            if cue.key is not None and not last and turns[turn + 1].key is not None and not _wants(cue):
                await asyncio.sleep(TYPING_S)
                return None
            within = ASKS_S if cue.silence or cue.no_answer else REPLY_S
            entries = await heard_out(call, self._log, known, within)
            self._hear(turn, cue, heard(entries))
            entries = await self._asked_back(call, cue, entries, last)
        except CallFailed:
            return Failure(turn, ("the call to go on",), None, tuple(self._misheard))
        came = reply(entries)
        wanted = missed(cue, came, last) + (late(cue, call.recording, span) if span is not None else ())
        return Failure(turn, wanted, came, tuple(self._misheard)) if wanted else None

    async def _asked_back(self, call: Call, cue: Cue, entries: Sequence[Entry], last: bool) -> Sequence[Entry]:
        """The turn with what came of it after the caller has answered a bot that was not sure, if it asked. Raises
        CallFailed."""
        came = reply(entries)
        words = answer(self._plan, cue, came) if missed(cue, came, last) else None
        if words is None or call.over:
            return entries
        known = len(self._log.entries(call.dialog.call_id))
        await self._say(call, words)
        return [*entries, *await heard_out(call, self._log, known, REPLY_S)]

    def _hear(self, turn: int, cue: Cue, words: str) -> None:
        """Keep what was heard, where that is not what was said."""
        if cue.caller is not None and Utterance(cue.caller).raw != Utterance(words).raw:
            self._misheard.append(Misheard(turn, cue.caller, words))

    async def _do(self, call: Call, cue: Cue) -> Span | None:
        """What the caller does; where the sound lies on the recording, if they speak. Raises CallFailed."""
        if cue.key is not None:
            await call.dtmf(cue.key)
        if cue.caller is None:
            return None
        return await self._say(call, cue.caller)

    async def _say(self, call: Call, words: str) -> Span:
        """Where the sound lies on the recording. Raises CallFailed."""
        samples = evened(self._sounds[self._part.voice.name, aloud(words)], self._part.dbfs)
        said = await call.play(samples)
        voiced = _voiced(samples)
        return Span(said.start + voiced.start, said.start + voiced.end)


def _voiced(samples: Samples) -> Span:
    spans = audible_spans(samples)
    return Span(spans[0].start, spans[-1].end) if spans else Span(0, len(samples))


def _wants(cue: Cue) -> bool:
    """Whether something must come of the turn."""
    return cue != Cue(key=cue.key)


def late(cue: Cue, recording: Recording, voiced: Span) -> tuple[str, ...]:
    """Where the bot was not heard in time."""
    if cue.within is None:
        return ()
    first = next((span.start for span in audible_spans(recording.bot) if span.start >= voiced.start), None)
    took = None if first is None else (first - voiced.end) / SAMPLE_RATE
    if took is not None and took <= cue.within:
        return ()
    return (f"within {cue.within:g} s ({'never' if took is None else f'after {took:.2f} s'})",)
