"""A Piper voice's graph (VITS) cut in two, so that sound can be had before all of it is made.

::

    phoneme ids ─► text side: frames a phoneme, 192 numbers a frame, noise ─► sound side: 256 samples a frame

The text side (encoder and duration predictor) needs the whole text. The sound side (the flow of
https://arxiv.org/abs/2106.06103 and HiFi-GAN, https://arxiv.org/abs/2010.05646) is nine tenths of the work and looks
only `REACH` frames around: windows of it are, joined, what the whole gives.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx.utils import Extractor
from piper.patch_voice_with_alignment import add_alignment_output

from agent.engines import heap
from agent.engines.loudness import Wave
from agent.engines.onnx_session import onnx_session

REACH = 28  # frames: with 20, windows differ from the whole by 1e-4, from 28 on by less than 1e-6
_INTO_HIFIGAN = "dec.conv_pre.weight"  # the layer that the flow's frames go into, times their mask
_SPEAKER = "dec.cond.weight"  # of voices with several speakers


@dataclass(frozen=True)
class Frames:
    """A sentence on its way to sound: the values at the cut by their names; those of `count` frames are
    (1, channels, frames) in shape."""

    values: Mapping[str, npt.NDArray[np.float32]]
    count: int


class PiperGraph:
    """Both sides, loaded. `run` stands in for the session that `piper.PiperVoice` wants: it runs the text side, keeps
    its frames in `frames`, and gives no sound. Not thread-safe, but for what `arm` gives."""

    def __init__(self, text: onnxruntime.InferenceSession, sound: onnxruntime.InferenceSession, hop: int) -> None:
        self.frames = Frames({}, 0)  # of the latest sentence
        self.hop = hop  # samples a frame
        self._text = text
        self._sound = sound
        self._cut = [one.name for one in sound.get_inputs()]
        self._options = onnxruntime.RunOptions()

    @classmethod
    def load(cls, model: Path, threads: int, hop: int) -> PiperGraph:
        """Cut and load `model`; 1-2 s. Raises ValueError for a graph that is not a Piper voice's, and what onnx and
        onnxruntime raise. The sides go through files (see `onnx_session`)."""
        with tempfile.TemporaryDirectory(prefix="offhook-voice-") as directory:
            sides = [Path(directory) / "text.onnx", Path(directory) / "sound.onnx"]
            _cut(model, *sides)
            text, sound = (onnx_session(side, threads) for side in sides)
        heap.trim()
        return cls(text, sound, hop)

    def arm(self) -> Callable[[], None]:
        """Gives what stops the runs from now on, from another thread, within 2 ms: onnxruntime looks at a flag between
        two nodes of the graph."""
        self._options = options = onnxruntime.RunOptions()
        options.log_severity_level = 4  # a stopped run is no error
        return lambda: setattr(options, "terminate", True)

    def run(self, names: list[str] | None, inputs: dict[str, Any]) -> list[Any]:
        """One sentence through the text side: silence in place of the sound, and frames for each phoneme id."""
        *cut, durations = self._text.run([*self._cut, _other_than(self._text, self._cut)], inputs, self._options)
        self.frames = Frames(dict(zip(self._cut, cut, strict=True)), int(durations.sum()))
        return [np.zeros(1, dtype=np.float32), durations]

    def sound(self, frames: Frames, first: int, last: int) -> Wave:
        """Frames [first, last) as sound at the voice's own rate, shape ((last - first) * hop,)."""
        start, end = max(0, first - REACH), min(frames.count, last + REACH)
        inputs = {
            name: value[:, :, start:end] if value.shape[2] == frames.count else value
            for name, value in frames.values.items()
        }
        (wave,) = self._sound.run(None, inputs, self._options)
        sound: Wave = np.asarray(wave, dtype=np.float32).reshape(-1)
        return sound[(first - start) * self.hop : (last - start) * self.hop]


def _cut(model: Path, text: Path, sound: Path) -> None:
    """Write the two sides of `model`."""
    graph = onnx.load(str(model))
    if len(graph.graph.output) == 1:
        add_alignment_output(graph)
    whole, durations = (output.name for output in graph.graph.output)
    cut = _where_to_cut(list(graph.graph.node))
    extractor = Extractor(graph)
    onnx.save(extractor.extract_model([one.name for one in graph.graph.input], [*cut, durations]), str(text))
    onnx.save(extractor.extract_model(cut, [whole]), str(sound))


def _where_to_cut(nodes: Sequence[onnx.NodeProto]) -> list[str]:
    """The values that the flow takes: noisy frames, their mask, and the speaker where there are several. Raises
    ValueError."""
    maker = {output: node for node in nodes for output in node.output}
    into = [node.input[0] for node in nodes if _INTO_HIFIGAN in node.input]
    try:
        masked = maker[into[0]]
        noise = next(node for node in _before(masked, maker) if node.op_type == "RandomNormalLike")
        (mask,) = (name for name in masked.input if noise not in _before(maker[name], maker))
        frames = noise
        while frames.op_type != "Add":
            frames = next(node for node in nodes if frames.output[0] in node.input)
    except (LookupError, StopIteration, ValueError) as error:
        raise ValueError(f"no noise, mask and layer {_INTO_HIFIGAN}: it is no voice of Piper's") from error
    return [frames.output[0], mask, *(node.input[0] for node in nodes if _SPEAKER in node.input)]


def _before(node: onnx.NodeProto, maker: Mapping[str, onnx.NodeProto]) -> list[onnx.NodeProto]:
    """The nodes that one depends on, the nearest first."""
    found, seen = [node], {id(node)}
    for one in found:
        for name in one.input:
            if name in maker and id(maker[name]) not in seen:
                seen.add(id(maker[name]))
                found.append(maker[name])
    return found


def _other_than(session: onnxruntime.InferenceSession, names: list[str]) -> str:
    (name,) = (output.name for output in session.get_outputs() if output.name not in names)
    return str(name)
