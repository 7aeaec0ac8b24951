"""The border to Smart Turn v3.2: an 8 MB audio model (Whisper tiny's encoder) that hears whether a turn is over.

Built for 200 ms of silence and 8 s of sound; 47 ms a question on an idle core, 80-90 on a busy one. Besides its own
verdict it gives the layer that this comes from, for a regression of ours (`smart_turn_graph.py`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime

from agent.engines.contract import Listened, Priority
from agent.engines.log_mel import LENGTH, log_mel
from agent.engines.onnx_session import onnx_session
from agent.engines.worker import Worker
from agent.errors import EndpointError, ModelError
from telephony.audio import samples_of

QUEUE_LIMIT = 4  # questions that wait: an old one is worth nothing
_POOLED = "sum_1"  # see smart_turn_graph.py, which is not imported here because onnx is large
_LAYER = 384


class SmartTurn:
    """The loaded model; questions one at a time on a thread of its own."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self._worker = Worker("turn", QUEUE_LIMIT, EndpointError)

    @classmethod
    def load(cls, path: Path) -> SmartTurn:
        """Load the ONNX file `path` (blocking, 0.2 s). Raises ModelError."""
        try:
            session = onnx_session(path)
            if _POOLED not in [output.name for output in session.get_outputs()]:
                raise ValueError(f"its layer {_POOLED} is not open")
        except Exception as error:  # onnxruntime raises nothing narrower
            raise ModelError(
                f"the turn model {path} cannot be loaded: {error}. Fetch it anew: offhook models fetch smart-turn"
            ) from error
        return cls(session)

    async def listen(self, pcm: bytes) -> Listened:
        """How 16 kHz PCM sounds that ends in the silence after a turn. Before all else; raises EndpointError."""
        return await self._worker.run(lambda _: self.judge(pcm), Priority.ENDPOINT)

    def judge(self, pcm: bytes) -> Listened:
        """The same, on the caller's thread."""
        try:
            picture = log_mel(samples_of(pcm[-2 * LENGTH :]))
            over, pooled = self._session.run(["logits", _POOLED], {"input_features": picture[np.newaxis]})
            return Listened(float(over[0, 0]), pooled.reshape(_LAYER))
        except Exception as error:  # onnxruntime raises nothing narrower
            raise EndpointError(f"the turn model failed: {error}") from error

    def close(self) -> None:
        """End the thread."""
        self._worker.close()
