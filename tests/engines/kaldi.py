"""A scripted engine of the recogniser."""

from __future__ import annotations

import json
import threading

from telephony.audio import FRAME_BYTES, FRAME_SAMPLES


class Kaldi:
    """Stands where vosk's KaldiRecognizer stands: one word a frame, times as Vosk counts them (fed samples)."""

    def __init__(self, held: threading.Event | None = None) -> None:
        self.fed = b""
        self.words: list[dict[str, object]] = []
        self.fails = False
        self._held = held

    def AcceptWaveform(self, pcm: bytes) -> bool:  # noqa: N802
        if self._held:
            self._held.wait(30)
        if self.fails:
            raise RuntimeError("lattice is empty")
        for at in range(0, len(pcm), FRAME_BYTES):
            start = (len(self.fed) + at) / 2 / 16_000
            end = start + min(FRAME_BYTES, len(pcm) - at) / 2 / 16_000
            self.words.append({"word": f"w{len(self.words)}", "start": start, "end": end, "conf": 0.5})
        self.fed += pcm
        return False

    def PartialResult(self) -> str:  # noqa: N802
        return json.dumps({"partial": " ".join(str(word["word"]) for word in self.words)})

    def Reset(self) -> None:  # noqa: N802
        self.words = []

    def Result(self) -> str:  # noqa: N802
        return self.FinalResult()

    def FinalResult(self) -> str:  # noqa: N802
        said, self.words = self.words, []
        return json.dumps({"text": " ".join(str(word["word"]) for word in said), "result": said})


def frame(fill: int) -> bytes:
    return bytes([fill, 0]) * FRAME_SAMPLES
