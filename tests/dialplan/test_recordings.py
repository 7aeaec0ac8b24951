"""Recordings in a dialplan: each mistake is told where it is, and the file works all the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from agent.dialplan.load import load, read
from tests.dialplan.test_load import GOOD, findings

GREETING = "Hello, this is the automated assistant of Corner Bakery."


def record(folder: Path, name: str, level: float = 0.1, seconds: float = 1.0) -> None:
    wave = level * np.sin(2 * np.pi * 300 * np.arange(int(seconds * 8_000)) / 8_000)
    (folder / name).parent.mkdir(exist_ok=True)
    soundfile.write(folder / name, wave, 8_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    record(tmp_path, "prompts/hello.wav")
    record(tmp_path, "quiet.wav", level=0.005)
    record(tmp_path, "short.wav", seconds=0.05)
    (tmp_path / "text.wav").write_text("no sound")
    return tmp_path


def recorded(*lines: str) -> str:
    return GOOD + "recordings:\n" + "".join(f"  {line}\n" for line in lines)


def test_a_good_recording_is_a_file_and_what_is_said_in_it(folder: Path) -> None:
    assert findings(folder, recorded(f"prompts/hello.wav: {GREETING}")) == []
    path = folder / "plan.yaml"
    assert load(path).recordings == {"prompts/hello.wav": GREETING}
    assert read([path])[0].sounds == (folder / "prompts" / "hello.wav",)


@pytest.mark.parametrize(
    ("lines", "finding"),
    [
        (
            [f"none.wav: {GREETING}"],
            '15:3: "none.wav" can\'t be read: No such file or directory; put it there, or remove this line; '
            "the voice says it meanwhile",
        ),
        (
            [f"short.wav: {GREETING}"],
            '15:3: "short.wav" lasts 0.05 s; record it anew as a WAV file of 0.1 to 60 s; the voice says it meanwhile',
        ),
        (
            [f"quiet.wav: {GREETING}"],
            '15:3: "quiet.wav" is so quiet (-50 LUFS) that its noise will be heard; record it louder',
        ),
        (
            ["prompts/hello.wav: Hello, this is the automatic assistant of Corner Bakery."],
            "15:22: nothing that is always said in the same words is this text, so it is never played; "
            f'did you mean "{GREETING}"?',
        ),
        (
            ["prompts/hello.wav: 12345 67890"],
            "15:22: nothing that is always said in the same words is this text, so it is never played; "
            "copy one, letter by letter",
        ),
        (
            [f"prompts/hello.wav: {GREETING}", f"quiet/../prompts/hello.wav: {GREETING}"],
            "16:3: this text is recorded in line 15 already; remove one",
        ),
    ],
)
def test_what_is_wrong_is_a_warning(folder: Path, lines: list[str], finding: str) -> None:
    (folder / "quiet").mkdir()
    assert findings(folder, recorded(*lines)) == [finding]
    one = read([folder / "plan.yaml"])[0]
    assert (one.errors, one.warnings) == ((), (f"{folder / 'plan.yaml'}:{finding}",))


def test_what_is_no_sound_is_a_warning(folder: Path) -> None:
    assert findings(folder, recorded(f"text.wav: {GREETING}")) == [
        '15:3: "text.wav" can\'t be read as sound: Format not recognised; record it anew as a WAV file; '
        "the voice says it meanwhile"
    ]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (f"{GOOD}recordings: [a.wav]\n", '14:13: "recordings" must be a mapping, not a list'),
        (recorded("a.wav: 12"), '15:10: "a.wav" must be text, not a number; write it in quotes: "12"'),
        (recorded("a.wav:"), '15:3: "a.wav" must be text, not nothing'),
    ],
)
def test_what_is_no_mapping_of_files_to_texts_is_an_error(folder: Path, text: str, finding: str) -> None:
    assert any(line.startswith(finding) for line in findings(folder, text)), findings(folder, text)


def test_variables_are_put_in_and_an_included_file_may_record_too(folder: Path) -> None:
    (folder / "shared").mkdir()
    (folder / "shared" / "town.yaml").write_text(f"recordings:\n  prompts/hello.wav: {GREETING}\n")
    assert findings(folder, GOOD + "include: [shared/town.yaml]\n") == []
    assert list(load(folder / "plan.yaml").recordings) == ["prompts/hello.wav"]
    named = recorded('prompts/hello.wav: "Hello, this is the automated assistant of {shop}."')
    assert findings(folder, named + "variables: {shop: Corner Bakery}\n") == []
    assert load(folder / "plan.yaml").recordings == {"prompts/hello.wav": GREETING}
