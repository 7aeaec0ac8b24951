"""One call of the bench: its turns are said, and each is judged by what the recording holds.

A turn's time runs from the label of the clip's last voiced sample, never from the recorded sound, which may be noisy.
What began before that is a cut-in, not a quick reply; unless it came behind an earlier thought that was finished.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from agent.bench.clip import Clip
from telephony.audio import SAMPLE_RATE, Samples, ms
from telephony.errors import CallFailed
from telephony.testing.caller import UserAgent
from telephony.testing.conversation import Conversation, Turn
from telephony.testing.measure import Span, audible_spans
from telephony.testing.relay import Relay

Verdict = Literal["answered", "cut in", "between", "unanswered", "not begun"]
QUIET_MS = 800.0  # the bot is done when it has been quiet for this long
_ROUND = SAMPLE_RATE // 10  # kept around a reply for whoever writes it down


@dataclass(frozen=True)
class Answered:
    """What became of a turn. `ms` from the label to the first audible sample, None unless answered; negative times
    are no replies. `at_ms` where that sample lies on the recording. `reply` is the bot's sound, `spans` within it. Of a
    turn that the bot spoke into, `behind` is the number of the thought (from 0) that it spoke behind, and how many ms
    behind; None where it spoke before the first one was over."""

    verdict: Verdict
    ms: float | None = None
    at_ms: float | None = None
    reply: Samples | None = None
    spans: tuple[Span, ...] = ()
    behind: tuple[int, float] | None = None


@dataclass
class Exchange:
    """A call that was made; `problem` "" when it went as it should. `answers` is as long as the clips."""

    sip_call_id: str = ""
    problem: str = ""
    answers: list[Answered] = field(default_factory=list)
    late: list[float] = field(default_factory=list)  # s, our own packets
    lost: int = 0  # packets of the bot


@dataclass(frozen=True)
class Situation:
    """From where a call is made."""

    target: str
    caller: str
    via: Relay | None = None
    background: Samples | None = None  # 16 kHz, looped
    background_from: int = 0  # sample of it that the call begins with
    reply_within: float = 6.0  # s
    may_hang_up: bool = False  # the bot may end the call: the caller says goodbye


async def exchange(ua: UserAgent, situation: Situation, clips: Sequence[Clip]) -> Exchange:
    """Make the call. What goes wrong is in the result."""
    made = Exchange(answers=[Answered("not begun")] * len(clips))
    try:
        call = await ua.call(
            situation.target, caller=situation.caller, answer_within=20, reply_within=10, via=situation.via
        )
    except CallFailed as failure:
        made.problem = f"not answered: {failure}"
        return made
    made.sip_call_id = call.dialog.call_id
    if situation.background is not None:
        import numpy as np

        call.stream.surround(np.roll(situation.background, -situation.background_from))
    turns = [Turn(clip.text, clip.samples) for clip in clips]
    talk = Conversation(call, turns, reply_within=situation.reply_within, quiet_ms=QUIET_MS)
    try:
        async with asyncio.timeout(60 + 40 * len(clips)):
            await talk.hold()
    except TimeoutError:
        made.problem = "the bot never came to an end"
    if call.over and not situation.may_hang_up:
        made.problem = made.problem or "the bot ended the call"
    await call.hang_up()
    recording = call.recording
    heard = talk.heard(recording)[1:]
    onsets = audible_spans(recording.bot, bridge_ms=300)
    for number, (clip, turn) in enumerate(zip(clips, heard, strict=False)):
        if turn.spoken is not None:
            made.answers[number] = judged(clip, turn.spoken, turn.window.end, onsets, recording.bot)
    made.late, made.lost = call.stream.lateness, call.counters.lost
    return made


def judged(clip: Clip, spoken: Span, until: int, onsets: Sequence[Span], bot: Samples) -> Answered:
    """What became of a turn whose clip lies at `spoken` on the recording, before the next turn begins at `until`.
    `onsets`: where the bot is audible, pauses of up to 300 ms bridged."""
    began, ended = spoken.start + clip.voiced.start, spoken.start + clip.voiced.end
    spans = tuple(span for span in onsets if began <= span.start < until)
    if not spans:
        return Answered("unanswered")
    first = spans[0].start
    if first < ended:
        return _early(clip, first - spoken.start, ms(first))
    start = max(0, first - _ROUND)
    reply = bot[start : spans[-1].end + _ROUND].copy()
    moved = tuple(Span(span.start - start, span.end - start) for span in spans)
    return Answered("answered", ms(first - ended), ms(first), reply, moved)


def _early(clip: Clip, at: int, at_ms: float) -> Answered:
    """The bot spoke at `at` on the clip, before its end: between two thoughts, or into one."""
    before = [number for number, thought in enumerate(clip.thoughts) if thought.voiced.end <= at]
    if not before:
        return Answered("cut in", at_ms=at_ms)
    thought = clip.thoughts[before[-1]]
    behind = (before[-1], round(ms(at - thought.voiced.end), 1))
    return Answered("between" if thought.finished else "cut in", at_ms=at_ms, behind=behind)
