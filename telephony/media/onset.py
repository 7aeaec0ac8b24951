"""The begin of a voice that was taken for an echo: a fricative or two, and of "stop" half the word.

What is echo and what is a voice is known some frames into the voice. Until then its frames are made as quiet as the
line, and no recogniser finds the word; so they are kept as they were, and given once it is known.
"""

from __future__ import annotations

from collections import deque

from telephony.audio import FRAME_SAMPLES, samples

REACH = samples(0.2) // FRAME_SAMPLES  # frames; a voice over a loud echo is known after 160 ms


class Onset:
    """One call's. Frames come in order."""

    def __init__(self) -> None:
        self._frames: deque[tuple[bytes, bool]] = deque(maxlen=REACH)

    def keep(self, pcm: bytes, hidden: bool) -> None:
        """A frame as it was; `hidden`: it is made quiet."""
        self._frames.append((pcm, hidden))

    def forget(self) -> None:
        """The next frame passes as it is."""
        self._frames.clear()

    def give(self) -> bytes:
        """What came right before the next frame, once; nothing where none of it was hidden."""
        hidden = any(hidden for _, hidden in self._frames)
        given = b"".join(pcm for pcm, _ in self._frames) if hidden else b""
        self._frames.clear()
        return given
