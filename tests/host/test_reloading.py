"""Dialplans that change under a running agent: made ready first, then exchanged; what fails changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
import soundfile

from agent.engines.contract import VoiceEngine
from agent.engines.fakes import FakeEmbedder, FakeModel, FakeRecogniserEngine, FakeVoice
from agent.host.business import Business, Sound
from agent.host.edition import read_edition
from agent.host.engine_room import EngineRoom
from agent.host.last_good import LastGood
from agent.host.opening import Opened
from agent.host.outfitter import Equipment, Outfitter
from agent.host.presence import Presence
from agent.host.reloading import Reloading
from agent.host.steps import Steps
from agent.host.strong_models import StrongModels
from agent.listen.closed import ClosedEars
from agent.listen.endpointer import SilenceEndpointer
from agent.live import DialplansRead, Live
from agent.speak.library import PromptLibrary
from agent.speak.normalise import normalise
from telephony.audio import SAMPLE_RATE
from tests.call.conftest import HERE
from tests.host.conftest import eventually
from tests.tools.processes import processes

PLAN = (HERE / "exchange.yaml").read_text(encoding="utf-8")
OLD, NEW = "next to the green door", "under the red lamp"


class OneVoice:
    def __init__(self, voice: FakeVoice, library: PromptLibrary) -> None:
        self._loaded = voice, library

    async def get(self, name: str) -> tuple[VoiceEngine, PromptLibrary]:
        return self._loaded


class DeskStub:
    """Notes, for each sound that it gets, which version answered then."""

    def __init__(self, room: EngineRoom) -> None:
        self._room = room
        self.shelved: list[Business] = []
        self.standing: list[str] = []

    def shelve(self, sound: Sound) -> None:
        self.shelved.append(self._room.businesses["exchange"])

    def stand_by(self, businesses: Mapping[str, Business]) -> None:
        self.standing += businesses


@dataclass
class Running:
    """What a test holds in its hands."""

    file: Path
    room: EngineRoom
    desk: DeskStub
    voice: FakeVoice
    live: list[Live]

    def reads(self) -> list[DialplansRead]:
        return [event for event in self.live if isinstance(event, DialplansRead)]

    def answer(self) -> str:
        return self.room.businesses["exchange"].plan.intents[0].answer or ""


@pytest_asyncio.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    file, voice, live, model = tmp_path / "exchange.yaml", FakeVoice(), list[Live](), FakeModel()
    file.write_text(PLAN, encoding="utf-8")
    files = {"exchange": file}
    equipment = Equipment(
        recogniser=FakeRecogniserEngine(), model=model, turn_model=None, embedder=FakeEmbedder(),
        endpointer=SilenceEndpointer(), judge=lambda phrase: None, answers=lambda pcm: "",
        closed=ClosedEars(FakeRecogniserEngine().phrases), presence=Presence(),
        messages_dir=tmp_path, data_dir=tmp_path, log_transcripts=False,
    )  # fmt: skip
    voices = OneVoice(voice, PromptLibrary(tmp_path / "prompts", voice))
    steps = Steps(live.append)
    strong = StrongModels(lambda settings: FakeModel(), steps, asyncio.get_running_loop().time)
    outfitter = Outfitter(equipment, voices, strong, steps, {"exchange": tmp_path})  # type: ignore[arg-type]
    edition = read_edition(files)
    room = EngineRoom({"exchange": await outfitter.fit("exchange", edition.plans["exchange"])}, model, [])
    desk = DeskStub(room)
    opened = Opened(room, outfitter, edition, LastGood(tmp_path / "kept", files))
    reloading = Reloading(files, opened, [desk], live.append)  # type: ignore[list-item]
    task = asyncio.create_task(reloading.run())
    yield Running(file, room, desk, voice, live)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_lines_have_the_new_sounds_before_a_new_call_has_the_new_version(running: Running) -> None:
    kit = running.room.begin("call-1", "exchange")
    running.file.write_text(PLAN.replace(OLD, NEW), encoding="utf-8")
    await eventually(lambda: len(running.reads()) == 2)
    assert NEW in running.answer()
    assert [business.kit for business in running.desk.shelved] == [kit]  # one new sentence, by the old version's time
    assert running.desk.standing == ["exchange"]
    assert kit is not None
    assert OLD in (kit.responder.plan.intents[0].answer or "")


async def test_callbacks_that_the_configuration_does_not_allow_are_told_of_at_each_reading(running: Running) -> None:
    running.file.write_text(PLAN + "callbacks: {trunk: carrier, number: '5550100'}\n", encoding="utf-8")
    await eventually(lambda: len(running.reads()) == 2)
    (note,) = running.reads()[-1].notes
    assert note.startswith(f"{running.file}: there is no trunk, so nobody is called back")


TOOLS = """
tools:
  - name: book
    appointments: book
    input: {day: date, time: time, name: name}
    output: {when: text}
    changes: true
