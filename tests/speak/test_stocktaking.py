from __future__ import annotations

from pathlib import Path

import pytest

from agent.engines.fakes import FakeVoice
from agent.engines.lufs import TARGET_LUFS
from agent.speak.library import PromptLibrary
from agent.speak.stocktaking import stocktaking, used_by

TEXTS = ["Hello there.", "Goodbye."]


async def test_new_kept_and_orphaned_are_told_apart(tmp_path: Path) -> None:
    library = PromptLibrary(tmp_path, FakeVoice())
    other = PromptLibrary(tmp_path, FakeVoice("another"))
    await library.render([TEXTS[0], "Gone."])
    await other.render(["Another one."])
    used = used_by([(library, TEXTS), (other, ["Another one."])])
    stock = stocktaking(library, TEXTS, used)
    assert stock.new == ("Goodbye.",)
    assert [one.text for one in stock.kept] == ["Hello there."]
    assert [one.text for one in stock.orphaned] == ["Gone."]
    assert stock.kept[0].seconds == pytest.approx(0.5)
    assert stock.kept[0].bytes > 16_000
    assert stock.new_seconds == pytest.approx(0.5 * len("Goodbye.") / len("Hello there."))
    library.remove(stock.orphaned[0].id)
    assert stocktaking(library, TEXTS, used).orphaned == ()


def test_where_nothing_is_known_nothing_is_orphaned(tmp_path: Path) -> None:
    stock = stocktaking(PromptLibrary(tmp_path / "none", FakeVoice()), TEXTS)
    assert (stock.new, stock.kept, stock.orphaned) == (tuple(TEXTS), (), ())
    assert stock.new_bytes > 0


async def test_a_prompt_off_the_target_is_uneven(tmp_path: Path) -> None:
    library = PromptLibrary(tmp_path, FakeVoice())  # its tones are 4 dB louder than a voice
    await library.render(TEXTS)
    loud = stocktaking(library, TEXTS).kept[0]
    assert loud.loudness > TARGET_LUFS + 1
    assert not loud.even


async def test_a_damaged_prompt_is_an_orphan_without_words(tmp_path: Path) -> None:
    library = PromptLibrary(tmp_path, FakeVoice())
    (tmp_path / "0123.prompt").write_bytes(b"?")
    assert [(one.text, one.seconds) for one in stocktaking(library, [], set()).orphaned] == [("", 0.0)]
