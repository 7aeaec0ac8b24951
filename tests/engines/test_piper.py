"""The voice itself: what it says is understood, is where it says it is, and is as loud as everything else."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from pathlib import Path

import numpy as np
import pytest

from agent.config import WORKSHOP
from agent.dialplan.load import load
from agent.engines.contract import Final, Priority, Recognised
from agent.engines.evened import peaks
from agent.engines.loudness import TARGET_DBFS, active_dbfs
from agent.engines.lufs import TARGET_LUFS, lufs
from agent.engines.piper import PiperEngine
from agent.engines.piper_graph import PiperGraph
from agent.engines.utterance import joined
from agent.engines.vosk import VoskEngine
from agent.errors import ModelError, VoiceError
from agent.models.store import ModelStore
from agent.speak.chunker import Chunker
from agent.speak.normalise import normalise
from telephony.audio import SAMPLE_RATE, samples_of

SENTENCE = "We are open from nine to five. Of course you can park in the yard."


async def transcript(recognisers: VoskEngine, pcm: bytes) -> Final:
    loop, heard = asyncio.get_running_loop(), asyncio.Queue[Recognised]()
    recogniser = recognisers.open(lambda result: loop.call_soon_threadsafe(heard.put_nowait, result) and None)
    recogniser.feed(0, pcm)
    recogniser.flush()
    async with asyncio.timeout(20):
        while not (isinstance(result := await heard.get(), Final) and result.flushed):
            pass
    recogniser.close()
    return result


async def test_what_it_says_is_understood_and_its_words_are_where_it_says(
    voice: PiperEngine, recognisers: VoskEngine
) -> None:
    spoken = await voice.render(SENTENCE)
    heard = await transcript(recognisers, spoken.pcm + bytes(16_000))
    said = {word.text.strip(".").lower(): word for word in spoken.words}
    assert [word.text for word in spoken.words] == SENTENCE.split()
    common = [word for word in heard.words if word.text in said and heard.text.split().count(word.text) == 1]
    assert len(common) >= 9, heard.text
    for word in common:
        assert abs(word.start - said[word.text].start) < 0.15 * SAMPLE_RATE, word


@pytest.mark.parametrize("text", ["Yes.", "Hello, how can I help?", "six", SENTENCE])
async def test_it_begins_at_once_and_is_as_loud_as_all(voice: PiperEngine, text: str) -> None:
    wave = samples_of((await voice.render(text)).pcm).astype(np.float32) / 32768
    assert np.flatnonzero(np.abs(wave) > 0.003)[0] <= 0.010 * SAMPLE_RATE
    assert lufs(wave, SAMPLE_RATE) == pytest.approx(TARGET_LUFS, abs=0.5)
    assert peaks(wave, SAMPLE_RATE).max() < 0.891  # -1 dBTP


async def test_all_that_the_workshop_says_begins_at_once_and_is_as_loud(voice: PiperEngine) -> None:
    clauses: dict[str, None] = {"She said five, four, free.": None, "Hello!": None}
    for text in load(WORKSHOP).stock_texts():
        chunker = Chunker()
        clauses |= dict.fromkeys([*chunker.push(text), *chunker.finish()])
    levels = []
    for clause in list(clauses)[::3]:
        wave = samples_of((await voice.render(normalise(clause))).pcm).astype(np.float32) / 32768
        assert np.flatnonzero(np.abs(wave) > 0.003)[0] <= 0.010 * SAMPLE_RATE, clause
        levels.append(lufs(wave, SAMPLE_RATE))
    assert len(levels) >= 40
    assert max(levels) - min(levels) < 1.0


async def test_a_clause_that_others_follow_is_spoken_with_its_words(voice: PiperEngine) -> None:
    spoken = await voice.render("We are open from nine to five,")
    assert [word.text for word in spoken.words] == ["We", "are", "open", "from", "nine", "to", "five,"]


@pytest.mark.parametrize("text", [SENTENCE, "Your number is five five five, zero zero zero four."])
async def test_in_slices_it_says_the_same_and_begins_before_it_is_done(
    voice: PiperEngine, recognisers: VoskEngine, text: str
) -> None:
    slices = [one async for one in voice.speak(text)]
    assert len(slices) >= 3
    assert [one.last for one in slices] == [False] * (len(slices) - 1) + [True]
    assert len(slices[0].pcm) < len(slices[-1].pcm)
    whole = joined(slices)
    assert [word.text for word in whole.words] == text.split()
    assert all(0 <= word.start < len(one.pcm) // 2 for one in slices for word in one.words)
    wave = samples_of(whole.pcm).astype(np.float32) / 32768
    assert np.flatnonzero(np.abs(wave) > 0.003)[0] <= 0.010 * SAMPLE_RATE
    assert active_dbfs(wave, SAMPLE_RATE) == pytest.approx(TARGET_DBFS, abs=2.0)
    # One rendering in ten of the number, in slices or not, is unclear to the recogniser: Piper's noise is random.
    wanted, heard = set(text.lower().replace(",", "").replace(".", "").split()), set[str]()
    for _ in range(3):
        heard = set((await transcript(recognisers, whole.pcm + bytes(16_000))).text.split())
        if len(heard & wanted) >= 0.7 * len(wanted):
            return
        whole = joined([one async for one in voice.speak(text)])
    pytest.fail(f"heard {heard}")


def test_windows_of_sound_are_what_the_whole_gives(models: ModelStore) -> None:
    (model,) = models.path("piper-en-us-joe").glob("*.onnx")
    graph = PiperGraph.load(model, threads=1, hop=256)
    ids = np.random.default_rng(7).integers(10, 60, (1, 60))
    quiet = {"scales": np.array([0.0, 1.0, 0.0], dtype=np.float32)}  # without noise: the same each time
    _, durations = graph.run(None, {"input": ids, "input_lengths": np.array([60]), **quiet})
    frames = graph.frames
    assert int(durations.sum()) == frames.count > 100
    whole = graph.sound(frames, 0, frames.count)
    edges = [0, 17, 60, 61, frames.count]
    windows = [graph.sound(frames, first, last) for first, last in itertools.pairwise(edges)]
    assert len(whole) == frames.count * graph.hop
    assert np.abs(np.concatenate(windows) - whole).max() < 1e-5


async def test_a_draft_in_work_makes_way_for_a_reply(voice: PiperEngine) -> None:
    done: list[str] = []

    async def say(text: str, priority: Priority) -> None:
        assert (await voice.render(text, priority)).pcm
        done.append(text)

    draft = asyncio.create_task(say(SENTENCE * 3, Priority.DRAFT))
    await asyncio.sleep(0.05)
    await asyncio.gather(say("Yes.", Priority.COMMITTED), draft)
    assert done == ["Yes.", SENTENCE * 3]


@pytest.mark.parametrize("text", ["", "   ", "...", "?!", "—"])
async def test_nothing_to_say_is_no_sound(voice: PiperEngine, text: str) -> None:
    spoken = await voice.render(text)
    assert (spoken.pcm, spoken.words) == (b"", ())


@pytest.mark.parametrize("text", ["[[ not phonemes", "naïve café Zoë", "ﷺ", "a" * 60, "\x00word", "x\u200by"])
async def test_odd_texts_are_spoken_or_refused_and_the_next_is_spoken(voice: PiperEngine, text: str) -> None:
    refusals = await asyncio.gather(voice.render(text), return_exceptions=True)
    assert not [refusal for refusal in refusals if isinstance(refusal, Exception) and type(refusal) is not VoiceError]
    assert (await voice.render("Yes.")).pcm


async def test_urgent_texts_overtake_and_cancelled_ones_are_not_spoken(voice: PiperEngine) -> None:
    done: list[str] = []

    async def say(text: str, priority: Priority) -> None:
        await voice.render(text, priority)
        done.append(text)

    tasks = [asyncio.create_task(say(SENTENCE, Priority.COMMITTED))]
    await asyncio.sleep(0.01)
    for text, priority in (("background", 3), ("dropped", 2), ("draft", 2), ("reply", 1)):
        tasks.append(asyncio.create_task(say(text, Priority(priority))))
    await asyncio.sleep(0)
    tasks[2].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert done == ["reply", SENTENCE, "draft", "background"]  # between its two sentences


def test_its_identity_is_its_files_and_settings(models: ModelStore, voice: PiperEngine, tmp_path: Path) -> None:
    slow = PiperEngine.load(models.path("piper-en-us-joe"), threads=1, speed=0.9)
    assert slow.identity != voice.identity
    slow.close()


@pytest.mark.parametrize("damage", ["no directory", "no config", "short model", "config is no JSON"])
def test_a_damaged_voice_is_one_clear_error(models: ModelStore, tmp_path: Path, damage: str) -> None:
    directory = tmp_path / "voice"
    if damage != "no directory":
        directory.mkdir()
        whole = next(models.path("piper-en-us-joe").glob("*.onnx"))
        content = whole.read_bytes()
        (directory / whole.name).write_bytes(content[: 1_000_000 if damage == "short model" else len(content)])
        if damage != "no config":
            shutil.copy(f"{whole}.json", directory)
        if damage == "config is no JSON":
            (directory / f"{whole.name}.json").write_text("{")
    with pytest.raises(ModelError):
        PiperEngine.load(directory)
