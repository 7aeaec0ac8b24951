"""Makes data/telephone_*db.txt: what the recogniser writes of frozen phrases that come over a telephone line.

A sample of the frozen phrases in scope, each spoken by the shipped voice, with white noise 25 or 15 dB below
the speech, as 8 kHz mu-law, and recognised (about 20% and 40% of the words are wrong then).
Run it when voice or recogniser change: `python -m tests.reply.telephone`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from threading import Event

import numpy as np
import soxr

from agent.engines.contract import Final, Recognised
from agent.engines.piper import PiperEngine
from agent.engines.vosk import VoskEngine
from agent.models.store import ModelStore
from telephony.audio import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_RATE, Samples, samples_of, to_pcm
from tests.reply.understanding import DATA, phrases
from tests.telephony.wire import from_ulaw, ulaw

SAMPLE = 40
SNRS = (25, 15)  # dB
PAUSE = np.zeros(SAMPLE_RATE // 4, np.int16)


def over_the_line(spoken: Samples, snr: int, noise: np.random.Generator) -> bytes:
    """The speech as it arrives: 16 kHz PCM that was 8 kHz mu-law, with noise."""
    wave = np.concatenate([PAUSE, spoken, PAUSE])
    narrow = soxr.resample(wave, SAMPLE_RATE, 8_000).astype(np.float64)
    level = np.sqrt(np.mean(np.square(spoken.astype(np.float64)))) * 10 ** (-snr / 20)
    noisy = np.clip(narrow + noise.normal(0, level, narrow.shape), -32768, 32767).astype(np.int16)
    return to_pcm(soxr.resample(from_ulaw(ulaw(noisy)), 8_000, SAMPLE_RATE))


def recognise(engine: VoskEngine, pcm: bytes, grammar: Sequence[str] | None = None) -> str:
    """The words of one turn."""
    finals: list[Final] = []
    flushed = Event()

    def heard(result: Recognised) -> None:
        if isinstance(result, Final):
            finals.append(result)
            if result.flushed:
                flushed.set()

    recogniser = engine.open(heard, grammar)
    for at in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES):
        recogniser.feed(at // FRAME_BYTES * FRAME_SAMPLES, pcm[at : at + FRAME_BYTES])
    recogniser.flush()
    if not flushed.wait(30):
        raise TimeoutError("the recogniser did not answer")
    recogniser.close()
    return " ".join(final.text for final in finals if final.text)


async def main() -> None:
    """Writes the file."""
    store = ModelStore()
    voice, engine = PiperEngine.load(store.path("piper-en-us-joe")), VoskEngine.load(store.path("vosk-small-en-us"))
    noise = np.random.default_rng(1)
    all_ = phrases("in_scope")
    lines = {snr: ["# Topic, tab, words as recognised. Made by telephone.py from in_scope.txt."] for snr in SNRS}
    for at in range(SAMPLE):
        phrase = all_[at * len(all_) // SAMPLE]
        spoken = samples_of((await voice.render(phrase.said)).pcm)
        for snr in SNRS:
            heard = recognise(engine, over_the_line(spoken, snr, noise))
            lines[snr].append("|".join(phrase.topics) + "\t" + heard)
    for snr in SNRS:
        (DATA / f"telephone_{snr}db.txt").write_text("\n".join(lines[snr]) + "\n")
    voice.close()
    engine.close()


if __name__ == "__main__":
    asyncio.run(main())
