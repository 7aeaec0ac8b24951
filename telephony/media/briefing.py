"""What a target hears before it takes a call: the pieces in their order, a pause, and all over again. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from telephony.audio import FRAME_BYTES, SAMPLE_RATE, SILENCE

PAUSE_BYTES = 2 * SAMPLE_RATE * 3 // 2  # 1.5 s to press the key in


class Briefing:
    """Silent until `start`."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        whole = b"".join(piece[: len(piece) & ~1] for piece in pieces)
        self._sound = whole + bytes(PAUSE_BYTES) if whole else b""
        self._at: int | None = None

    def start(self) -> None:
        self._at = 0

    def fill(self) -> bytes:
        """The next frame, FRAME_BYTES."""
        at = self._at
        if at is None or not self._sound:
            return SILENCE
        frame = self._sound[at : at + FRAME_BYTES]
        while len(frame) < FRAME_BYTES:
            frame += self._sound[: FRAME_BYTES - len(frame)]
        self._at = (at + FRAME_BYTES) % len(self._sound)
        return frame
