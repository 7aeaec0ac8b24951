"""What reaches the line of a reply's sound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from agent.engines.contract import Priority, SpokenWord, Urgency
from agent.engines.fakes import FakeVoice
from agent.errors import VoiceError
from agent.host.mouth import Mouth
from agent.reply.draft import Sound
from agent.speak.library import PromptLibrary
from agent.speak.speaker import SpeechPiece
from telephony.message import Message
from telephony.messages import Paused, Played, Say
from tests.host.conftest import eventually


class Line:
    def __init__(self) -> None:
        self.says: list[Message] = []

    def control(self, message: Message) -> None:
        raise AssertionError(message)

    def say(self, message: Message) -> None:
        self.says.append(message)


async def _pieces(*pieces: SpeechPiece) -> AsyncGenerator[SpeechPiece]:
    for piece in pieces:
        yield piece


def _mouth(line: Line, tmp_path: object) -> Mouth:
    library = PromptLibrary(tmp_path, FakeVoice())  # type: ignore[arg-type] # pytest's own Path
    return Mouth(
        "call-1", 1, line, library, sounded=lambda *_: None, fed=lambda _: None, text_grew=lambda _: None
    )  # fmt: skip


async def test_a_reply_of_nothing_is_a_failure_and_no_silence(tmp_path: object) -> None:
    line = Line()
    mouth = _mouth(line, tmp_path)
    mouth.open(1)
    with pytest.raises(VoiceError):
        await mouth.say(1, Sound(_pieces(), Urgency(Priority.COMMITTED)))
    assert line.says == []


async def test_a_reply_is_handed_over_in_order_and_closed(tmp_path: object) -> None:
    line = Line()
    mouth = _mouth(line, tmp_path)
    mouth.open(1)
    one, two = SpeechPiece("", b"\x01\x00" * 100, "one"), SpeechPiece("", b"\x02\x00" * 100, "two")
    await mouth.say(1, Sound(_pieces(one, two), Urgency(Priority.COMMITTED)))
    says = [say for say in line.says if isinstance(say, Say)]
    assert [say.pcm for say in says] == [one.pcm, two.pcm, b""]
    assert [say.last for say in says] == [False, False, True]


async def test_a_word_that_a_pause_cut_is_said_again_from_its_begin(tmp_path: object) -> None:
    line = Line()
    mouth = _mouth(line, tmp_path)
    mouth.open(1)
    words = (SpokenWord("six", 100, 900), SpokenWord("seven", 1_000, 20_000))
    piece = SpeechPiece("", bytes(2 * 20_000), "six seven", words)
    saying = asyncio.create_task(mouth.say(1, Sound(_pieces(piece), Urgency(Priority.COMMITTED))))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for sent, back in ((500, 400), (950, 0), (1_500, 500), (15_000, 9_600)):
        mouth.paused(Paused("call-1", 1, 1, sent))
        assert mouth.rewind(1) == back
    assert mouth.rewind(2) == 0
    saying.cancel()


async def test_only_words_that_were_said_lately_can_come_back_as_echo(tmp_path: object) -> None:
    mouth = _mouth(Line(), tmp_path)
    at = 0
    for number, word in ((1, "early"), (2, "late")):
        mouth.open(number)
        words = (SpokenWord(word, 0, 4_000), SpokenWord("more", 40_000, 44_000))
        await mouth.say(number, Sound(_pieces(SpeechPiece("stock", bytes(90_000), "", words)), Urgency(Priority.DRAFT)))
        assert word not in mouth.recent(at)
        mouth.began(number, at)
        at += 80_000 + 8_000
    assert mouth.recent(4_000) == "early"
    assert mouth.recent(88_000 + 4_000) == "more late"
    assert mouth.recent(88_000 + 44_000) == "late more"
    assert mouth.recent(88_000 + 44_000 + 90_000) == ""


async def test_a_last_word_whose_place_ends_behind_its_sound_was_heard_with_the_rest(tmp_path: object) -> None:
    mouth = _mouth(Line(), tmp_path)
    mouth.open(1)
    words = (SpokenWord("how", 0, 4_000), SpokenWord("many", 4_000, 17_000))
    await mouth.say(1, Sound(_pieces(SpeechPiece("stock", bytes(32_000), "how many", words)), Urgency(Priority.DRAFT)))
    assert mouth.heard(1, 16_000) == ("how many", True)
    assert mouth.heard(1, 15_000) == ("how", False)


async def test_a_reply_that_comes_behind_what_covered_its_pause_is_told_to_go_on(tmp_path: Path) -> None:
    line, fed, library = Line(), list[int](), PromptLibrary(tmp_path, FakeVoice())
    await library.render(["One moment."])
    mouth = Mouth("call-1", 1, line, library, sounded=lambda *_: None, fed=fed.append, text_grew=lambda _: None)
    mouth.open(1)
    rest: asyncio.Queue[SpeechPiece] = asyncio.Queue()

    async def pieces() -> AsyncGenerator[SpeechPiece]:
        for _ in range(2):
            yield await rest.get()

    saying = asyncio.create_task(mouth.say(1, Sound(pieces(), Urgency(Priority.COMMITTED))))
    assert mouth.silent(1)
    rest.put_nowait(SpeechPiece("", bytes(200), "one"))
    await eventually(lambda: line.says)
    assert not mouth.silent(1)
    assert mouth.played(Played("call-1", 1, 1, 0, 100, 100))
    assert mouth.interpose(1, "One moment.", last=False)
    rest.put_nowait(SpeechPiece("", bytes(200), "two"))
    await saying
    assert fed == [1]
