"""Makes data/telephone.tsv: what two recognisers write of a sample of the phrases when they come over a telephone line.

Each phrase is spoken by the shipped voice, with white noise 25 dB below the speech, as 8 kHz mu-law, and heard by a
recogniser of open speech and by one of the slot's grammar. Columns: kind, value, as heard by the one, by the other.
Run it when voice, recogniser or grammar change: `python -m tests.slots.telephone`.
"""

from __future__ import annotations

import asyncio

import numpy as np

from agent.engines.piper import PiperEngine
from agent.engines.vosk import VoskEngine
from agent.models.store import ModelStore
from agent.slots.read import grammar
from telephony.audio import samples_of
from tests.reply.telephone import over_the_line, recognise
from tests.slots.said import TELEPHONE, phrases, slot

EVERY = 4
BEGINS = (1, 3)  # two samples
SNR = 25  # dB


async def main() -> None:
    """Writes the file."""
    store = ModelStore()
    voice, engine = PiperEngine.load(store.path("piper-en-us-joe")), VoskEngine.load(store.path("vosk-small-en-us"))
    noise = np.random.default_rng(1)
    lines = []
    for kind in ("date", "time", "amount", "phone"):
        for said, value in [phrase for begin in BEGINS for phrase in phrases(kind)[begin::EVERY]]:
            spoken = said.replace(" a m", " AM").replace(" p m", " PM")
            line = over_the_line(samples_of((await voice.render(spoken)).pcm), SNR, noise)
            lines.append([kind, value, recognise(engine, line), recognise(engine, line, grammar(slot(kind)))])
        TELEPHONE.write_text("".join("\t".join(columns) + "\n" for columns in lines))
    voice.close()
    engine.close()


if __name__ == "__main__":
    asyncio.run(main())
