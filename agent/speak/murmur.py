"""What the bot murmurs while the caller has the turn ("Mm-hmm."): stock texts, as quiet as a listener says them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agent.speak.library import PromptLibrary
from agent.speak.speaker import SpeechPiece
from telephony.audio import samples_of, to_pcm

QUIETER_DB = 9


def murmurs_of(texts: Iterable[str], library: PromptLibrary) -> Mapping[str, SpeechPiece]:
    """Each of `texts`, which the library has, as stock sound of its own. It carries no words: nobody said anything."""
    ids = {text: library.id_of(text) for text in texts}
    return {text: SpeechPiece(f"murmur-{QUIETER_DB}-{id}", quieter(library.pcm(id)), "") for text, id in ids.items()}


def quieter(pcm: bytes) -> bytes:
    """16 kHz PCM, QUIETER_DB down."""
    return to_pcm(samples_of(pcm) / 32768 * 10.0 ** (-QUIETER_DB / 20))
