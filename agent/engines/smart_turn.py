"""The border to Smart Turn v3.2: an 8 MB audio model (Whisper tiny's encoder) that hears whether a turn is over.

Built for 200 ms of silence and 8 s of sound; 47 ms a question on an idle core, 80-90 on a busy one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime

from agent.engines.contract import Priority
from agent.engines.log_mel import LENGTH, log_mel
from agent.engines.worker import Worker
from agent.errors import EndpointError, ModelError
from telephony.audio import samples_of

QUEUE_LIMIT = 4  # questions that wait: an old one is worth nothing


class SmartTurn:
    """The loaded model; questions one at a time on a thread of its own."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self._worker = Worker("turn", QUEUE_LIMIT, EndpointError)

    @classmethod
    def load(cls, path: Path) -> SmartTurn:
        """Load the ONNX file `path` (blocking, 0.2 s). Raises ModelError."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            return cls(onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]))
        except Exception as error:  # onnxruntime raises nothing narrower
            raise ModelError(
                f"the turn model {path} cannot be loaded: {error}. Check it: offhook models verify"
            ) from error

    async def over(self, pcm: bytes) -> float:
        """P(the turn is over), by 16 kHz PCM that ends in the silence after it. Raises EndpointError."""
        return await self._worker.run(lambda _: self.judge(pcm), Priority.ENDPOINT)

    def judge(self, pcm: bytes) -> float:
        """The same, on the caller's thread."""
        try:
            picture = log_mel(samples_of(pcm[-2 * LENGTH :]))
            answer = self._session.run(None, {"input_features": picture[np.newaxis]})
        except Exception as error:  # onnxruntime raises nothing narrower
            raise EndpointError(f"the turn model failed: {error}") from error
        return float(answer[0][0, 0])

    def close(self) -> None:
        """End the thread."""
        self._worker.close()
