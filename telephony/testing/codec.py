"""The codecs of the wire: G.711 by table (ITU-T G.711), G.722 by libg722 where it is installed.

A codec object belongs to one direction of one stream (G.722 keeps state). PCM in and out is int16, shape (n,), at
`rate`; the RTP clock is 8 kHz for all of them, also for G.722 (RFC 3551, 4.5.2).
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from telephony.audio import Samples
from telephony.errors import SipError

RTP_CLOCK = 8_000


class Codec(Protocol):
    """One direction of one stream."""

    rate: int  # Hz of the PCM

    def encode(self, samples: Samples) -> bytes: ...
    def decode(self, payload: bytes) -> Samples: ...


def _mu_law_levels() -> Samples:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _a_law_levels() -> Samples:
    code = np.arange(256, dtype=np.int32) ^ 0x55
    segment, mantissa = (code & 0x70) >> 4, (code & 0x0F) << 4
    magnitude = np.where(segment == 0, mantissa + 8, mantissa + 0x108 << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _nearest(levels: Samples) -> npt.NDArray[np.uint8]:
    """For every int16 value, shape (65536,) indexed by the value as uint16, the code of the nearest level."""
    order = np.argsort(levels, kind="stable")
    ranked = levels[order].astype(np.int32)
    values = np.arange(-32768, 32768)
    edges = (ranked[:-1] + ranked[1:]) / 2
    codes = order[np.searchsorted(edges, values, side="right")].astype(np.uint8)
    return np.roll(codes, -32768)


class TableCodec:
    """G.711: 256 levels; encoding takes the nearest."""

    rate = 8_000

    def __init__(self, levels: Samples) -> None:
        self._levels = levels
        self._codes = _nearest(levels)

    def encode(self, samples: Samples) -> bytes:
        return self._codes[samples.view(np.uint16)].tobytes()

    def decode(self, payload: bytes) -> Samples:
        decoded: Samples = self._levels[np.frombuffer(payload, np.uint8)]
        return decoded


class G722Codec:
    """G.722 at 64 kbit/s."""

    rate = 16_000

    def __init__(self) -> None:
        self._codec: Any = importlib.import_module("G722").G722(self.rate, 64_000)

    def encode(self, samples: Samples) -> bytes:
        encoded: bytes = self._codec.encode(samples)
        return encoded

    def decode(self, payload: bytes) -> Samples:
        return np.asarray(self._codec.decode(payload), dtype=np.int16)


_MU_LAW = TableCodec(_mu_law_levels())
_A_LAW = TableCodec(_a_law_levels())
AVAILABLE: tuple[str, ...] = ("PCMU", "PCMA", "G722") if importlib.util.find_spec("G722") else ("PCMU", "PCMA")


def open_codec(name: str) -> Codec:
    """A codec for one direction. Raises SipError for one we have not."""
    if name == "PCMU":
        return _MU_LAW
    if name == "PCMA":
        return _A_LAW
    if name in AVAILABLE:
        return G722Codec()
    raise SipError(f"codec {name} is not available here; {', '.join(AVAILABLE)} are (G722 needs `pip install G722`)")
