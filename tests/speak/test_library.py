from __future__ import annotations

from pathlib import Path

import pytest

from agent.engines.contract import Priority
from agent.engines.fakes import FakeVoice
from agent.errors import VoiceError
from agent.speak.library import PromptLibrary

TEXTS = ["Hello there.", "We open at 9.", "Goodbye."]


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


async def test_prompts_are_rendered_once_and_only_what_changed_again(tmp_path: Path) -> None:
    voice, seen = FakeVoice(), []
    library = PromptLibrary(tmp_path, voice)
    assert library.missing([*TEXTS, TEXTS[0]]) == TEXTS
    await library.render([*TEXTS, TEXTS[0]], lambda done, total: seen.append((done, total)))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert voice.rendered == [
        ("Hello there.", Priority.BACKGROUND),
        ("We open at nine.", Priority.BACKGROUND),
        ("Goodbye.", Priority.BACKGROUND),
    ]
    voice.rendered.clear()
    restarted = PromptLibrary(tmp_path, voice)
    await restarted.render([*TEXTS[:2], "Farewell."])
    assert [text for text, _ in voice.rendered] == ["Farewell."]
    id = restarted.id_of(TEXTS[1])
    assert restarted.pcm(id) == library.pcm(id) != b""
    assert [word.text for word in restarted.words(id)] == ["We", "open", "at", "nine."]


async def test_another_voice_has_other_prompts(tmp_path: Path) -> None:
    one, other = PromptLibrary(tmp_path, FakeVoice("one")), PromptLibrary(tmp_path, FakeVoice("other"))
    await one.render(TEXTS)
    assert other.missing(TEXTS) == TEXTS
    assert one.id_of(TEXTS[0]) != other.id_of(TEXTS[0])


async def test_a_failure_keeps_what_was_rendered_and_leaves_no_half_file(tmp_path: Path) -> None:
    voice = FakeVoice()
    voice.fails_on.add("Goodbye.")
    library = PromptLibrary(tmp_path, voice)
    with pytest.raises(VoiceError):
        await library.render(TEXTS)
    assert library.missing(TEXTS) == ["Goodbye."]
    assert len(names(tmp_path)) == 2


async def test_a_damaged_file_is_rendered_again(tmp_path: Path) -> None:
    await PromptLibrary(tmp_path, FakeVoice()).render(TEXTS)
    library = PromptLibrary(tmp_path, FakeVoice())
    file = tmp_path / f"{library.id_of(TEXTS[0])}.prompt"
    file.write_bytes(file.read_bytes()[:100])
    assert library.missing(TEXTS) == TEXTS[:1]
    await library.render(TEXTS)
    assert library.has(TEXTS[0])


def test_an_unknown_id_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="no prompt"):
        PromptLibrary(tmp_path, FakeVoice()).pcm("0" * 32)
