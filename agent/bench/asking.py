"""Calls as the bench makes them: hear the greeting, ask questions, take note of what went wrong."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from agent.bench.ears import CallerVoice
from agent.dialplan.load import load
from agent.errors import DialplanError
from agent.models.store import ModelStore
from telephony.errors import CallFailed
from telephony.testing.caller import UserAgent
from telephony.testing.conversation import Conversation, Heard, Turn
from telephony.testing.media_thread import Lateness
from telephony.testing.recorder import Recording
from telephony.testing.relay import Relay


@dataclass
class Outcome:
    """What became of one call. `problem` is "" when it went as it should."""

    problem: str = ""
    greeting_ms: float | None = None  # from the ACK to the first audible sample
    replies_ms: list[float] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    recording: Recording | None = None
    late: list[float] = field(default_factory=list)  # s, our own packets
    lost: int = 0  # packets from the bot


@dataclass(frozen=True)
class Question:
    """What the caller asks, and the stock answer to it."""

    turn: Turn
    answer: str


async def questions(dialplan: Path, count: int) -> list[Question]:
    """The first examples of the dialplan's intents, rendered in the caller's voice before any call.
    Raises DialplanError, ModelError."""
    plan = load(dialplan)
    texts = [(intent.examples[0], intent.answer) for intent in plan.intents if intent.examples and intent.answer]
    if not texts:
        raise DialplanError([f"{dialplan}: no intent with an example and an answer: nothing to ask"])
    voice = await asyncio.to_thread(CallerVoice.load, ModelStore())
    return [Question(Turn(text, await voice.say(text)), answer) for text, answer in texts[:count]]


def is_answer(heard: str, answer: str) -> bool:
    """Whether a transcript is of `answer`: half of the answer's words are in it. The recogniser is not perfect."""
    words = set(re.findall(r"[a-z']+", answer.lower()))
    return 2 * len(words & set(re.findall(r"[a-z']+", heard.lower()))) >= len(words)


async def whole(ua: UserAgent, target: str, asked: Sequence[Question], via: Relay | None = None) -> Outcome:
    """Greeting, every question with its reply, hang up."""
    outcome = Outcome()
    try:
        call = await ua.call(target, caller="5550100", answer_within=20, reply_within=10, via=via)
    except CallFailed as failure:
        outcome.problem = f"not answered: {failure}"
        return outcome
    conversation = Conversation(call, [question.turn for question in asked], quiet_ms=1_000)
    try:
        async with asyncio.timeout(60 + 40 * len(asked)):
            await conversation.hold()
    except TimeoutError:
        outcome.problem = "the bot never came to an end"
    if call.over:
        outcome.problem = outcome.problem or "the bot ended the call"
    await call.hang_up()
    outcome.recording = call.recording
    outcome.heard = conversation.heard(outcome.recording)
    outcome.greeting_ms = outcome.heard[0].to_first_audio
    outcome.replies_ms = [one.to_first_audio for one in outcome.heard[1:] if one.to_first_audio is not None]
    outcome.problem = outcome.problem or next((f"{h.label}: {h.problem}" for h in outcome.heard if h.problem), "")
    outcome.late, outcome.lost = call.stream.lateness, call.counters.lost
    return outcome


async def again_and_again(
    ua: UserAgent, target: str, asked: Sequence[Question], first: int, goes_on: Callable[[], bool]
) -> AsyncIterator[Outcome]:
    """One call after another while it `goes_on`: two questions each, from the `first` on in turn."""
    turn = first
    while goes_on():
        two = [asked[turn % len(asked)], asked[(turn + 1) % len(asked)]]
        yield forgetful(await whole(ua, target, two))
        turn += 1


def forgetful(outcome: Outcome) -> Outcome:
    """Without the recording, so that a long run does not fill memory."""
    outcome.recording, outcome.heard = None, []
    return outcome


async def brief(ua: UserAgent, target: str) -> Outcome:
    """Only until the greeting has been audible for a second."""
    outcome = Outcome()
    try:
        call = await ua.call(target, caller="5550100", answer_within=20, reply_within=10)
    except CallFailed as failure:
        outcome.problem = f"not answered: {failure}"
        return outcome
    try:
        outcome.greeting_ms = await call.bot_speaks(5) / 16
        await asyncio.sleep(1.0)
        if call.over:
            outcome.problem = "the bot ended the call"
    except (TimeoutError, CallFailed) as failure:
        outcome.problem = f"greeting: {failure}"
    await call.hang_up()
    outcome.late, outcome.lost = call.stream.lateness, call.counters.lost
    return outcome


class Sender(Protocol):
    """A call that has sent packets."""

    late: list[float]  # s, each packet


def lateness(outcomes: Sequence[Sender]) -> Lateness:
    """Of every packet that the bench sent."""
    import numpy as np

    late = np.asarray([value for outcome in outcomes for value in outcome.late]) * 1000.0
    if not late.size:
        return Lateness(0, 0.0, 0.0, 0.0)
    return Lateness(late.size, float(np.percentile(late, 50)), float(np.percentile(late, 99)), float(late.max()))
