"""The bot's murmurs as sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.engines.fakes import FakeVoice
from agent.speak.library import PromptLibrary
from agent.speak.murmur import murmurs_of
from telephony.audio import samples_of


async def test_a_murmur_is_the_stock_text_9_db_down_and_a_sound_of_its_own(tmp_path: Path) -> None:
    library = PromptLibrary(tmp_path, FakeVoice())
    await library.render(["Mm-hmm.", "Uh-huh."])
    murmurs = murmurs_of(["Mm-hmm.", "Uh-huh."], library)
    assert list(murmurs) == ["Mm-hmm.", "Uh-huh."]
    assert len({*(piece.stock for piece in murmurs.values()), library.id_of("Mm-hmm.")}) == 3
    loud = samples_of(library.pcm(library.id_of("Mm-hmm."))).astype(float)
    quiet = samples_of(murmurs["Mm-hmm."].pcm).astype(float)
    assert 20 * np.log10(np.std(quiet) / np.std(loud)) == pytest.approx(-9.0, abs=0.1)
    assert murmurs["Mm-hmm."].text == ""
