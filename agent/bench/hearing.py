"""What the recogniser writes of recorded endings at the flush: 80 ms after the last voiced sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent.bench.ears import Transcriber
from agent.bench.endings import Ending, Recordings
from agent.models.store import ModelStore
from telephony.audio import SAMPLE_RATE, samples, samples_of

FLUSH_AFTER = 0.08  # seconds
LONGEST = 7  # seconds of a recording that are heard: longer prompts have their end


def heard_at_the_flush(
    store: ModelStore, recordings: Recordings, endings: Sequence[Ending], progress: Callable[[str], None] = print
) -> dict[str, str]:
    """The words by `Ending.key`; half a second of processor each. Raises ModelError, OSError."""
    transcriber = Transcriber.load(store)
    found = {}
    for count, ending in enumerate(endings):
        if count % 50 == 0:
            progress(f"hearing {count} of {len(endings)}")
        wave = samples_of(recordings.pcm(ending, samples(FLUSH_AFTER)))
        found[ending.key] = transcriber.transcribe(wave[-LONGEST * SAMPLE_RATE :])
    return found