"""


async def test_what_a_version_had_is_given_back_once_its_last_call_is_over(running: Running) -> None:
    def books(number: int) -> bool:
        return len(processes("agent.tools.appointments")) == number

    running.file.write_text(PLAN + TOOLS, encoding="utf-8")
    await eventually(lambda: books(1))
    await eventually(lambda: len(running.reads()) == 2)
    assert running.room.begin("call-1", "exchange") is not None
    running.file.write_text(PLAN.replace(OLD, NEW) + TOOLS, encoding="utf-8")
    await eventually(lambda: books(2))
    await eventually(lambda: len(running.reads()) == 3)
    running.room.forget("call-1")
    await eventually(lambda: books(1))
    running.file.write_text(PLAN, encoding="utf-8")
    await eventually(lambda: books(0))


STRONG = """
model:
  strong: {url: "https://models.example.com/v1", name: NAME}
"""


async def test_another_strong_model_is_for_new_calls(running: Running) -> None:
    def strong(call: str) -> str:
        kit = running.room.begin(call, "exchange")
        assert kit is not None
        return kit.strong.standing().model if kit.strong is not None else "none"

    assert strong("call-1") == "none"
    running.file.write_text(PLAN + STRONG.replace("NAME", "large"), encoding="utf-8")
    await eventually(lambda: len(running.reads()) == 2)
    kit = running.room.begin("call-2", "exchange")
    running.file.write_text(PLAN + STRONG.replace("NAME", "larger"), encoding="utf-8")
    await eventually(lambda: len(running.reads()) == 3)
    assert strong("call-3") == "larger"
    assert running.room.strong()["exchange"].model == "larger"
    assert kit is not None
    assert kit.strong is not None
    assert kit.strong.standing().model == "large"


async def test_a_voice_that_fails_keeps_the_version_before_and_says_where(running: Running) -> None:
    running.voice.fails = True
    running.file.write_text(PLAN.replace(OLD, NEW), encoding="utf-8")
    await eventually(lambda: len(running.reads()) == 2)
    read = running.reads()[-1]
    assert read.good == {}
    assert read.errors == (f"{running.file}:1:1: it can't be made ready: scripted failure",)
    assert OLD in running.answer()
    assert running.desk.shelved == []


async def test_a_text_that_means_the_same_exchanges_nothing(running: Running) -> None:
    business = running.room.businesses["exchange"]
    running.file.write_text(f"# a remark\n{PLAN}", encoding="utf-8")
    await eventually(lambda: len(running.reads()) == 2)
    assert running.room.businesses["exchange"] is business
    assert running.reads()[-1].good == running.reads()[0].good


def record(file: Path, seconds: float) -> None:
    soundfile.write(file, 0.1 * np.sin(np.arange(int(8_000 * seconds)) / 4), 8_000)


async def test_a_recording_takes_the_voices_place_and_so_does_a_newer_one(running: Running) -> None:
    sound, text = running.file.with_name("hours.wav"), running.answer()
    record(sound, 1.0)
    running.file.write_text(f"{PLAN}\nrecordings:\n  hours.wav: {text}\n", encoding="utf-8")
    await eventually(lambda: len(running.reads()) == 2)
    library = running.room.businesses["exchange"].library
    assert len(library.pcm(library.id_of(text))) == pytest.approx(2 * SAMPLE_RATE, rel=0.1)
    record(sound, 2.0)
    await eventually(lambda: len(running.reads()) == 3)
    newer = running.room.businesses["exchange"].library
    assert len(newer.pcm(newer.id_of(text))) == pytest.approx(4 * SAMPLE_RATE, rel=0.1)
    assert running.reads()[-1].errors == ()


async def test_a_recording_that_is_gone_is_said_by_the_voice(running: Running) -> None:
    sound, text = running.file.with_name("hours.wav"), running.answer()
    record(sound, 1.0)
    running.file.write_text(f"{PLAN}\nrecordings:\n  hours.wav: {text}\n", encoding="utf-8")
    await eventually(lambda: len(running.reads()) == 2)
    sound.unlink()
    await eventually(lambda: len(running.reads()) == 3)
    library = running.room.businesses["exchange"].library
    assert library.pcm(library.id_of(text)) == b"".join(running.voice.sound(word) for word in normalise(text).split())
