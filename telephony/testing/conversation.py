"""A scripted conversation: wait until the bot is done, say the next thing, wait for the reply; then what was heard.

What is heard is measured afterwards, on the recording; the waits only decide when the caller speaks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from telephony.audio import Samples, ms
from telephony.errors import CallFailed
from telephony.testing.call import Call
from telephony.testing.measure import Span, audible_spans, time_to_first_audio
from telephony.testing.recorder import Recording


@dataclass(frozen=True)
class Turn:
    """One thing the caller does: says `samples` (16 kHz), or presses `keys`. `label` is what the report calls it.
    The reply is heard to its end, or for `listens` s: then the next turn is said over it."""

    label: str
    samples: Samples | None = None
    keys: str = ""
    listens: float | None = None


@dataclass(frozen=True)
class Heard:
    """What followed a turn of the caller (the first one: what followed the answer).

    `window` is where to look on the recording: from the caller's turn to the caller's next. `to_first_audio` is in
    ms from the caller's last voiced sample (greeting: from the ACK; keys: from the last key's end), None when the
    bot said nothing; `spans` are the stretches of sound in the window, pauses under 300 ms within one.
    """

    label: str
    window: Span
    spoken: Span | None
    to_first_audio: float | None
    spans: tuple[Span, ...] = ()
    problem: str = ""

    @property
    def length(self) -> float:
        """Milliseconds from the first to the last sound of the bot."""
        return ms(self.spans[-1].end - self.spans[0].start) if self.spans else 0.0

    @property
    def longest_pause(self) -> float:
        """Milliseconds; 0.0 where the bot spoke in one stretch."""
        gaps = [ms(b.start - a.end) for a, b in zip(self.spans, self.spans[1:], strict=False)]
        return max(gaps, default=0.0)


@dataclass
class _Step:
    label: str
    begins: int
    spoken: Span | None = None
    problem: str = ""


@dataclass
class Conversation:
    """Run once with `hold`; `heard` gives the results, also after it broke off."""

    call: Call
    turns: Sequence[Turn]
    greeting_within: float = 10.0  # s
    reply_within: float = 15.0  # s
    quiet_ms: float = 900.0  # the bot is done when it has been quiet for this long
    longest_reply: float = 60.0  # s
    _steps: list[_Step] = field(default_factory=list)

    async def hold(self) -> None:
        """All turns in order. A bot that stays silent or hangs up early is a finding (`Heard.problem`), no error."""
        self._steps.append(_Step("(answer)", 0))
        await self._listen(self.greeting_within)
        for turn in self.turns:
            step = _Step(turn.label, self.call.now)
            self._steps.append(step)
            try:
                step.spoken = await self._do(turn)
            except CallFailed as failure:
                step.problem = str(failure)
                return
            await self._listen(self.reply_within, turn.listens)
            if self.call.over:
                return

    def heard(self, recording: Recording) -> list[Heard]:
        """One for the greeting and one for each turn that was begun."""
        ends = [step.spoken.start if step.spoken else step.begins for step in self._steps[1:]]
        return [
            _heard(step, Span(step.begins, end), recording)
            for step, end in zip(self._steps, [*ends, len(recording.bot)], strict=True)
        ]

    async def _do(self, turn: Turn) -> Span:
        start = self.call.now
        if turn.samples is not None:
            return await self.call.play(turn.samples)
        await self.call.dtmf(turn.keys)
        return Span(start, self.call.now)

    async def _listen(self, within: float, seconds: float | None = None) -> None:
        try:
            await self.call.bot_speaks(within)
            if seconds is None:
                await self.call.bot_quiet(self.quiet_ms, self.longest_reply)
            else:
                await asyncio.sleep(seconds)
        except (TimeoutError, CallFailed) as finding:
            self._steps[-1].problem = str(finding)


def _heard(step: _Step, window: Span, recording: Recording) -> Heard:
    spoken = step.spoken
    since = spoken.start if spoken is not None else window.start
    every = audible_spans(recording.bot, bridge_ms=300)
    spans = tuple(span for span in every if since <= span.start < window.end)
    if spoken is None:
        first = ms(spans[0].start - window.start) if spans and step.begins == 0 else None
    else:
        first = time_to_first_audio(recording, spoken)
        if first is None and spans:  # keys, or a silent file: from its end
            first = ms(spans[0].start - spoken.end)
        if first is not None and not spans:
            first = None
    return Heard(step.label, window, spoken, first, spans, step.problem)
