"""Whose turn it is, over real calls: what is finished is answered, what is not is waited for.

Asserts in the call's sample clock: when the turn was taken to be over comes from the ledger, what the caller heard from
the recording. The bounds leave room for a busy machine; how quick it is, the bench tells.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from agent.bench.bot import Bot
from agent.bench.clip import Clip, Said, in_band, joined
from agent.bench.ears import CallerVoice, Transcriber
from agent.ledger.store import read
from agent.listen.echo_text import words_of
from agent.models.store import ModelStore
from telephony.audio import Samples, ms, samples
from telephony.testing.caller import UserAgent
from telephony.testing.conversation import Conversation, Turn
from telephony.testing.measure import Span, audible_spans

pytestmark = pytest.mark.call

PLAN = Path(__file__).parent / "turns.yaml"
AT_ONCE_MS = 600.0  # after the caller's last voiced sample, on a machine that has other things to do


@dataclass(frozen=True)
class Example:
    """Pieces of one turn, each with the silence behind it in ms; what is said at once is answered within AT_ONCE_MS."""

    pieces: tuple[tuple[str, float], ...]
    at_once: bool = False


FINISHED = Example((("Does that make sense?", 0.0),), at_once=True)
PRICING = Example((("Okay, and what about the", 750.0), ("pricing of the calls?", 0.0)))
NUMBER = Example((("My number is five five five,", 900.0), ("one two three four.", 0.0)))
HESITATION = Example((("Um,", 700.0), ("let me see,", 800.0), ("when are you open?", 0.0)))
HELLO = Example((("Hello? Are you there?", 0.0),), at_once=True)
THANKS = Example((("Thank you.", 0.0),))
YES = Example((("Yes.", 0.0),), at_once=True)  # to "Is there anything else?"
# What must be answered at once does not come first: a recogniser is slow with the first words that it ever hears.
EXAMPLES = (PRICING, FINISHED, NUMBER, HESITATION, HELLO, THANKS, YES)


async def _clip(voice: CallerVoice, ears: Transcriber, example: Example) -> Clip:
    """A rendering whose words are heard as they are, wherever packets fall into them, but perhaps for the last one of a
    thought that goes on: whose turn it is cannot be told by other words. Piper's noise is random, and one rendering in
    twenty is misheard."""
    texts = [text for text, _ in example.pieces]
    heard = []
    for _ in range(10):
        said = await _said(voice, texts)
        heard.append([await asyncio.to_thread(_words, ears, piece) for piece in said])
        found = zip(texts, heard[-1], strict=True)
        if all(_as_said(words_of(text), words, example) for text, places in found for words in places):
            pieces = zip(example.pieces, said, strict=True)
            return joined([Said(text, sound, pause) for (text, pause), sound in pieces])
    pytest.fail(f"{texts} are heard as {heard}")


async def _said(voice: CallerVoice, texts: list[str]) -> list[Samples]:
    """A piece that ends in the middle of a clause is cut from the whole: by itself its voice would fall at its end."""
    if all(text[-1] in ",.?" for text in texts):
        return [await voice.say(text) for text in texts]
    return await voice.stop_between(texts)


def _words(ears: Transcriber, piece: Samples) -> list[list[str]]:
    """What is heard of it at several places in a packet."""
    band = in_band(piece)
    return [words_of(ears.transcribe(np.pad(band, (samples(before), samples(0.4))))) for before in (0.4, 0.405, 0.413)]


def _as_said(wanted: list[str], heard: list[str], example: Example) -> bool:
    return len(wanted) == 1 or (heard == wanted if example.at_once else heard[:-1] == wanted[:-1])


async def test_a_finished_thought_is_answered_and_an_unfinished_one_is_waited_for(
    tmp_path: Path, ears: Transcriber
) -> None:
    async with Bot(tmp_path / "bot", dialplan=PLAN) as bot, UserAgent() as ua:
        # Meanwhile its recognisers come to be ready: one that has heard nothing yet is slow with its first words.
        voice = await asyncio.to_thread(CallerVoice.load, ModelStore())
        clips = [await _clip(voice, ears, example) for example in EXAMPLES]
        call = await ua.call(bot.targets[0], caller="5550100")
        talk = Conversation(call, [Turn(clip.text, clip.samples) for clip in clips])
        await talk.hold()
        await call.hang_up()
        recording = call.recording
        await asyncio.sleep(1.5)  # until the ledger's last line is written
    heard = talk.heard(recording)[1:]
    entries = list(read(bot.directory / "data").entries)
    assert [turn.problem for turn in heard] == [""] * len(EXAMPLES)
    bot_spans = audible_spans(recording.bot, bridge_ms=300)
    for example, clip, turn in zip(EXAMPLES, clips, heard, strict=True):
        assert turn.spoken is not None
        said = Span(turn.spoken.start + clip.voiced.start, turn.spoken.start + clip.voiced.end)
        over = [span for span in bot_spans if said.start <= span.start < said.end]
        assert over == [], f"cut in on {clip.text!r} {ms(over[0].start - said.start):.0f} ms after its begin"
        answers = [entry for entry in entries if abs(entry.ended_ms - ms(said.end)) < 150]
        assert len(answers) == 1, (clip.text, ms(said.end), [entry.ended_ms for entry in entries])
        if example.at_once:
            assert answers[0].marks["commit"] <= AT_ONCE_MS, (clip.text, answers[0].marks)
